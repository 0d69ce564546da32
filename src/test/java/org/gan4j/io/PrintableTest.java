package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void whatDrivesATerminalIsShownAsEscapes() {
    assertEquals("\\u001b[31mred\\u009b0m", Printable.line("\u001b[31mred\u009b0m"));
    assertEquals("\\u202eleft\\u2028\\u000d\\u007f", Printable.line("\u202eleft\u2028\r\u007f"));
    assertEquals("\\x{e0041} half: \\ud83d", Printable.line("\udb40\udc41 half: \ud83d"));
  }

  @Test
  void otherTextsStay() {
    assertEquals("a b c", Printable.line("a\nb\tc"));
    assertEquals("σ é 😀 漢 \\", Printable.line("σ é 😀 漢 \\"));
    assertEquals("\"\"", Printable.quoted(""));
    assertEquals('"' + "x".repeat(60) + '"', Printable.quoted("x".repeat(60)));
    assertEquals('"' + "x".repeat(60) + "…\"", Printable.quoted("x".repeat(61)));
  }
}
