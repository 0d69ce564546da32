package org.gan4j.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Png;

/** The folder that a run leaves behind: configuration, measurements, pictures and checkpoints. */
public final class RunFolder {
  private static final String CONFIG = "config.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final String CSV = "metrics.csv";
  private static final String ALARMS = "alarms.jsonl";
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final String BEST = "checkpoint-best.safetensors";

  /** Of a recipe's name in that of a folder; file systems take 255 bytes. */
  private static final int MAX_NAME = 100;

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder of a new run. If that fails, no new folder stays behind.
   *
   * @param folder is created; must be absent or empty
   * @param config the text of its config.yaml
   * @return the run's folder
   * @throws IllegalArgumentException if there is something in it
   */
  public static RunFolder create(Path folder, String config) {
    boolean made = !Files.exists(folder);
    try {
      Files.createDirectories(folder);
      try (Stream<Path> content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          throw new IllegalArgumentException(
              folder + " is not empty: name a new folder, or go on with --resume " + folder);
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(folder + " is a file: name a folder", e);
    } catch (IOException e) {
      throw failure(folder, e);
    }
    return begin(folder, made, config);
  }

  private static RunFolder begin(Path folder, boolean made, String config) {
    RunFolder run = new RunFolder(folder);
    try {
      run.writeConfig(config);
      return run;
    } catch (UncheckedIOException e) {
      try {
        if (made) {
          Files.deleteIfExists(folder);
        }
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  /**
   * Makes the next numbered folder, such as runs/00001-mnist. Two runs that begin at once get two
   * folders. If that fails, no new folder stays behind.
   *
   * @param runs the folder of all runs; created if absent
   * @param recipe the recipe's name
   * @param config the text of its config.yaml
   * @return the run's folder
   */
  public static RunFolder createNumbered(Path runs, String recipe, String config) {
    String suffix = nameOf(recipe);
    try {
      Files.createDirectories(runs);
      for (int number = lastNumber(runs) + 1; ; number++) {
        Path folder = runs.resolve(String.format(Locale.ROOT, "%05d-%s", number, suffix));
        try {
          return begin(Files.createDirectory(folder), true, config);
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    } catch (IOException e) {
      throw failure(runs, e);
    }
  }

  /**
   * A recipe's name as a part of a folder's.
   *
   * @param recipe the recipe's name
   * @return the same where a file system takes it
   */
  public static String nameOf(String recipe) {
    String name = recipe.replaceAll("[^A-Za-z0-9._-]", "_");
    return name.substring(0, Math.min(name.length(), MAX_NAME));
  }

  private static int lastNumber(Path runs) throws IOException {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9]{5,9}-.*"))
          .mapToInt(name -> Integer.parseInt(name.substring(0, name.indexOf('-'))))
          .max()
          .orElse(0);
    }
  }

  /**
   * Opens the folder of an earlier run.
   *
   * @param folder as an earlier run left it
   * @return the run's folder
   * @throws IllegalArgumentException if it holds no checkpoint
   */
  public static RunFolder open(Path folder) {
    RunFolder run = new RunFolder(folder);
    if (!Files.isRegularFile(run.latest())) {
      throw new IllegalArgumentException(
          folder + " is not the folder of a run: it has no " + LATEST);
    }
    return run;
  }

  /**
   * The folder itself.
   *
   * @return its path
   */
  public Path path() {
    return folder;
  }

  /**
   * The newest checkpoint.
   *
   * @return its path
   */
  public Path latest() {
    return folder.resolve(LATEST);
  }

  /**
   * The checkpoint with the best validation score.
   *
   * @return its path; the file is there once a score was taken
   */
  public Path best() {
    return folder.resolve(BEST);
  }

  /**
   * The configuration.
   *
   * @return the path of config.yaml
   */
  public Path config() {
    return folder.resolve(CONFIG);
  }

  /**
   * The measurements.
   *
   * @return the path of metrics.jsonl
   */
  public Path metrics() {
    return folder.resolve(METRICS);
  }

  /**
   * The checkpoint to look at.
   *
   * @param wantsBest true: the best by validation; false: {@link #scored}
   * @return its path
   * @throws IllegalArgumentException if it is not there
   */
  public Path checkpoint(boolean wantsBest) {
    if (wantsBest && !Files.isRegularFile(best())) {
      throw new IllegalArgumentException(
          "there is no " + best() + ": the run took no validation score");
    }
    return wantsBest ? best() : scored();
  }

  /**
   * The checkpoint that the run's score is taken from.
   *
   * @return the best by validation if the run stops for want of a better one, else the latest
   */
  public Path scored() {
    boolean keepsBest = Checkpoint.recipe(latest()).stop().patience() > 0;
    return keepsBest && Files.isRegularFile(best()) ? best() : latest();
  }

  /**
   * The alarms.
   *
   * @return the path of alarms.jsonl; the file is there once something went wrong
   */
  public Path alarms() {
    return folder.resolve(ALARMS);
  }

  /**
   * Writes the configuration.
   *
   * @param yaml the whole text
   */
  public void writeConfig(String yaml) {
    writeText(CONFIG, yaml);
  }

  /**
   * Writes a text, whole or not at all.
   *
   * @param name of the file
   * @param text its content
   */
  public void writeText(String name, String text) {
    write(name, text, StandardCharsets.UTF_8);
  }

  private void write(String name, String text, Charset charset) {
    try {
      AtomicFiles.write(folder.resolve(name), out -> out.write(text.getBytes(charset)));
    } catch (IOException e) {
      throw failure(folder.resolve(name), e);
    }
  }

  /**
   * Writes score.json.
   *
   * @param sheet the scores
   */
  public void writeScore(ScoreSheet sheet) {
    writeText("score.json", sheet.json());
  }

  /**
   * Writes measures.json.
   *
   * @param sheet the measures
   */
  public void writeMeasures(MeasureSheet sheet) {
    writeText(MeasureSheet.FILE, sheet.json());
  }

  /**
   * Adds one line to metrics.jsonl and metrics.csv.
   *
   * @param report the measurements
   */
  public void append(Report report) {
    append(METRICS, MetricsLine.of(report));
    if (!Files.exists(folder.resolve(CSV))) {
      append(CSV, MetricsLine.csvHead(report.means().size()));
    }
    append(CSV, MetricsLine.csv(report));
  }

  /**
   * Adds one line to alarms.jsonl.
   *
   * @param alarm what went wrong
   */
  public void append(Alarm alarm) {
    append(ALARMS, AlarmLine.of(alarm));
  }

  private void append(String name, String line) {
    Path file = folder.resolve(name);
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Drops the measurements and alarms behind a checkpoint: a run that goes on from there makes them
   * again.
   *
   * @param iteration of the checkpoint
   */
  public void forgetAfter(long iteration) {
    for (String name : List.of(METRICS, ALARMS)) {
      Path file = folder.resolve(name);
      if (!Files.exists(file)) {
        continue;
      }
      try {
        // Any byte is a character of this one: what is kept stays as it is.
        writeLines(
            name,
            StandardCharsets.ISO_8859_1,
            Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> MetricsLine.iteration(line) <= iteration));
      } catch (IOException e) {
        throw failure(file, e);
      }
    }
  }

  /**
   * Writes metrics.csv anew.
   *
   * @param reports all that metrics.jsonl holds; of as many replicas each
   */
  public void writeCsv(List<Report> reports) {
    if (reports.isEmpty()) {
      try {
        Files.deleteIfExists(folder.resolve(CSV));
      } catch (IOException e) {
        throw failure(folder.resolve(CSV), e);
      }
      return;
    }
    int replicas = reports.get(0).means().size();
    writeLines(
        CSV,
        StandardCharsets.UTF_8,
        Stream.concat(
            Stream.of(MetricsLine.csvHead(replicas)), reports.stream().map(MetricsLine::csv)));
  }

  private void writeLines(String name, Charset charset, Stream<String> lines) {
    write(name, lines.map(line -> line + "\n").collect(Collectors.joining()), charset);
  }

  /**
   * Writes a picture.
   *
   * @param name of the file, .png
   * @param image the picture
   */
  public void writePicture(String name, BufferedImage image) {
    Png.write(folder.resolve(name), image);
  }

  /**
   * Saves a checkpoint.
   *
   * @param gan the networks
   * @param notes saved with them
   * @param best whether as the best one or the latest one
   * @return where
   */
  public Path save(Gan gan, Map<String, String> notes, boolean best) {
    Path file = best ? best() : latest();
    Checkpoint.save(file, gan, notes);
    return file;
  }

  private static UncheckedIOException failure(Path path, IOException e) {
    return new UncheckedIOException(
        new IOException(
            "can't write "
                + path
                + ": "
                + FileErrors.reason(e)
                + "; name a folder that can be written and has space (--out)",
            e));
  }
}
