package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gan4j.eval.Better;
import org.gan4j.io.JsonValue;
import org.gan4j.io.Png;
import org.gan4j.run.MeasureSheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the published runs, and of folders that somebody has meddled with. */
@Tag("fonts") // pages and runs have charts
class ReportCommandTest {
  private static final Path PUBLISHED = Path.of("docs/results/mnist-30-epochs");
  private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>";

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  /** A published run, with pictures of samples of different greys. */
  private Path published(String name) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(PUBLISHED)) {
      for (Path file : files.toList()) {
        Files.copy(file, run.resolve(file.getFileName()));
      }
    }
    for (int epoch = 10; epoch <= 30; epoch += 10) {
      BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setSample(epoch / 10, 0, 0, 255);
      Png.write(run.resolve(String.format("samples-%04d.png", epoch)), image);
    }
    return run;
  }

  private String page(Path run) throws IOException {
    assertEquals(0, commands.run("report", run), commands.err());
    assertEquals(run.resolve("report.html").toString(), commands.out().strip());
    return Files.readString(run.resolve("report.html"));
  }

  private static void replace(Path file, String what, String with) throws IOException {
    String text = Files.readString(file);
    assertTrue(text.contains(what), text);
    Files.writeString(file, text.replace(what, with));
  }

  private static String measures() {
    Map<String, OptionalDouble> anchors = new LinkedHashMap<>();
    anchors.put("training set", OptionalDouble.of(0.25));
    anchors.put("k-means centroids", OptionalDouble.empty());
    MeasureSheet.Row row =
        new MeasureSheet.Row(
            "precision",
            "precision " + SCRIPT,
            "%",
            Better.HIGHER,
            List.of(OptionalDouble.of(0.125), OptionalDouble.empty(), OptionalDouble.of(0.375)),
            List.of("", "no samples " + SCRIPT, ""),
            anchors,
            "what it says " + SCRIPT);
    return new MeasureSheet(15_000, 1, 1000, 500, List.of(row), List.of("copies " + SCRIPT)).json();
  }

  @Test
  void aPageTellsAllThatTheFolderHolds() throws IOException {
    Path run = published("run");
    Files.writeString(run.resolve("measures.json"), measures());
    String page = page(run);
    for (String part :
        List.of(
            "15000 iterations, 30.0 epochs",
            "cpu (1 threads, AVX-512 kernels, oneDNN 3.11.0)",
            "<td>seed 2</td><td>130.4</td><td>1.5</td>",
            "Over 3 seeds: 125.8 ± 5.1 nats",
            "<td>0.125</td>",
            "<td>0.250</td><td>–</td>",
            "k-means centroids",
            "max_column_norm: 0.0",
            "alt=\"σ curve on validation\"",
            "alt=\"The discriminator&#39;s outputs\"",
            "copies &lt;script&gt;")) {
      assertTrue(page.contains(part), part);
    }
    assertFalse(page.contains("Diversity of samples"));
    String texts = page.replaceAll("base64,[^\"]*", "");
    assertFalse(texts.contains("NaN") || texts.contains("Infinity"));
    assertTrue(page.length() < 1_500_000, "size " + page.length());
  }

  @Test
  void nothingFromAFileBecomesMarkup() throws IOException {
    Path run = published("run");
    Files.writeString(run.resolve("measures.json"), measures());
    replace(run.resolve("config.yaml"), "\"MNIST handwritten digits\"", "'" + SCRIPT + "'");
    replace(run.resolve("config.yaml"), "name: mnist\n", "name: '\"" + SCRIPT + "'\n");
    Files.writeString(
        run.resolve("alarms.jsonl"),
        "{\"iteration\":1,\"replica\":0,\"alarm\":\"collapse\",\"saw\":\"" + SCRIPT + "\"}\n");
    String page = page(run);
    String template = page(published("innocent"));
    assertEquals(template.split("<script").length, page.split("<script").length);
    assertFalse(page.contains("<img src=x"));
    assertEquals(0, commands.run("compare", run, folder.resolve("innocent")), commands.err());
    String comparison = Files.readString(commands.runs().resolve("compare.html"));
    assertFalse(comparison.contains("<img src=x"));
    assertTrue(comparison.contains("&lt;img src=x"));
  }

  @Test
  void aLinkBringsNoFileOfThisMachineIntoAPage() throws IOException {
    Path run = published("run");
    Path secret = Files.writeString(folder.resolve("secret.png"), "a key");
    for (String name : List.of("figure2.png", "samples-000007.png", "alarms.jsonl")) {
      Files.deleteIfExists(run.resolve(name));
      Files.createSymbolicLink(run.resolve(name), secret);
    }
    String page = page(run);
    String text = Base64.getEncoder().encodeToString("a key".getBytes(StandardCharsets.UTF_8));
    assertFalse(page.contains(text));
    assertTrue(page.contains("figure2.png is no file of its own and left out"));
    assertFalse(page.contains("a key") || commands.err().contains("a key"), commands.err());
  }

  @Test
  void damagedLinesAreNamedAndLeftOut() throws IOException {
    Path run = published("run");
    Files.writeString(run.resolve("metrics.jsonl"), "{\"iteration\":9", StandardOpenOption.APPEND);
    Files.writeString(run.resolve("alarms.jsonl"), "{\"alarm\":\"boredom\"}\n");
    String page = page(run);
    assertTrue(
        commands
            .err()
            .contains("metrics.jsonl: 1 damaged lines are left out, the first is line 151"),
        commands.err());
    assertTrue(commands.err().contains("alarms.jsonl: line 1 is damaged"), commands.err());
    assertTrue(page.contains("the first is line 151"));
  }

  @Test
  void anotherVersionIsNamed() throws IOException {
    Path run = published("run");
    replace(run.resolve("config.yaml"), "gan4j: \"0.1.0\"", "gan4j: \"0.0.7\"");
    page(run);
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains("written by gan4j 0.0.7, read by "), commands.err());
  }

  private void assertRefused(int code, String text, Path run) {
    assertEquals(code, commands.run("report", run), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertTrue(commands.err().contains(text), commands.err());
    assertFalse(commands.err().contains("Exception"), commands.err());
    assertFalse(Files.exists(run.resolve("report.html")));
  }

  @Test
  void foldersThatAreNoRunsAreRefused() throws IOException {
    assertRefused(2, "is not the folder of a run that has trained", folder.resolve("absent"));
    Path run = published("a");
    Files.delete(run.resolve("metrics.jsonl"));
    assertRefused(
        2, "it needs config.yaml and metrics.jsonl, which a run has from its first report on", run);
    Files.writeString(run.resolve("metrics.jsonl"), "{}\nx\n");
    assertRefused(2, "has no line that can be read", run);
    run = published("b");
    Files.writeString(run.resolve("score.json"), "{\"replicas\": [{}]}");
    assertRefused(2, "score.json is not a score of gan4j", run);
    Files.writeString(run.resolve("score.json"), "{\"replicas\": []}");
    assertRefused(2, "score.json is not a score of gan4j", run);
    run = published("c");
    Files.writeString(run.resolve("config.yaml"), "[1");
    assertRefused(2, "config.yaml: line 1: not YAML", run);
    run = published("d");
    Files.writeString(run.resolve("measures.json"), "{}");
    assertRefused(1, "measures.json", run);
    run = published("e");
    Files.writeString(run.resolve("classify.json"), "{}");
    assertRefused(2, "classify.json is no table of classifiers", run);
  }

  @Test
  @Timeout(120)
  void worksInABrowserWithoutANetwork() throws Exception {
    assumeTrue(
        Browser.isInstalled(), "not tested in a browser: no Debian chromium and chromium-driver");
    Path run = published("run");
    Files.writeString(run.resolve("measures.json"), measures());
    page(run);
    assertEquals(0, commands.run("compare", run, published("other")), commands.err());
    try (Browser browser = new Browser(Files.createDirectory(folder.resolve("browser")))) {
      browser.open(run.resolve("report.html"));
      assertHealthy(browser, 5);
      JsonValue shown = browser.run(SHOWN);
      assertEquals("epoch 30", shown.get("label").text());
      assertEquals(1, shown.get("sources").list().size());
      browser.run(
          "const s = document.querySelector('input[type=range]');"
              + "s.value = 1; s.dispatchEvent(new Event('input'));");
      JsonValue moved = browser.run(SHOWN);
      assertEquals("epoch 20", moved.get("label").text());
      assertEquals(1, moved.get("sources").list().size());
      assertFalse(source(moved).equals(source(shown)), "the same picture");
      assertEquals(0, browser.console().list().size());
      browser.open(commands.runs().resolve("compare.html"));
      assertHealthy(browser, 2);
    }
  }

  private static String source(JsonValue shown) {
    return shown.get("sources").list().get(0).text();
  }

  private static List<String> texts(JsonValue list, Function<JsonValue, String> text) {
    return list.list().stream().map(text).toList();
  }

  private static final String SHOWN =
      "const f = document.querySelector('input[type=range]').closest('figure');"
          + "return {label: f.querySelector('output').textContent,"
          + " sources: [...f.querySelectorAll('img')]"
          + ".filter(i => i.offsetWidth > 0).map(i => i.src)};";

  private static void assertHealthy(Browser browser, int images)
      throws IOException, InterruptedException {
    JsonValue console = browser.console();
    assertEquals(List.of(), texts(console, entry -> entry.get("message").text()));
    double charts = browser.run("return document.querySelectorAll('img.chart').length").number();
    assertTrue(charts > 5, "charts: " + charts);
    assertEquals(images + charts, browser.run("return document.images.length").number());
    assertEquals(
        images + charts,
        browser
            .run("return [...document.images].filter(i => i.complete && i.naturalWidth > 0).length")
            .number());
    JsonValue fetched =
        browser.run(
            "return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(n => !n.startsWith('data:'))");
    assertEquals(List.of(), texts(fetched, JsonValue::text));
    // Narrow windows scroll tables, not the page.
    assertTrue(
        browser.run("return document.documentElement.scrollWidth <= window.innerWidth").truth());
  }
}
