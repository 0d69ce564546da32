package org.gan4j.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.data.AtomicFiles;
import org.gan4j.data.FileErrors;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;

/** The folder that a run leaves behind: configuration, measurements, pictures and checkpoints. */
public final class RunFolder {
  private static final String CONFIG = "config.yaml";
  private static final String METRICS = "metrics.jsonl";
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final String BEST = "checkpoint-best.safetensors";

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder of a new run.
   *
   * @param folder is created; must be absent or empty
   * @return the run's folder
   * @throws IllegalArgumentException if there is something in it
   */
  public static RunFolder create(Path folder) {
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
    return new RunFolder(folder);
  }

  /**
   * Makes the next numbered folder, such as runs/00001-mnist. Two runs that begin at once get two
   * folders.
   *
   * @param runs the folder of all runs; created if absent
   * @param recipe the recipe's name
   * @return the run's folder
   */
  public static RunFolder createNumbered(Path runs, String recipe) {
    String suffix = recipe.replaceAll("[^A-Za-z0-9._-]", "_");
    try {
      Files.createDirectories(runs);
      for (int number = lastNumber(runs) + 1; ; number++) {
        Path folder = runs.resolve(String.format("%05d-%s", number, suffix));
        try {
          return new RunFolder(Files.createDirectory(folder));
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    } catch (IOException e) {
      throw failure(runs, e);
    }
  }

  private static int lastNumber(Path runs) throws IOException {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9]{5}-.*"))
          .mapToInt(name -> Integer.parseInt(name.substring(0, 5)))
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
   * One of the two checkpoints.
   *
   * @param best which
   * @return its path
   * @throws IllegalArgumentException if it is not there
   */
  public Path checkpoint(boolean best) {
    Path file = best ? best() : latest();
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "there is no " + file + ": the run took no validation score");
    }
    return file;
  }

  /**
   * Writes the configuration.
   *
   * @param yaml the whole text
   */
  public void writeConfig(String yaml) {
    writeText(CONFIG, yaml);
  }

  private void writeText(String name, String text) {
    try {
      AtomicFiles.write(
          folder.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
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
   * Adds one line to metrics.jsonl.
   *
   * @param report the measurements
   */
  public void append(Report report) {
    Path file = folder.resolve(METRICS);
    try {
      Files.writeString(
          file,
          MetricsLine.of(report) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /**
   * Drops the measurements behind a checkpoint: a run that goes on from there makes them again.
   *
   * @param iteration of the checkpoint
   */
  public void forgetAfter(long iteration) {
    Path file = folder.resolve(METRICS);
    if (!Files.exists(file)) {
      return;
    }
    try {
      List<String> kept =
          Files.readAllLines(file).stream()
              .filter(line -> MetricsLine.iteration(line) <= iteration)
              .toList();
      writeText(METRICS, kept.isEmpty() ? "" : String.join("\n", kept) + "\n");
    } catch (IOException e) {
      throw failure(file, e);
    }
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
