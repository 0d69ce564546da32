package org.gan4j.run;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.gan4j.data.DataIdentity;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.WentBack;
import org.gan4j.io.Signature;
import org.gan4j.io.YamlReader;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;

/**
 * The folder that a run leaves behind: configuration, measurements, pictures and checkpoints. Only
 * this package knows what its files are called, but for those by which {@link Signature} knows such
 * a folder. What is written here is written as a whole, so that it may be while the run trains;
 * what training itself writes is the {@link RunWriter}'s.
 */
public final class RunFolder {
  private static final String BEST = "checkpoint-best";
  private static final String CHECKPOINT_END = ".safetensors";
  private static final String SCORE = "score.json";

  /** Of a recipe's name in that of a folder; file systems take 255 bytes. */
  private static final int MAX_NAME = 100;

  private final Path folder;

  private RunFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * A score in a file of its own.
   *
   * @param file where it was read
   * @param fold which fold of the data set was scored; empty for the recipe's own test set
   * @param sheet the score
   */
  public record Score(Path file, OptionalInt fold, ScoreSheet sheet) {}

  /**
   * A run's folder, whatever it holds.
   *
   * @param folder its path
   * @return the folder
   */
  public static RunFolder at(Path folder) {
    return new RunFolder(folder);
  }

  /**
   * The folder of a run that has saved its networks.
   *
   * @param folder its path
   * @return the folder
   * @throws IllegalArgumentException if it holds no checkpoint
   */
  public static RunFolder open(Path folder) {
    RunFolder run = new RunFolder(folder);
    if (!run.isSaved()) {
      throw run.isNone();
    }
    return run;
  }

  void requireBegun() {
    if (!isBegun()) {
      throw isNone();
    }
  }

  private IllegalArgumentException isNone() {
    return new IllegalArgumentException(
        folder + " is not the folder of a run: it has no " + Signature.RUN_CHECKPOINT);
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

  /**
   * The folder itself.
   *
   * @return its path
   */
  public Path path() {
    return folder;
  }

  // ---- what it holds ----

  /**
   * Whether a run was begun here, though perhaps never saved.
   *
   * @return whether there is a configuration or a checkpoint
   */
  public boolean isBegun() {
    return isSaved() || Files.isRegularFile(config());
  }

  /**
   * Whether the networks were ever saved.
   *
   * @return false for a run that was ended before its first checkpoint
   */
  public boolean isSaved() {
    return Files.isRegularFile(latest());
  }

  /**
   * The newest checkpoint.
   *
   * @return its path
   */
  public Path latest() {
    return folder.resolve(Signature.RUN_CHECKPOINT);
  }

  /**
   * The checkpoint with the best validation score.
   *
   * @return its path; the file is there once a score was taken
   */
  public Path best() {
    return checkpoint(Choice.PARZEN);
  }

  /**
   * A checkpoint of all replicas.
   *
   * @param choice which; the best are so by the mean over the replicas
   * @return its path, where there may be nothing
   */
  public Path checkpoint(Choice choice) {
    return choice == Choice.LATEST
        ? latest()
        : folder.resolve(BEST + byMonitor(choice) + CHECKPOINT_END);
  }

  /** A checkpoint of one replica, its own best. */
  Path checkpointOfSeed(Choice choice, long seed) {
    return folder.resolve(BEST + byMonitor(choice) + "-seed-" + seed + CHECKPOINT_END);
  }

  private static String byMonitor(Choice choice) {
    return choice == Choice.MONITOR ? "-monitor" : "";
  }

  /**
   * The checkpoints of a choice: of the best, each replica's own where the run kept them, else the
   * one that is best by the mean.
   *
   * @param choice which
   * @return one for all replicas, or one for each in their order
   * @throws IllegalArgumentException if the run kept none
   */
  public List<Path> checkpoints(Choice choice) {
    Path all = checkpoint(choice);
    if (choice != Choice.LATEST) {
      Recipe recipe = recipe();
      List<Path> own =
          LongStream.range(0, recipe.replicas())
              .mapToObj(r -> checkpointOfSeed(choice, recipe.seed() + r))
              .toList();
      if (recipe.replicas() > 1 && own.stream().allMatch(Files::isRegularFile)) {
        return own;
      }
    }
    if (!Files.isRegularFile(all)) {
      throw new IllegalArgumentException(
          "there is no "
              + all
              + (choice == Choice.MONITOR
                  ? ": the run had no monitor (evaluation.monitor.every_epochs)"
                  : ": the run took no validation score"));
    }
    return List.of(all);
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
   * The recipe: that of the newest checkpoint or, before there is one, of config.yaml.
   *
   * @return all settings
   * @throws IllegalArgumentException if there is neither, or config.yaml is damaged
   */
  public Recipe recipe() {
    if (isSaved()) {
      return Checkpoint.recipe(latest());
    }
    requireBegun();
    return RunFiles.read(config(), RecipeYaml::load);
  }

  /**
   * The checkpoint whose generator the run began with.
   *
   * @return its path, if there was one
   * @throws RunFileException if config.yaml is damaged
   */
  public Optional<Path> pretrained() {
    return RunConfig.pretrained(configuration()).map(Path::of);
  }

  /**
   * What the run's networks began with, if it is a fine-tuning.
   *
   * @return the path of another run's checkpoint or of a file of weights, if there was one
   * @throws RunFileException if config.yaml is damaged
   */
  public Optional<Path> tuned() {
    return RunConfig.tuned(configuration()).map(Path::of);
  }

  /**
   * The data that the run began with, by config.yaml.
   *
   * @return what tells them from others; empty if the file does not say it or is not there
   * @throws RunFileException if config.yaml is damaged
   */
  public Optional<DataIdentity> data() {
    return RunConfig.identity(configuration());
  }

  private Object configuration() {
    if (!Files.isRegularFile(config())) {
      return Map.of();
    }
    String text = RunFiles.read(config(), file -> YamlReader.text(file, RunFileException::new));
    return YamlReader.read(text, config().toString(), RunFileException::new);
  }

  /**
   * The measurements.
   *
   * @return those of metrics.jsonl; none if it is not there
   */
  public MetricsFile metrics() {
    Path file = metricsFile();
    return Files.exists(file)
        ? RunFiles.read(file, MetricsFile::read)
        : new MetricsFile(List.of(), List.of());
  }

  /**
   * The scores on the test set, and on folds of it.
   *
   * @return by their files' names; none for a run that is not finished
   * @throws RunFileException if a file holds no score
   */
  public List<Score> scores() {
    return RunFiles.scores(this);
  }

  /**
   * All that the folder tells, for a page; checkpoints are not needed.
   *
   * @return its content
   * @throws IllegalArgumentException if it is no run's that has trained, or config.yaml is damaged
   * @throws org.gan4j.FormatException if another file in it is not what its name says
   */
  public RunRecord read() {
    return RunFiles.read(folder, path -> new RunReader(this).read());
  }

  Path config() {
    return folder.resolve(Signature.RUN_CONFIG);
  }

  Path metricsFile() {
    return folder.resolve(Signature.RUN_METRICS);
  }

  Path csv() {
    return folder.resolve("metrics.csv");
  }

  Path alarms() {
    return folder.resolve("alarms.jsonl");
  }

  Path rollbacksFile() {
    return folder.resolve("rollbacks.jsonl");
  }

  /**
   * The last good checkpoint of one replica, which it goes back to.
   *
   * @param seed it began with
   * @return its path, where there may be nothing
   */
  public Path good(long seed) {
    return folder.resolve("checkpoint-good-seed-" + seed + CHECKPOINT_END);
  }

  /**
   * The replicas that went back to an earlier checkpoint.
   *
   * @return in their order; none if there is no rollbacks.jsonl
   * @throws org.gan4j.FormatException if a line of it is damaged
   */
  public List<WentBack> rollbacks() {
    return RunFiles.rollbacks(rollbacksFile());
  }

  Path score() {
    return folder.resolve(SCORE);
  }

  Path measures() {
    return folder.resolve("measures.json");
  }

  Path classification() {
    return folder.resolve("classify.json");
  }

  /**
   * The picture of samples and their nearest training examples.
   *
   * @return its path, where there may be nothing
   */
  public Path figure2() {
    return folder.resolve("figure2.png");
  }

  /**
   * The picture of samples along lines in z.
   *
   * @return its path, where there may be nothing
   */
  public Path figure3() {
    return folder.resolve("figure3.png");
  }

  /**
   * The encoder of its generator.
   *
   * @return its path, where there may be nothing
   */
  public Path encoder() {
    return folder.resolve("encoder.safetensors");
  }

  /**
   * The classifier on features of its networks.
   *
   * @return its path, where there may be nothing
   */
  public Path classifier() {
    return folder.resolve("classifier.safetensors");
  }

  Path figure2Distances() {
    return folder.resolve("figure2.csv");
  }

  Path curves() {
    return folder.resolve("curves.png");
  }

  Path lock() {
    return folder.resolve(".lock");
  }

  Path samples(long epoch) {
    return folder.resolve(String.format(Locale.ROOT, "samples-%04d.png", epoch));
  }

  /**
   * Whether a file is one that a run keeps for itself, so that nothing else may be written there.
   *
   * @param file any, there or not
   * @return whether it is a checkpoint, a measurement, a trained network beside the run, or what
   *     they are read by; pictures are not
   */
  public boolean keeps(Path file) {
    String name = String.valueOf(file.getFileName());
    boolean checkpoint = name.startsWith("checkpoint-") && name.endsWith(CHECKPOINT_END);
    List<Path> others =
        List.of(
            config(),
            metricsFile(),
            csv(),
            alarms(),
            rollbacksFile(),
            score(),
            measures(),
            classification(),
            encoder(),
            classifier(),
            lock());
    return folder.toAbsolutePath().equals(file.toAbsolutePath().getParent())
        && (checkpoint || others.contains(folder.resolve(name)));
  }

  // ---- what is written into it ----

  /**
   * Writes measures.json.
   *
   * @param sheet the measures
   * @return where
   */
  public Path writeMeasures(MeasureSheet sheet) {
    return RunFiles.writeText(measures(), sheet.json());
  }

  /**
   * Writes the score of one fold of the data set.
   *
   * @param fold which, from 0
   * @param sheet the score
   * @return where
   */
  public Path writeFoldScore(int fold, ScoreSheet sheet) {
    return RunFiles.writeText(folder.resolve("score-fold-" + fold + ".json"), sheet.json());
  }

  /**
   * Writes study.json, and study.md with it.
   *
   * @param sheet the study
   * @return where study.md is
   */
  public Path writeStudy(StudySheet sheet) {
    RunFiles.writeText(folder.resolve("study.json"), sheet.json());
    return RunFiles.writeText(folder.resolve("study.md"), sheet.markdown());
  }

  /**
   * Writes figure2.png, and figure2.csv with it.
   *
   * @param picture the figure
   * @param distances the text of figure2.csv
   * @return where the picture is
   */
  public Path writeFigure2(BufferedImage picture, String distances) {
    RunFiles.writeText(figure2Distances(), distances);
    return RunFiles.writePicture(figure2(), picture);
  }

  /**
   * Writes figure3.png.
   *
   * @param picture the figure
   * @return where
   */
  public Path writeFigure3(BufferedImage picture) {
    return RunFiles.writePicture(figure3(), picture);
  }

  /**
   * Writes infer.json.
   *
   * @param sheet what was found of the encoder
   * @return where
   */
  public Path writeInference(InferenceSheet sheet) {
    return RunFiles.writeText(folder.resolve("infer.json"), sheet.json());
  }

  /**
   * Writes reconstructions.png.
   *
   * @param picture of test images and their reconstructions
   * @return where
   */
  public Path writeReconstructions(BufferedImage picture) {
    return RunFiles.writePicture(folder.resolve("reconstructions.png"), picture);
  }

  /**
   * Writes classify.json.
   *
   * @param sheet what was found of classifiers
   * @return where
   */
  public Path writeClassification(ClassificationSheet sheet) {
    return RunFiles.writeText(classification(), sheet.json());
  }

  /**
   * Writes report.html.
   *
   * @param html the page
   * @return where
   */
  public Path writePage(String html) {
    return RunFiles.writeText(folder.resolve("report.html"), html);
  }
}
