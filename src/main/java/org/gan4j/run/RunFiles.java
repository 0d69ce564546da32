package org.gan4j.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.gan.WentBack;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Png;

/** Reads and writes files of a {@link RunFolder}, and says what went wrong with which. */
final class RunFiles {
  private static final Pattern FOLD_SCORE = Pattern.compile("score-fold-([0-9])\\.json");
  private static final Pattern SAMPLES = Pattern.compile("samples-([0-9]{4,9})\\.png");

  private RunFiles() {}

  /** What reads a file. */
  interface FileReader<T> {
    T of(Path file) throws IOException;
  }

  /**
   * A picture of samples.
   *
   * @param file where it is
   * @param epoch when they were drawn
   */
  record Samples(Path file, long epoch) {}

  // ---- read ----

  static <T> T read(Path file, FileReader<T> reading) {
    try {
      return reading.of(file);
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException("can't read " + file + ": " + FileErrors.reason(e), e));
    }
  }

  /** By their files' names: on the test set, and on folds of it. */
  static List<RunFolder.Score> scores(RunFolder run) {
    List<RunFolder.Score> scores = new ArrayList<>();
    for (Path file : scoreFiles(run)) {
      Matcher fold = FOLD_SCORE.matcher(file.getFileName().toString());
      OptionalInt number =
          fold.matches() ? OptionalInt.of(Integer.parseInt(fold.group(1))) : OptionalInt.empty();
      scores.add(new RunFolder.Score(file, number, read(file, ScoreFile::read)));
    }
    return scores;
  }

  /** On the test set, and on folds of it. */
  static List<Path> scoreFiles(RunFolder run) {
    return all(run.path()).stream()
        .filter(
            file ->
                file.equals(run.score())
                    || FOLD_SCORE.matcher(file.getFileName().toString()).matches())
        .toList();
  }

  /** In the order of training. */
  static List<Samples> samples(RunFolder run) {
    List<Samples> samples = new ArrayList<>();
    for (Path file : all(run.path())) {
      Matcher name = SAMPLES.matcher(file.getFileName().toString());
      if (name.matches()) {
        samples.add(new Samples(file, Long.parseLong(name.group(1))));
      }
    }
    samples.sort(Comparator.comparingLong(Samples::epoch));
    return samples;
  }

  /** In their order; none if the file is not there. */
  static List<WentBack> rollbacks(Path file) {
    if (!Files.isRegularFile(file)) {
      return List.of();
    }
    List<WentBack> backs = new ArrayList<>();
    int[] number = {0};
    return read(
        file,
        path -> {
          Lines.read(path, line -> backs.add(rollback(file, ++number[0], line)));
          return backs;
        });
  }

  private static WentBack rollback(Path file, int number, String line) {
    try {
      byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
      return RollbackLine.read(new String(bytes, StandardCharsets.UTF_8));
    } catch (FormatException e) {
      throw new FormatException(file + ": line " + number + " is damaged: " + e.getMessage(), e);
    }
  }

  /** Sorted; none if the folder is not there. */
  private static List<Path> all(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    return read(
        folder,
        path -> {
          try (Stream<Path> files = Files.list(path)) {
            return files.sorted().toList();
          }
        });
  }

  // ---- written ----

  static Path writePicture(Path file, BufferedImage picture) {
    Png.write(file, picture);
    return file;
  }

  static Path writeText(Path file, String text) {
    try {
      AtomicFiles.write(file, text);
      return file;
    } catch (IOException e) {
      throw cantWrite(file, e);
    }
  }

  static UncheckedIOException cantWrite(Path path, IOException e) {
    return new UncheckedIOException(
        new IOException(
            "can't write "
                + path
                + ": "
                + FileErrors.reason(e)
                + "; a run's folder must be one that can be written and has space",
            e));
  }
}
