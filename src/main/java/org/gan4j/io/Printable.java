package org.gan4j.io;

/** Text from outside, fit for a message: short, one line, harmless to a terminal. */
public final class Printable {
  /** A message shows no more of a text than this many characters. */
  private static final int SHOWN_CHARS = 60;

  private Printable() {}

  /**
   * A text of any length and content in quotation marks.
   *
   * @param text any
   * @return its beginning, with what does not print as JSON escapes it
   */
  public static String quoted(String text) {
    StringBuilder shown = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), SHOWN_CHARS); i++) {
      char c = text.charAt(i);
      shown.append(prints(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return shown.append(text.length() > SHOWN_CHARS ? "…\"" : "\"").toString();
  }

  private static boolean prints(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
