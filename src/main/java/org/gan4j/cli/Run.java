package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gan4j.data.DataSet;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.Diversity;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.experiment.Alarms;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.recipe.Evaluation;
import org.gan4j.report.Curves;
import org.gan4j.run.Alarm;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreSheet;

/** One run from its networks to its score and figures. */
public final class Run implements AutoCloseable {
  private final Gan gan;
  private final DataSet data;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Parzen parzen;
  private final Sampler sampler;
  private final Training training;
  private final Diversity diversity;

  /** Allocates what the run needs from its first iteration to its last. */
  public Run(Gan gan, DataSet data, PrintWriter out, PrintWriter err) {
    this.gan = gan;
    this.data = data;
    this.out = out;
    this.err = err;
    Evaluation evaluation = gan.recipe().evaluation();
    this.diversity = new Diversity(data, evaluation.samples());
    this.training = new Training(gan, data, this::validation);
    try {
      this.parzen = new Parzen(gan.device(), data, evaluation);
      try {
        this.sampler = new Sampler(gan, evaluation.samples());
      } catch (RuntimeException e) {
        parzen.close();
        throw e;
      }
    } catch (RuntimeException e) {
      training.close();
      throw e;
    }
  }

  /**
   * Takes up an earlier part of this run.
   *
   * @param earlier its folder
   * @param notes of the checkpoint that the networks come from
   * @throws IllegalArgumentException if there are more iterations already than shall be trained
   */
  public void resume(RunFolder earlier, Map<String, String> notes) {
    training.resume(notes, earlier.latest().toString());
    if (gan.iteration() > training.limit()) {
      throw new IllegalArgumentException(
          String.format(
              "the run has %d iterations already, more than %d: name a larger total with --epochs"
                  + " or --iterations",
              gan.iteration(), training.limit()));
    }
  }

  /**
   * Trains, then scores and draws.
   *
   * @param folder of the run
   * @param stopOn alarms that end it
   * @return the exit code: 0; or that of a run which was asked to stop, or ended by an alarm, and
   *     is saved and has said so
   */
  public int train(RunFolder folder, Set<Alarm.Kind> stopOn) throws IOException {
    out.printf("run folder: %s%n", folder.path());
    out.printf("device: %s%n", gan.device().description());
    out.flush();
    Alarms alarms = new Alarms(folder, stopOn, training::requestStop);
    try (GracefulStop stop = new GracefulStop(training::requestStop, err)) {
      Training.End end = iterate(folder, alarms);
      if (end == Training.End.REQUESTED) {
        return saved(folder, alarms, stop);
      }
      stop.saved(savedBecause("interrupted", folder));
      conclude(folder, end);
    }
    return 0;
  }

  /** The JVM may end as soon as the stop knows of it, so the page comes before. */
  private int saved(RunFolder folder, Alarms alarms, GracefulStop stop) throws IOException {
    try {
      page(folder);
    } finally {
      stop.saved(savedBecause("interrupted", folder));
    }
    if (!alarms.haveStopped()) {
      return Failure.INTERRUPTED;
    }
    err.println("gan4j: " + savedBecause("stopped by --stop-on", folder));
    err.flush();
    return Failure.STOPPED;
  }

  /** A run that ends before its first line has nothing to show. */
  private void page(RunFolder folder) throws IOException {
    if (Files.exists(folder.metrics())) {
      ReportCommand.write(folder.path(), err);
    }
  }

  private String savedBecause(String reason, RunFolder folder) {
    return String.format(
        "%s: saved iteration %d in %s; go on with --resume %s",
        reason, gan.iteration(), folder.latest(), folder.path());
  }

  private Training.End iterate(RunFolder folder, Alarms alarms) throws IOException {
    try (TrainingDisplay display = new TrainingDisplay(folder, alarms, out, err, gan.iteration())) {
      return training.run(display);
    } catch (DivergenceException e) {
      alarms.diverged(e);
      page(folder);
      throw e;
    }
  }

  private void conclude(RunFolder folder, Training.End end) throws IOException {
    if (end != Training.End.LIMIT) {
      out.printf("stopped at iteration %d: %s%n", gan.iteration(), reason(end));
    }
    if (folder.scored().equals(folder.best())) {
      Checkpoint.restore(gan, folder.best());
      out.printf("scoring the best by validation, iteration %d%n", gan.iteration());
    }
    folder.writeScore(score(gan, parzen, sampler, out));
    FiguresCommand.draw(gan, data, folder);
    folder.writePicture("curves.png", Curves.draw(MetricsFile.read(folder.metrics()).reports()));
    page(folder);
    out.printf("run folder: %s%n", folder.path());
    out.flush();
  }

  private static String reason(Training.End end) {
    return end == Training.End.NO_GAIN
        ? "the validation score has not improved any more (stop.patience)"
        : "the updates have become small (stop.update_norm)";
  }

  private List<Validation> validation(Gan trained) {
    DeviceBuffer samples = sampler.draw(trained.recipe().seed(), Sampler.Stream.VALIDATION);
    List<ParzenScore> scores = parzen.validation(samples);
    List<Double> diversities = diversity.of(samples);
    List<Validation> validation = new ArrayList<>();
    for (int r = 0; r < scores.size(); r++) {
      ParzenScore score = scores.get(r);
      validation.add(new Validation(score.mean(), score.sigma(), diversities.get(r)));
    }
    return validation;
  }

  /** Scores the generators on the test set and prints the sheet. */
  public static ScoreSheet score(Gan gan, DataSet data, Evaluation evaluation, PrintWriter out) {
    try (Parzen parzen = new Parzen(gan.device(), data, evaluation);
        Sampler sampler = new Sampler(gan, evaluation.samples())) {
      return score(gan, parzen, sampler, out);
    }
  }

  private static ScoreSheet score(Gan gan, Parzen parzen, Sampler sampler, PrintWriter out) {
    long seed = gan.recipe().seed();
    List<ParzenScore> scores = parzen.test(sampler.draw(seed, Sampler.Stream.TEST));
    ScoreSheet sheet = new ScoreSheet(gan.iteration(), seed, scores, parzen.trainingSet());
    sheet.lines().forEach(out::println);
    out.flush();
    return sheet;
  }

  @Override
  public void close() {
    training.close();
    sampler.close();
    parzen.close();
  }
}
