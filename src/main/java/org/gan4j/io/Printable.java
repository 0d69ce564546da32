package org.gan4j.io;

/**
 * Texts that come from files, made fit for a terminal, a message or a page: what would move a
 * cursor, colour a line or turn the direction of writing is shown as {@code \}{@code u001b} and the
 * like.
 */
public final class Printable {
  /** A message shows no more of a text than this many characters. */
  private static final int QUOTED_CHARS = 60;

  private Printable() {}

  /**
   * Whether a terminal shows a character and does nothing else.
   *
   * @param c a character of any plane
   * @return false for control characters (tabs and ends of lines too), those of format such as the
   *     ones that turn the direction of writing, separators of lines, halves of surrogate pairs,
   *     and what is no character yet
   */
  public static boolean prints(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /**
   * A text of any content as one line.
   *
   * @param text may come from a file
   * @return it, with characters that are not {@linkplain #prints printable} as escapes; tabs and
   *     ends of lines as spaces
   */
  public static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().forEach(c -> append(c == '\n' || c == '\t' ? ' ' : c, line));
    return line.toString();
  }

  /**
   * A text of any length and content for a message.
   *
   * @param text may come from a file
   * @return its beginning as one {@linkplain #line line}, in double quotes
   */
  public static String quoted(String text) {
    boolean cut = text.length() > QUOTED_CHARS;
    return '"' + line(cut ? text.substring(0, QUOTED_CHARS) : text) + (cut ? "…\"" : "\"");
  }

  /**
   * Appends a character.
   *
   * @param c of any plane; as an escape unless it is {@linkplain #prints printable}
   * @param text grows
   */
  public static void append(int c, StringBuilder text) {
    if (prints(c)) {
      text.appendCodePoint(c);
    } else {
      text.append(String.format(c < 0x10000 ? "\\u%04x" : "\\x{%x}", c));
    }
  }
}
