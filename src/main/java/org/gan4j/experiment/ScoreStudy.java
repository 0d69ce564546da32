package org.gan4j.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.LogLikelihoods;
import org.gan4j.eval.LogLikelihoods.Scored;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.recipe.Evaluation;
import org.gan4j.run.RunFolder;
import org.gan4j.run.StudySheet;

/**
 * What of a Parzen score is the generator's and what the evaluation's: the score of a run under
 * other numbers of samples, grids of σ, validation and test examples and choices of the checkpoint,
 * each changed alone. It looks at the test set many times: nothing may be chosen by it.
 *
 * <p>Room is needed for the recipe's number of samples, however many are drawn in all.
 */
public final class ScoreStudy implements AutoCloseable {
  /** So many bandwidths of the finer grid for each of the recipe's. */
  private static final int FINER = 5;

  /** Test examples of those who score the first ones alone. */
  private static final int FIRST_TESTS = 1000;

  /** The training set's own score needs room for all its samples. */
  private static final long MOST_BYTES = 1L << 30;

  private final Device device;
  private final DataSet data;
  private final Evaluation settings;
  private final double[] sigmas;
  private final DeviceImages validation;
  private final DeviceImages test;
  private final Consumer<String> progress;
  private final List<StudySheet.Row> rows = new ArrayList<>();

  /** The score that others are compared with, of each replica. */
  private final List<Scored> first = new ArrayList<>();

  /**
   * Copies the examples to the device.
   *
   * @param device that computes; not closed by this
   * @param data the run's
   * @param settings the run's evaluation
   * @param progress told what is scored next, in words
   */
  public ScoreStudy(Device device, DataSet data, Evaluation settings, Consumer<String> progress) {
    this.device = device;
    this.data = data;
    this.settings = settings;
    this.progress = progress;
    this.sigmas = finer(settings.sigmas());
    this.validation = new DeviceImages(device, data.validation(), data.scaling());
    try {
      this.test = new DeviceImages(device, data.test(), data.scaling());
    } catch (RuntimeException e) {
      validation.close();
      throw e;
    }
  }

  /** The grid with others between its values, evenly in log σ; its own stay to the bit. */
  private static double[] finer(double[] grid) {
    double[] finer = new double[(grid.length - 1) * FINER + 1];
    for (int i = 0; i < finer.length; i++) {
      double low = grid[i / FINER];
      int between = i % FINER;
      finer[i] =
          between == 0 ? low : low * Math.pow(grid[i / FINER + 1] / low, (double) between / FINER);
    }
    return finer;
  }

  /**
   * Makes the table of a run.
   *
   * @param run with its checkpoints
   * @param most samples of the largest number that is tried, a multiple of the recipe's
   * @return the table
   * @throws IllegalArgumentException if it is none
   */
  public StudySheet study(RunFolder run, int most) {
    if (most < settings.samples() || most % settings.samples() != 0) {
      throw new IllegalArgumentException(
          "most must be a multiple of " + settings.samples() + " samples, not " + most);
    }
    rows.clear();
    first.clear();
    Path scored = run.scored();
    long iteration;
    try (Gan gan = Checkpoint.open(device, scored)) {
      gan.data().require(data);
      iteration = gan.iteration();
      samples(gan, most);
    }
    for (Choice choice : Choice.values()) {
      if (Files.isRegularFile(run.checkpoint(choice)) && !run.checkpoint(choice).equals(scored)) {
        checkpoints(choice, run.checkpoints(choice));
      }
    }
    trainingSet(settings.samples());
    if (most > settings.samples() && 2L * Float.BYTES * most * data.shape().size() <= MOST_BYTES) {
      trainingSet(most);
    }
    return new StudySheet(scored.getFileName().toString(), iteration, rows, notes());
  }

  private List<String> notes() {
    return List.of(
        String.format(
            "First row: %d samples, σ the best of %d on %d validation examples, %d test examples.",
            settings.samples(),
            settings.sigmaCount(),
            Math.min(settings.validationExamples(), validation.count()),
            test.count()),
        "± are standard errors over the test examples; a difference is taken example by example.",
        "Clipping changes nothing where a generator ends in sigmoid units: its samples lie between"
            + " 0 and 1.",
        "The test set is looked at in every row: nothing may be chosen by this table.");
  }

  /** All that is read from samples of one checkpoint. */
  private void samples(Gan gan, int most) {
    int each = settings.samples();
    int draws = most / each;
    List<LogLikelihoods> sums = new ArrayList<>();
    try (Sampler sampler = new Sampler(gan, each)) {
      for (int draw = 0; draw < draws; draw++) {
        progress.accept("samples " + (draw * (long) each + 1) + " to " + (draw + 1L) * each);
        DeviceBuffer samples = sampler.draw(gan.recipe().seed(), Sampler.Stream.TEST, draw);
        List<LogLikelihoods> these = of(samples);
        if (draw == 0) {
          ofTheFirst(gan, samples, these);
        } else {
          rows(gan, "another draw of samples", "number " + (draw + 1), these);
        }
        for (int r = 0; r < these.size(); r++) {
          if (draw == 0) {
            sums.add(these.get(r));
          } else {
            sums.set(r, sums.get(r).and(these.get(r)));
          }
        }
        if (draw > 0 && (Integer.bitCount(draw + 1) == 1 || draw + 1 == draws)) {
          rows(gan, "samples", Integer.toString(sums.get(0).samples()), sums);
        }
      }
    }
  }

  private List<LogLikelihoods> of(DeviceBuffer samples) {
    return LogLikelihoods.of(device, samples, validation, test, sigmas);
  }

  private void ofTheFirst(Gan gan, DeviceBuffer samples, List<LogLikelihoods> all) {
    int choosing = settings.validationExamples();
    int everything = Integer.MAX_VALUE;
    for (int r = 0; r < all.size(); r++) {
      first.add(all.get(r).score(FINER, choosing, everything));
      row("", "as the recipe scores", seed(gan, r), r, first.get(r));
    }
    if (settings.samples() >= 20) {
      int few = settings.samples() / 10;
      DeviceBuffer some = samples.view(0, (long) few * data.shape().size());
      rows(gan, "samples", Integer.toString(few), of(some));
    }
    for (int r = 0; r < all.size(); r++) {
      LogLikelihoods of = all.get(r);
      String seed = seed(gan, r);
      String finer = sigmas.length + " values";
      row("grid of σ", finer, seed, r, of.score(1, choosing, everything));
      for (int count : List.of(1000, validation.count())) {
        if (Math.min(count, validation.count()) != Math.min(choosing, validation.count())) {
          String by = Math.min(count, validation.count()) + " validation examples";
          row("σ chosen by", by, seed, r, of.score(FINER, count, everything));
        }
      }
      if (test.count() > FIRST_TESTS) {
        String only = "the first " + FIRST_TESTS;
        row("test examples", only, seed, r, of.score(FINER, choosing, FIRST_TESTS));
      }
    }
  }

  private void rows(Gan gan, String varied, String setting, List<LogLikelihoods> all) {
    for (int r = 0; r < all.size(); r++) {
      Scored scored = all.get(r).score(FINER, settings.validationExamples(), Integer.MAX_VALUE);
      row(varied, setting, seed(gan, r), r, scored);
    }
  }

  private static String seed(Gan gan, int replica) {
    return Long.toString(gan.recipe().seed() + replica);
  }

  private void row(String varied, String setting, String seed, int replica, Scored scored) {
    Scored base = first.get(replica);
    boolean comparable = scored != base && scored.tests() == base.tests();
    ParzenScore difference = comparable ? scored.less(base) : null;
    ParzenScore score = scored.score();
    rows.add(
        new StudySheet.Row(
            varied,
            setting,
            seed,
            score.mean(),
            score.standardError(),
            score.sigma(),
            comparable ? difference.mean() : Double.NaN,
            comparable ? difference.standardError() : Double.NaN));
  }

  /** One for all replicas, or one each. */
  private void checkpoints(Choice choice, List<Path> checkpoints) {
    int replica = 0;
    for (Path checkpoint : checkpoints) {
      progress.accept(checkpoint.getFileName().toString());
      try (Gan gan = Checkpoint.open(device, checkpoint);
          Sampler sampler = new Sampler(gan, settings.samples())) {
        String setting = choice.word() + ", iteration " + gan.iteration();
        List<LogLikelihoods> all = of(sampler.draw(gan.recipe().seed(), Sampler.Stream.TEST));
        for (int r = 0; r < all.size(); r++) {
          Scored scored = all.get(r).score(FINER, settings.validationExamples(), Integer.MAX_VALUE);
          row("checkpoint", setting, seed(gan, r), replica++, scored);
        }
      }
    }
  }

  private void trainingSet(int samples) {
    progress.accept("the training set itself");
    try (Parzen parzen = new Parzen(device, data, settings.withSamples(samples))) {
      ParzenScore score = parzen.trainingSet();
      rows.add(
          new StudySheet.Row(
              "the training set itself",
              score.samples() + " examples",
              "",
              score.mean(),
              score.standardError(),
              score.sigma(),
              Double.NaN,
              Double.NaN));
    }
  }

  @Override
  public void close() {
    validation.close();
    test.close();
  }
}
