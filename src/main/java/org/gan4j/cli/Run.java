package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffer;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Evaluation;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.report.RunFolder;
import org.gan4j.report.ScoreSheet;

/** One run from its networks to its score and figures. */
final class Run implements AutoCloseable {
  private final Gan gan;
  private final DataSet data;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Parzen parzen;
  private final Sampler sampler;
  private final Training training;

  /** Allocates what the run needs from its first iteration to its last. */
  Run(Gan gan, DataSet data, PrintWriter out, PrintWriter err) {
    this.gan = gan;
    this.data = data;
    this.out = out;
    this.err = err;
    Evaluation evaluation = gan.recipe().evaluation();
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
  void resume(RunFolder earlier, Map<String, String> notes) {
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
   * @return false if it was asked to stop; it is saved then, and has said so
   */
  boolean train(RunFolder folder) throws IOException {
    out.printf("run folder: %s%n", folder.path());
    out.printf("device: %s%n", gan.device().description());
    out.flush();
    try (GracefulStop stop = new GracefulStop(training::requestStop, err)) {
      Training.End end = iterate(folder);
      stop.saved(
          String.format(
              "interrupted: saved iteration %d in %s; go on with --resume %s",
              gan.iteration(), folder.latest(), folder.path()));
      if (end == Training.End.REQUESTED) {
        return false;
      }
      conclude(folder, end);
    }
    return true;
  }

  private Training.End iterate(RunFolder folder) {
    try (TrainingDisplay display = new TrainingDisplay(folder, out, err, gan.iteration())) {
      return training.run(display);
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
    folder.writePicture("curves.png", Curves.draw(folder.metrics()));
    out.printf("run folder: %s%n", folder.path());
    out.flush();
  }

  private static String reason(Training.End end) {
    return end == Training.End.NO_GAIN
        ? "the validation score has not improved any more (stop.patience)"
        : "the updates have become small (stop.update_norm)";
  }

  private List<Validation> validation(Gan trained) {
    Buffer samples = sampler.draw(trained.recipe().seed(), Sampler.Stream.VALIDATION);
    return parzen.validation(samples).stream()
        .map(score -> new Validation(score.mean(), score.sigma()))
        .toList();
  }

  /** Scores the generators on the test set and prints the sheet. */
  static ScoreSheet score(Gan gan, DataSet data, Evaluation evaluation, PrintWriter out) {
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
