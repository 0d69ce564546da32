package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.data.DataIdentity;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Seconds;
import org.gan4j.gan.Validation;
import org.gan4j.gan.WentBack;
import org.gan4j.io.YamlReader;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measurements written and read back, as JSON and as CSV. */
class MetricsFileTest {
  private static final DataIdentity DATA = new DataIdentity("a", "b", "c");
  private static final RunConfig CONFIG =
      new RunConfig(Recipes.get("mnist-10k"), "cpu", "digits", DATA, Optional.empty());

  @TempDir private Path folder;

  private static IterationMeans means(long iteration, double at) {
    return new IterationMeans(
        iteration, at + 1, at + 1, 0.5, at + 2, at + 3, at + 4, at + 5, at + 6);
  }

  private static Report two(long iteration, boolean scored) {
    return new Report(
        iteration,
        iteration / 20.0,
        99.5,
        List.of(means(iteration, 0.1), means(iteration, 0.3)),
        List.of(7.5, 8.5),
        scored ? List.of(new Validation(-10, 0.2, 0.5), new Validation(30, 0.3, 0.75)) : List.of(),
        new Seconds(1.5, 0.25, 0.125));
  }

  private RunWriter run;

  @BeforeEach
  void run() {
    run = RunWriter.create(folder.resolve("run"), CONFIG);
  }

  @AfterEach
  void close() {
    run.close();
  }

  private Path metrics() {
    return folder.resolve("run/metrics.jsonl");
  }

  private Path alarms() {
    return folder.resolve("run/alarms.jsonl");
  }

  private List<String> csv() throws IOException {
    return Files.readAllLines(folder.resolve("run/metrics.csv"));
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    List<Report> reports = List.of(two(100, false), two(200, true));
    reports.forEach(run::append);
    MetricsFile file = MetricsFile.read(metrics());
    assertEquals(List.of(), file.damaged());
    assertEquals(reports, file.reports());
    Report plain = two(300, false);
    Report looked =
        new Report(
            300,
            plain.epoch(),
            plain.iterationsPerSecond(),
            plain.means(),
            plain.generatorUpdates(),
            List.of(),
            List.of(-7.5, 8.25),
            plain.seconds());
    run.append(looked);
    assertEquals(looked, MetricsFile.read(metrics()).reports().get(2));
  }

  /** Those after the checkpoint that a run goes on from will come again. */
  @Test
  void rollbacksAreReadBackUpToTheCheckpoint() throws IOException {
    RunFolder folder = run.folder();
    assertEquals(List.of(), folder.rollbacks());
    List<WentBack> backs =
        List.of(new WentBack(1100, 0, "saturation", 400, 1), new WentBack(2200, 1, "ß", 0, 2));
    backs.forEach(run::append);
    assertEquals(backs, folder.rollbacks());
    run.goOnFrom(2000, CONFIG);
    assertEquals(backs.subList(0, 1), folder.rollbacks());
    Files.writeString(this.folder.resolve("run/rollbacks.jsonl"), "{\"iteration\":1}\n");
    FormatException e = assertThrows(FormatException.class, folder::rollbacks);
    assertTrue(e.getMessage().contains("rollbacks.jsonl: line 1 is damaged"), e.getMessage());
  }

  /** Only where a player may stand still; each replica has its own. */
  @Test
  void pausesAreSaidWhereThereMayBeAny() throws IOException {
    Report plain = two(100, false);
    List<IterationMeans> means =
        List.of(
            new IterationMeans(100, 0.1, 0.1, 0.5, 1, 1, 0.5, 0.5, 1, 0.25, 0),
            new IterationMeans(100, 0.1, 0.1, 0.5, 1, 1, 0.5, 0.5, 1, 0, 0.125));
    Report paused =
        new Report(
            100,
            plain.epoch(),
            plain.iterationsPerSecond(),
            means,
            plain.generatorUpdates(),
            List.of(),
            plain.seconds());
    run.append(plain);
    run.append(paused);
    List<String> lines = Files.readAllLines(metrics());
    assertFalse(lines.get(0).contains("paused"), lines.get(0));
    assertTrue(
        lines
            .get(1)
            .endsWith(
                "\"d_paused\":0.125,\"d_paused_replicas\":[0.25,0.0],"
                    + "\"g_paused\":0.0625,\"g_paused_replicas\":[0.0,0.125]}"),
        lines.get(1));
    assertEquals(List.of(plain, paused), MetricsFile.read(metrics()).reports());
    assertTrue(
        csv().get(0).endsWith("d_paused,d_paused_0,d_paused_1,g_paused,g_paused_0,g_paused_1"));
    assertTrue(csv().get(2).endsWith(",0.125,0.25,0.0,0.0625,0.0,0.125"), csv().get(2));
  }

  /** The discriminator's is there only where it is another. */
  @Test
  void bothLearningRatesAreSaidWhereTheyDiffer() throws IOException {
    Report same = two(100, false);
    List<IterationMeans> means =
        List.of(
            new IterationMeans(200, 0.1, 0.1, 0.5, 1, 1, 0.5, 0.5, 1),
            new IterationMeans(200, 0.1, 0.4, 0.5, 1, 1, 0.5, 0.5, 1));
    Report other = new Report(200, 2, 1, means, List.of(7.5, 8.5), List.of(), same.seconds());
    run.append(same);
    run.append(other);
    List<String> lines = Files.readAllLines(metrics());
    assertFalse(lines.get(0).contains("d_learning_rate"), lines.get(0));
    assertTrue(lines.get(1).contains("\"d_learning_rate_replicas\":[0.1,0.4]"), lines.get(1));
    assertEquals(List.of(same, other), MetricsFile.read(metrics()).reports());
    List<String> head = List.of(csv().get(0).split(",", -1));
    int column = head.indexOf("d_learning_rate_1");
    assertEquals("", csv().get(1).split(",", -1)[column]);
    assertEquals("0.4", csv().get(2).split(",", -1)[column]);
  }

  @Test
  void csvHasTheSameNumbers() throws IOException {
    run.append(two(100, false));
    run.append(two(200, true));
    List<String> lines = csv();
    assertEquals(3, lines.size());
    assertTrue(
        lines
            .get(0)
            .startsWith("iteration,epoch,iterations_per_second,d_loss,d_loss_0,d_loss_1,g_loss,"),
        lines.get(0));
    List<String> head = List.of(lines.get(0).split(",", -1));
    List<String> first = List.of(lines.get(1).split(",", -1));
    List<String> second = List.of(lines.get(2).split(",", -1));
    assertEquals(head.size(), first.size());
    assertEquals(head.size(), second.size());
    assertEquals("100", first.get(0));
    assertEquals("2.1", first.get(head.indexOf("d_loss_0")));
    assertEquals("8.5", first.get(head.indexOf("g_update_norm_1")));
    assertEquals("8.0", first.get(head.indexOf("g_update_norm")));
    assertEquals("", first.get(head.indexOf("parzen_valid_1")));
    assertEquals("10.0", second.get(head.indexOf("parzen_valid")));
    assertEquals("0.75", second.get(head.indexOf("diversity_1")));
    assertEquals("0.25", second.get(head.indexOf("evaluate_seconds")));
    run.goOnFrom(200, CONFIG);
    assertEquals(lines, csv());
  }

  @Test
  void aResumeFromTheBeginningBeginsTheCsvAnew() throws IOException {
    run.append(two(100, false));
    run.goOnFrom(0, CONFIG);
    run.append(two(100, true));
    assertEquals(2, csv().size());
    assertTrue(csv().get(0).startsWith("iteration,"));
  }

  @Test
  void alarmsBehindACheckpointAreForgottenAndOthersStayAsTheyAre() throws IOException {
    Alarm kept = new Alarm(Alarm.Kind.DIVERGENCE, 100, 1, "saved in \"läufe\\ß\"");
    run.append(kept);
    String before = Files.readString(alarms());
    run.append(new Alarm(Alarm.Kind.COLLAPSE, 101, 0, "later"));
    run.goOnFrom(100, CONFIG);
    assertEquals(before, Files.readString(alarms()));
    run.append(two(100, false));
    assertEquals(List.of(kept), run.folder().read().alarms());
  }

  /** The published runs are older than some of the fields. */
  @Test
  void fieldsOfAnOtherVersionMayBeMissing() throws IOException {
    MetricsFile file = MetricsFile.read(Path.of("docs/results/mnist-30-epochs/metrics.jsonl"));
    Report last = file.reports().get(file.reports().size() - 1);
    assertEquals(15_000, last.iteration());
    assertEquals(3, last.means().size());
    assertEquals(0.5337115514038032, last.means().get(1).dLoss());
    assertEquals(127.92354702554, last.validation().get(1).score());
    assertTrue(Double.isNaN(last.validation().get(1).diversity()));
    assertTrue(last.generatorUpdates().get(2).isNaN());
    assertTrue(Double.isNaN(last.seconds().training()));
  }

  @Test
  void aNumberBeyondDoubleIsNoInfinity() throws IOException {
    MetricsFile file =
        MetricsFile.read(Path.of("src/test/resources/org/gan4j/run/metrics-infinity.jsonl"));
    assertEquals(List.of(1), file.damaged());
    assertEquals(
        List.of(100L, 160L, 200L, 240L), file.reports().stream().map(Report::iteration).toList());
  }

  /** Losses may honestly be infinite, and no numbers after that. */
  @Test
  void whatIsNotFiniteIsWrittenAsNullAndReadAsNaN() throws IOException {
    run.append(
        new Report(
            100,
            5,
            99.5,
            List.of(means(100, Double.NEGATIVE_INFINITY), means(100, Double.NaN)),
            List.of(7.5, Double.POSITIVE_INFINITY),
            List.of(),
            new Seconds(1.5, 0.25, 0.125)));
    String line = Files.readString(metrics());
    assertTrue(line.contains("\"d_loss\":null,\"d_loss_replicas\":[null,null],"), line);
    assertTrue(
        line.contains("\"g_update_norm\":null,\"g_update_norm_replicas\":[7.5,null],"), line);
    MetricsFile file = MetricsFile.read(metrics());
    assertEquals(List.of(), file.damaged());
    assertTrue(Double.isNaN(file.reports().get(0).means().get(0).dLoss()));
    assertEquals(List.of(7.5, Double.NaN), file.reports().get(0).generatorUpdates());
  }

  @Test
  void aFileThatEndsAnywhereHasItsWholeLines() throws IOException {
    run.append(two(100, false));
    run.append(two(200, true));
    byte[] whole = Files.readAllBytes(metrics());
    int first = Files.readString(metrics()).indexOf('\n');
    for (int length = 0; length < whole.length - 1; length++) {
      Files.write(metrics(), Arrays.copyOf(whole, length));
      MetricsFile file = MetricsFile.read(metrics());
      assertEquals(length < first ? 0 : 1, file.reports().size(), "at " + length);
      boolean ends = length == 0 || length == first || length == first + 1;
      assertEquals(ends ? 0 : 1, file.damaged().size(), "at " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"iteration\":100,\"epoch\":1.0,\"d_loss\":0.",
        "[]",
        "{}",
        "{\"epoch\":1}",
        "{\"iteration\":-1,\"epoch\":1}",
        "{\"iteration\":1e99,\"epoch\":1}",
        "{\"iteration\":null,\"epoch\":1}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":\"x\"}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":{}}",
        "{\"iteration\":100,\"epoch\":1} {}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":-1e309}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":NaN}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":-Infinity}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":1,\"d_loss\":1}",
        "{\"iteration\":100,\"epoch\":1,\"unknown\":[1,1e400]}",
        "{\"iteration\":1e400,\"epoch\":1}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss\":1,\"d_loss_replicas\":[1,2,3]}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss_replicas\":[1,2],\"g_loss_replicas\":[1]}",
        "{\"iteration\":100,\"epoch\":1,\"d_loss_replicas\":[]}",
        "\u0000\u00ff"
      })
  void damagedLinesAreLeftOutAndNumbered(String line) throws IOException {
    run.append(two(100, false));
    Files.writeString(metrics(), Files.readString(metrics()) + line + "\n");
    run.append(two(200, true));
    MetricsFile file = MetricsFile.read(metrics());
    assertEquals(List.of(2), file.damaged());
    assertEquals(List.of(two(100, false), two(200, true)), file.reports());
  }

  /** A hole of zeros stands for what many replicas write in many epochs. */
  private static void appendHole(Path file, long bytes) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(content.length() + bytes);
      content.seek(content.length());
      content.write('\n');
    }
  }

  @Test
  void aFileMayHaveAnyLengthButNoLine() throws IOException {
    run.append(two(100, false));
    appendHole(metrics(), 1L << 28);
    run.append(two(200, true));
    MetricsFile file = MetricsFile.read(metrics());
    assertEquals(List.of(2), file.damaged());
    assertEquals(List.of(two(100, false), two(200, true)), file.reports());
    run.goOnFrom(200, CONFIG);
    assertEquals(2, Files.readAllLines(metrics()).size());
    assertEquals(file.reports(), MetricsFile.read(metrics()).reports());
  }

  /** As many replicas as there may be, with the longest numbers. */
  @Test
  void theLongestLineIsRead() throws IOException {
    double longest = -1.2345678901234567e-123;
    IterationMeans means =
        new IterationMeans(
            1,
            2 * longest,
            longest,
            longest,
            longest,
            longest,
            longest,
            longest,
            longest,
            longest,
            longest);
    int replicas = 1024;
    Report report =
        new Report(
            1,
            1,
            longest,
            Collections.nCopies(replicas, means),
            Collections.nCopies(replicas, longest),
            Collections.nCopies(replicas, new Validation(longest, longest, longest)),
            Collections.nCopies(replicas, longest),
            new Seconds(longest, longest, longest));
    run.append(report);
    assertTrue(Files.size(metrics()) < Lines.LONGEST / 4);
    assertEquals(List.of(report), MetricsFile.read(metrics()).reports());
  }

  @Test
  void manyRollbacksAreRead() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 1; lines.length() <= YamlReader.MAX_BYTES; i++) {
      lines.append(RollbackLine.of(new WentBack(i, 0, "collapse", 0, 1))).append('\n');
    }
    Files.writeString(folder.resolve("run/rollbacks.jsonl"), lines);
    List<WentBack> backs = run.folder().rollbacks();
    assertEquals(lines.chars().filter(c -> c == '\n').count(), backs.size());
    assertEquals(backs.size(), backs.get(backs.size() - 1).iteration());
  }

  @Test
  void linesMayEndAsOnWindows() throws IOException {
    run.append(two(100, false));
    run.append(two(200, true));
    Files.writeString(metrics(), Files.readString(metrics()).replace("\n", "\r\n"));
    run.goOnFrom(100, CONFIG);
    assertEquals(List.of(two(100, false)), MetricsFile.read(metrics()).reports());
  }
}
