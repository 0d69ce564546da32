package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HtmlTest {
  @Test
  void textsStayTexts() {
    assertEquals(
        "&lt;a b=&quot;c&#39;&quot;&gt;&amp;amp; σ 😀", Html.escape("<a b=\"c'\">&amp; σ 😀"));
    assertEquals("a\\u0000b\\u001b\t\n", Html.escape("a\u0000b\u001b\t\n"));
  }

  @Test
  void aTitleIsNoPlaceForABody() {
    String page = Html.page("{{body}}</title>", "the {{title}} body");
    assertTrue(page.contains("<title>{{body}}&lt;/title&gt;</title>"), page);
    assertTrue(page.contains("the {{title}} body"), page);
    assertFalse(page.contains("http://") || page.contains("https://"), page);
  }

  @Test
  void onlyThePagesOwnScriptRuns() throws Exception {
    String page = Html.page("a", "<p>b</p>");
    String script = page.substring(page.indexOf("<script>") + 8, page.indexOf("</script>"));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    String hash = "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    assertTrue(page.contains("script-src " + hash + "\">"), page);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1234.5, 1235",
    "-123.45, -123.5",
    "1.23456, 1.235",
    "0.0123456, 0.0123",
    "NaN, –"
  })
  void numbersHaveAFewDigits(double value, String text) {
    assertEquals(text, Html.number(value));
  }
}
