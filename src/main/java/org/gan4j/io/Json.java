package org.gan4j.io;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A strict reader of the JSON that a safetensors header may hold: objects without duplicate keys,
 * arrays, strings and non-negative integers. Every value's kind is asked for by the caller, so the
 * caller's grammar, not the input, decides how deep the nesting goes.
 */
public final class Json {
  private final String text;
  private final Path file;
  private int at;

  /**
   * @param text the JSON
   * @param file the file to name in messages
   */
  Json(String text, Path file) {
    this.text = text;
    this.file = file;
  }

  /** Reads an object; {@code field} is given each key and reads the key's value. */
  void object(Consumer<String> field) {
    expect('{');
    if (accept('}')) {
      return;
    }
    Set<String> seen = new HashSet<>();
    do {
      String key = string();
      if (!seen.add(key)) {
        throw damaged("duplicate key " + Printable.quoted(key));
      }
      expect(':');
      field.accept(key);
    } while (accept(','));
    expect('}');
  }

  /** Reads an array; {@code element} reads one element. */
  void array(Runnable element) {
    expect('[');
    if (accept(']')) {
      return;
    }
    do {
      element.run();
    } while (accept(','));
    expect(']');
  }

  /** Reads an integer from 0 to the largest {@code long}. */
  long integer() {
    skipSpace();
    int start = at;
    long value = 0;
    for (; at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9'; at++) {
      int digit = text.charAt(at) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw damaged("number too large");
      }
      value = value * 10 + digit;
    }
    boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
    boolean fraction = at < text.length() && ".eE".indexOf(text.charAt(at)) >= 0;
    if (at == start || leadingZero || fraction) {
      throw damaged("not a non-negative integer");
    }
    return value;
  }

  /** Reads a string of valid Unicode. */
  String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    char c;
    while ((c = next()) != '"') {
      if (c < ' ') {
        throw damaged("control character in a string");
      }
      value.append(c == '\\' ? escape() : c);
    }
    if (!isUnicode(value)) {
      throw damaged("half a surrogate pair in a string");
    }
    return value.toString();
  }

  /** Makes sure that nothing but space is left. */
  void end() {
    skipSpace();
    if (at < text.length()) {
      throw damaged("text after the end of the JSON");
    }
  }

  /** An exception that says what is wrong and where. */
  FormatException damaged(String what) {
    return FormatException.damaged(file, what + " (header, character " + at + ")");
  }

  private char escape() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) (hexDigit() << 12 | hexDigit() << 8 | hexDigit() << 4 | hexDigit());
      default -> throw damaged("unknown escape in a string");
    };
  }

  private int hexDigit() {
    char c = next();
    // Character.digit alone would also take the digits of other scripts.
    int digit = c < 128 ? Character.digit(c, 16) : -1;
    if (digit < 0) {
      throw damaged("not a hexadecimal digit");
    }
    return digit;
  }

  private char next() {
    if (at == text.length()) {
      throw damaged("the JSON ends too early");
    }
    return text.charAt(at++);
  }

  private boolean accept(char wanted) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char wanted) {
    if (!accept(wanted)) {
      throw damaged("'" + wanted + "' expected");
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  /** Whether UTF-8 can hold the text, that is whether every surrogate has its partner. */
  public static boolean isUnicode(CharSequence text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /**
   * A JSON string.
   *
   * @param value any text of valid Unicode
   * @return it, quoted
   */
  public static String quoted(String value) {
    StringBuilder out = new StringBuilder();
    quote(value, out);
    return out.toString();
  }

  /** Appends {@code value} as a JSON string. */
  static void quote(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append(c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    out.append('"');
  }
}
