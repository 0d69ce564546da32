package org.gan4j.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.gan4j.io.Png;
import org.gan4j.io.Printable;
import org.gan4j.io.Sha256;
import org.gan4j.run.RunRecord;

/**
 * Pieces of a page that is one file: it asks no network for anything, and forbids itself to. Every
 * text is escaped here, whatever file it comes from.
 */
final class Html {
  private static final String BODY = "{{body}}";
  private static final String SCRIPT = "<script>";

  private Html() {}

  /** The whole page around a body, which is HTML already. */
  static String page(String title, String body) {
    String template = template();
    template = template.replace("{{script}}", hash(script(template)));
    int at = template.indexOf(BODY);
    return template.substring(0, at).replace("{{title}}", escape(title))
        + body
        + template.substring(at + BODY.length());
  }

  private static String script(String template) {
    int begin = template.indexOf(SCRIPT) + SCRIPT.length();
    return template.substring(begin, template.indexOf("</script>", begin));
  }

  /** By which a browser knows the page's own script, and runs no other. */
  private static String hash(String script) {
    byte[] digest = Sha256.digest().digest(script.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }

  private static String template() {
    try (InputStream in = Html.class.getResourceAsStream("page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A text between tags, or in the quotes of an attribute; see {@link Printable} for odd
   * characters.
   */
  static String escape(String text) {
    StringBuilder html = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                case '\n', '\t' -> html.appendCodePoint(c);
                default -> Printable.append(c, html);
              }
            });
    return html.toString();
  }

  /** Four digits; an en dash for what is no finite number. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "–";
    }
    double size = Math.abs(value);
    String format = size >= 1000 ? "%.0f" : size >= 100 ? "%.1f" : size >= 1 ? "%.3f" : "%.3g";
    return String.format(Locale.ROOT, value == 0 ? "%.0f" : format, value);
  }

  static String heading(String text) {
    return "<h2>" + escape(text) + "</h2>\n";
  }

  static String paragraph(String style, String text) {
    return "<p class=\"" + style + "\">" + escape(text) + "</p>\n";
  }

  /** Of texts; an empty head leaves it out. */
  static String table(List<String> head, List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table>");
    if (!head.isEmpty()) {
      html.append("<thead>").append(row("th", head)).append("</thead>");
    }
    html.append("<tbody>\n");
    rows.forEach(row -> html.append(row("td", row)).append('\n'));
    return html.append("</tbody></table></div>\n").toString();
  }

  private static String row(String cell, List<String> texts) {
    StringBuilder html = new StringBuilder("<tr>");
    for (String text : texts) {
      html.append('<').append(cell).append('>').append(escape(text));
      html.append("</").append(cell).append('>');
    }
    return html.append("</tr>").toString();
  }

  /** A PNG file inside the page. */
  static String image(RunRecord.Picture picture) {
    return image("", picture.caption(), picture.png());
  }

  private static String image(String attributes, String alt, byte[] png) {
    return "<img "
        + attributes
        + "alt=\""
        + escape(alt)
        + "\" src=\"data:image/png;base64,"
        + Base64.getEncoder().encodeToString(png)
        + "\">";
  }

  /** A chart for screens of two pixels where a page has one. */
  static String chart(Chart chart) {
    byte[] png = Png.encode(chart.draw(2));
    return "<figure>" + image("class=\"chart\" ", chart.title(), png) + "</figure>\n";
  }

  static String charts(List<Chart> charts) {
    return grid(charts.stream().map(Html::chart).toList());
  }

  static String figure(String caption, String content) {
    return "<figure>" + content + "<figcaption>" + escape(caption) + "</figcaption></figure>\n";
  }

  static String grid(List<String> content) {
    return "<div class=\"grid\">\n" + String.join("", content) + "</div>\n";
  }
}
