package org.gan4j.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.gan.WentBack;
import org.gan4j.io.Version;
import org.gan4j.io.YamlReader;
import org.gan4j.run.RunRecord.Picture;

/** Reads all that a run's folder tells; checkpoints are not needed. */
final class RunReader {
  /** All pictures of samples that a page carries. */
  private static final long SAMPLE_BYTES = 6 << 20;

  /** A single picture of the paper's figures. */
  private static final long FIGURE_BYTES = 8 << 20;

  private final RunFolder run;
  private final List<String> remarks = new ArrayList<>();

  RunReader(RunFolder run) {
    this.run = run;
  }

  /**
   * Reads the folder.
   *
   * @throws IllegalArgumentException if it is no run's
   * @throws FormatException if a file in it is not what its name says
   */
  RunRecord read() throws IOException {
    Path metrics = run.metricsFile();
    Path config = run.config();
    if (!Files.isRegularFile(metrics) || !Files.isRegularFile(config)) {
      throw new IllegalArgumentException(
          run.path()
              + " is not the folder of a run that has trained: it needs config.yaml and"
              + " metrics.jsonl, which a run has from its first report on");
    }
    MetricsFile lines = MetricsFile.read(metrics);
    if (lines.reports().isEmpty()) {
      throw new RunFileException(metrics + " has no line that can be read");
    }
    if (!lines.damaged().isEmpty()) {
      remarks.add(
          String.format(
              "metrics.jsonl: %d damaged lines are left out, the first is line %d",
              lines.damaged().size(), lines.damaged().get(0)));
    }
    String text = YamlReader.text(config, RunFileException::new);
    Map<String, String> settings = new LinkedHashMap<>();
    flatten("", YamlReader.read(text, config.toString(), RunFileException::new), settings);
    compareVersions(settings.get(RunRecord.RUN + "gan4j"));
    return new RunRecord(
        run.path().toRealPath().getFileName().toString(),
        text,
        settings,
        lines.reports(),
        alarms(),
        rollbacks(),
        Files.isRegularFile(run.score())
            ? Optional.of(ScoreFile.read(run.score()))
            : Optional.empty(),
        Files.isRegularFile(run.measures())
            ? Optional.of(MeasureSheet.read(run.measures()))
            : Optional.empty(),
        Files.isRegularFile(run.classification())
            ? Optional.of(ClassificationSheet.read(run.classification()))
            : Optional.empty(),
        samples(),
        figures(),
        remarks);
  }

  private static void flatten(String path, Object tree, Map<String, String> settings) {
    String prefix = path.isEmpty() ? "" : path + ".";
    if (tree instanceof Map<?, ?> map) {
      map.forEach((name, value) -> flatten(prefix + name, value, settings));
    } else if (tree instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        flatten(prefix + i, list.get(i), settings);
      }
    } else if (tree != null) {
      settings.put(path, tree.toString());
    }
  }

  private void compareVersions(String writer) {
    if (!Version.current().equals(writer)) {
      remarks.add(
          String.format(
              "written by gan4j %s, read by %s: what that one does not write is left out",
              writer, Version.current()));
    }
  }

  private List<Alarm> alarms() throws IOException {
    Path file = run.alarms();
    List<Alarm> alarms = new ArrayList<>();
    if (Files.isRegularFile(file)) {
      int number = 0;
      List<String> lines = YamlReader.head(file);
      if (Files.size(file) > YamlReader.MAX_BYTES) {
        remarks.add("alarms.jsonl: only the first " + lines.size() + " alarms are read");
      }
      for (String line : lines) {
        number++;
        try {
          alarms.add(AlarmLine.read(line));
        } catch (FormatException | IllegalArgumentException e) {
          remarks.add("alarms.jsonl: line " + number + " is damaged and left out");
        }
      }
    }
    return alarms;
  }

  private List<WentBack> rollbacks() {
    try {
      return run.rollbacks();
    } catch (FormatException e) {
      remarks.add("rollbacks.jsonl is damaged and left out");
      return List.of();
    }
  }

  /** The first, the last and others evenly between, as many as a page can carry. */
  private List<Picture> samples() throws IOException {
    List<RunFiles.Samples> files = RunFiles.samples(run);
    long bytes = 0;
    for (RunFiles.Samples each : files) {
      bytes += Files.size(each.file());
    }
    long fitting = bytes <= SAMPLE_BYTES ? files.size() : files.size() * SAMPLE_BYTES / bytes;
    int shown = (int) Math.min(files.size(), Math.max(1, fitting));
    if (shown < files.size()) {
      remarks.add(String.format("%d of %d pictures of samples are shown", shown, files.size()));
    }
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      int chosen =
          shown == 1 ? files.size() - 1 : (int) ((long) i * (files.size() - 1) / (shown - 1));
      picture(files.get(chosen).file(), "epoch " + files.get(chosen).epoch(), pictures);
    }
    return pictures;
  }

  private List<Picture> figures() throws IOException {
    List<Picture> pictures = new ArrayList<>();
    picture(
        run.figure2(),
        "Figure 2: samples; last column: the training example nearest to the sample beside it",
        pictures);
    picture(run.figure3(), "Figure 3: samples along straight lines in z", pictures);
    return pictures;
  }

  private void picture(Path file, String caption, List<Picture> pictures) throws IOException {
    // A link could bring any file of this machine into a page that is passed on.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        remarks.add(file.getFileName() + " is no file of its own and left out");
      }
      return;
    }
    if (Files.size(file) > FIGURE_BYTES) {
      remarks.add(file.getFileName() + " is larger than 8 MB and left out");
      return;
    }
    pictures.add(new Picture(caption, Files.readAllBytes(file)));
  }
}
