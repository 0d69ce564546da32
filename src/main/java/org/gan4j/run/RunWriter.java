package org.gan4j.run;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.WentBack;
import org.gan4j.io.AtomicFiles;

/**
 * The folder of a run that trains. Until this is closed, or its process ends, nobody else gets it
 * for training; everybody may read it. Afterwards it may be somebody else's: all that writes throws
 * an IllegalStateException then.
 */
public final class RunWriter implements AutoCloseable {
  private final RunFolder run;
  private final RunLock lock;

  /** Whether the run is new, and its folder too. */
  private boolean created;

  private boolean made;

  /** The iteration that scores which are there may be of. */
  private long scoredUpTo = Long.MAX_VALUE;

  private RunWriter(RunFolder run, RunLock lock) {
    this.run = run;
    this.lock = lock;
  }

  /**
   * Makes the folder of a new run. If that fails, no new folder stays behind. Of several that ask
   * for the same folder at once, one gets it.
   *
   * @param folder is created; must be absent or empty
   * @param config its configuration
   * @return the run's folder; close it
   * @throws IllegalArgumentException if there is something in it
   * @throws UncheckedIOException if it can't be written
   */
  public static RunWriter create(Path folder, RunConfig config) {
    try {
      boolean made = AtomicFiles.createFolder(folder);
      return begin(folder, made, config);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(folder + " is a file: name a folder", e);
    } catch (IOException e) {
      throw RunFiles.cantWrite(folder, e);
    }
  }

  /**
   * Makes the next numbered folder, such as runs/00001-mnist. Runs that begin at once get different
   * folders. If that fails, no new folder stays behind.
   *
   * @param runs the folder of all runs; created if absent
   * @param config its configuration
   * @return the run's folder; close it
   * @throws UncheckedIOException if it can't be written
   */
  public static RunWriter createNumbered(Path runs, RunConfig config) {
    String suffix = RunFolder.nameOf(config.recipe().name());
    try {
      AtomicFiles.createFolder(runs);
      for (int number = lastNumber(runs) + 1; ; number++) {
        Path folder = runs.resolve(String.format(Locale.ROOT, "%05d-%s", number, suffix));
        if (AtomicFiles.createFolder(folder)) {
          return begin(folder, true, config);
        }
      }
    } catch (IOException e) {
      throw RunFiles.cantWrite(runs, e);
    }
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

  /** Whoever has the lock of an empty folder is the one whose folder it is. */
  private static RunWriter begin(Path folder, boolean made, RunConfig config) throws IOException {
    RunFolder run = RunFolder.at(folder);
    RunWriter writer = null;
    try {
      writer = lock(run);
      requireEmpty(run);
      writer.created = true;
      writer.made = made;
      writer.writeConfig(config);
      return writer;
    } catch (IOException | RuntimeException e) {
      // Who was refused the lock was too slow with the folder: it is somebody else's, who may not
      // have put anything into it yet.
      boolean refused = writer == null && e instanceof IllegalArgumentException;
      if (made && !refused) {
        undo(run, writer, e);
      } else if (writer != null) {
        writer.close();
      }
      throw e;
    }
  }

  /** The lock file goes while it is locked; the folder only if nobody else has put one into it. */
  private static void undo(RunFolder run, RunWriter writerOrNull, Throwable failure) {
    try {
      if (writerOrNull != null) {
        Files.deleteIfExists(run.lock());
        writerOrNull.close();
      }
      Files.deleteIfExists(run.path());
    } catch (DirectoryNotEmptyException somebodysElse) {
      return;
    } catch (IOException | RuntimeException left) {
      failure.addSuppressed(left);
    }
  }

  /**
   * Takes a new run back that can't begin after all, and closes this: its configuration and first
   * checkpoint go, and its folder if that was new.
   *
   * @param failure why; what can't be removed is told with it
   * @throws IllegalStateException if the run is an earlier one, or has measurements
   */
  public void takeBack(Throwable failure) {
    requireHeld();
    if (!created || Files.exists(run.metricsFile())) {
      throw new IllegalStateException(run.path() + " has begun, and is not taken back");
    }
    try {
      Files.deleteIfExists(run.latest());
      Files.deleteIfExists(run.config());
      if (!made) {
        close();
      }
    } catch (IOException | RuntimeException left) {
      failure.addSuppressed(left);
    }
    if (made) {
      undo(run, this, failure);
    }
  }

  private static void requireEmpty(RunFolder run) throws IOException {
    try (Stream<Path> content = Files.list(run.path())) {
      if (content.anyMatch(file -> !file.equals(run.lock()) && !AtomicFiles.isTemporary(file))) {
        throw new IllegalArgumentException(
            run.path() + " is not empty: name a new folder, or go on with --resume " + run.path());
      }
    }
  }

  /**
   * Takes the folder of an earlier run, as it is.
   *
   * @param folder of the run
   * @return the run's folder; close it
   * @throws IllegalArgumentException if it is not the folder of a run, or is being trained
   * @throws UncheckedIOException if it can't be written
   */
  public static RunWriter resume(Path folder) {
    RunFolder run = RunFolder.at(folder);
    run.requireBegun();
    try {
      return lock(run);
    } catch (IOException e) {
      throw RunFiles.cantWrite(folder, e);
    }
  }

  private static RunWriter lock(RunFolder run) throws IOException {
    RunWriter writer = new RunWriter(run, RunLock.take(run.path(), run.lock()));
    try {
      AtomicFiles.removeLeftovers(run.path());
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * The folder, to be read.
   *
   * @return the same folder
   */
  public RunFolder folder() {
    return run;
  }

  /**
   * Goes on from a checkpoint: measurements and alarms behind it are dropped, for they will come
   * again; scores with the first checkpoint that is saved behind it.
   *
   * @param iteration of the checkpoint; 0 to begin again
   * @param config the configuration from now on
   */
  public void goOnFrom(long iteration, RunConfig config) {
    requireHeld();
    keepUpTo(iteration, run.metricsFile());
    keepUpTo(iteration, run.alarms());
    keepUpTo(iteration, run.rollbacksFile());
    scoredUpTo = iteration;
    writeCsv(run.metrics().reports());
    writeConfig(config);
  }

  private void writeConfig(RunConfig config) {
    RunFiles.writeText(run.config(), config.yaml());
  }

  private static void keepUpTo(long iteration, Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      AtomicFiles.write(
          file,
          out ->
              Lines.read(
                  file,
                  line -> {
                    if (MetricsLine.iteration(line) <= iteration) {
                      out.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
                    }
                  }));
    } catch (IOException e) {
      throw RunFiles.cantWrite(file, e);
    }
  }

  private void writeCsv(List<Report> reports) {
    try {
      if (reports.isEmpty()) {
        Files.deleteIfExists(run.csv());
      } else {
        AtomicFiles.write(run.csv(), out -> writeCsv(reports, out));
      }
    } catch (IOException e) {
      throw RunFiles.cantWrite(run.csv(), e);
    }
  }

  private static void writeCsv(List<Report> reports, OutputStream out) throws IOException {
    Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    csv.write(MetricsLine.csvHead(reports.get(0).means().size()) + "\n");
    for (Report report : reports) {
      csv.write(MetricsLine.csv(report) + "\n");
    }
    csv.flush();
  }

  /**
   * Adds one line to metrics.jsonl and metrics.csv.
   *
   * @param report the measurements
   */
  public void append(Report report) {
    requireHeld();
    append(run.metricsFile(), MetricsLine.of(report));
    if (!Files.exists(run.csv())) {
      append(run.csv(), MetricsLine.csvHead(report.means().size()));
    }
    append(run.csv(), MetricsLine.csv(report));
  }

  /**
   * Adds one line to alarms.jsonl.
   *
   * @param alarm what went wrong
   */
  public void append(Alarm alarm) {
    requireHeld();
    append(run.alarms(), AlarmLine.of(alarm));
  }

  /**
   * Adds one line to rollbacks.jsonl.
   *
   * @param back which replica went back, and where to
   */
  public void append(WentBack back) {
    requireHeld();
    append(run.rollbacksFile(), RollbackLine.of(back));
  }

  private static void append(Path file, String line) {
    try {
      AtomicFiles.append(file, line + "\n");
    } catch (IOException e) {
      throw RunFiles.cantWrite(file, e);
    }
  }

  /**
   * Saves a checkpoint. When this returns, it and all measurements and alarms before it outlast a
   * power cut; and there is never a checkpoint whose measurements are lost.
   *
   * @param gan the networks
   * @param notes saved with them
   * @param choice as which
   * @return where
   */
  public Path save(Gan gan, Map<String, String> notes, Choice choice) {
    requireHeld();
    syncLines();
    if (gan.iteration() > scoredUpTo) {
      dropScores();
    }
    Path file = run.checkpoint(choice);
    Checkpoint.save(file, gan, notes);
    return file;
  }

  /** They and the figures are of a run that had come to its end. */
  private void dropScores() {
    List<Path> ofTheEnd = new ArrayList<>(RunFiles.scoreFiles(run));
    ofTheEnd.addAll(List.of(run.figure2(), run.figure2Distances(), run.figure3(), run.curves()));
    for (Path file : ofTheEnd) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw RunFiles.cantWrite(file, e);
      }
    }
    scoredUpTo = Long.MAX_VALUE;
  }

  /**
   * Saves one replica as a checkpoint of its own.
   *
   * @param gan the networks
   * @param replica which of them, from 0
   * @param choice as which
   * @return where
   */
  public Path saveReplica(Gan gan, int replica, Choice choice) {
    requireHeld();
    syncLines();
    Path file = run.checkpointOfSeed(choice, gan.recipe().seed() + replica);
    Checkpoint.saveReplica(file, gan, replica);
    return file;
  }

  /**
   * Saves one replica as the checkpoint that it goes back to.
   *
   * @param gan the networks
   * @param replica which of them, from 0
   */
  public void saveGood(Gan gan, int replica) {
    requireHeld();
    Checkpoint.saveReplica(run.good(gan.recipe().seed() + replica), gan, replica);
  }

  private void syncLines() {
    for (Path lines : List.of(run.metricsFile(), run.alarms(), run.rollbacksFile())) {
      try {
        AtomicFiles.sync(lines);
      } catch (IOException e) {
        throw RunFiles.cantWrite(lines, e);
      }
    }
  }

  /**
   * Writes a picture of samples.
   *
   * @param epoch when they were drawn
   * @param picture of the samples
   * @return where
   */
  public Path writeSamples(long epoch, BufferedImage picture) {
    requireHeld();
    return RunFiles.writePicture(run.samples(epoch), picture);
  }

  /**
   * Writes score.json.
   *
   * @param sheet the scores
   * @return where
   */
  public Path writeScore(ScoreSheet sheet) {
    requireHeld();
    return RunFiles.writeText(run.score(), sheet.json());
  }

  /**
   * Writes curves.png.
   *
   * @param picture of the measurements over the epochs
   * @return where
   */
  public Path writeCurves(BufferedImage picture) {
    requireHeld();
    return RunFiles.writePicture(run.curves(), picture);
  }

  private void requireHeld() {
    if (!lock.isHeld()) {
      throw new IllegalStateException(
          "this writer is closed, and " + run.path() + " may be somebody else's: open another one");
    }
  }

  /** Lets somebody else train in the folder. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw RunFiles.cantWrite(run.lock(), e);
    }
  }
}
