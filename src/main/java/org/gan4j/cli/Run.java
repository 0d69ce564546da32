package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
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
import org.gan4j.report.Figures;
import org.gan4j.report.RunFolder;
import org.gan4j.report.ScoreSheet;

/** One run from its networks to its score and figures. */
final class Run {
  private final Gan gan;
  private final DataSet data;
  private final RunFolder folder;
  private final PrintWriter out;

  Run(Gan gan, DataSet data, RunFolder folder, PrintWriter out) {
    this.gan = gan;
    this.data = data;
    this.folder = folder;
    this.out = out;
  }

  /**
   * Trains, then scores and draws.
   *
   * @throws CancellationException if the run was asked to stop; it is saved then
   */
  void train(Map<String, String> notes) {
    out.printf("run folder: %s%n", folder.path());
    out.printf("device: %s%n", gan.device().description());
    out.flush();
    Training.End end = trainUntilTheEnd(notes);
    if (end == Training.End.REQUESTED) {
      throw new CancellationException(
          String.format(
              "interrupted: saved iteration %d in %s; go on with --resume %s",
              gan.iteration(), folder.latest(), folder.path()));
    }
    if (end != Training.End.LIMIT) {
      out.printf("stopped at iteration %d: %s%n", gan.iteration(), reason(end));
    }
    if (gan.recipe().stop().patience() > 0 && Files.exists(folder.best())) {
      Checkpoint.restore(gan, folder.best());
      out.printf("scoring the best by validation, iteration %d%n", gan.iteration());
    }
    folder.writeScore(score(gan.recipe().evaluation()));
    folder.writePicture("figure2.png", Figures.figure2(gan, data, 8, 9));
    folder.writePicture("figure3.png", Figures.interpolation(gan, 8, 10, gan.recipe().seed()));
    out.printf("run folder: %s%n", folder.path());
    out.flush();
  }

  private static String reason(Training.End end) {
    return end == Training.End.NO_GAIN
        ? "the validation score has not improved any more (stop.patience)"
        : "the updates have become small (stop.update_norm)";
  }

  @SuppressWarnings("try") // the graceful stop is only there to be closed
  private Training.End trainUntilTheEnd(Map<String, String> notes) {
    Evaluation evaluation = gan.recipe().evaluation();
    try (TrainingDisplay display =
            new TrainingDisplay(folder, out, Terminal.isInteractive(), gan.iteration());
        Parzen parzen = new Parzen(gan.device(), data, evaluation);
        Sampler sampler = new Sampler(gan, evaluation.samples())) {
      Training training = new Training(gan, data, g -> validation(g, parzen, sampler), display);
      if (!notes.isEmpty()) {
        training.resume(notes, folder.latest().toString());
      }
      try (GracefulStop stop = new GracefulStop(training::requestStop)) {
        return training.run();
      }
    }
  }

  private static List<Validation> validation(Gan gan, Parzen parzen, Sampler sampler) {
    Buffer samples = sampler.draw(gan.recipe().seed(), Sampler.Stream.VALIDATION);
    return parzen.validation(samples).stream()
        .map(score -> new Validation(score.mean(), score.sigma()))
        .toList();
  }

  /** Scores the generators on the test set and prints the sheet. */
  ScoreSheet score(Evaluation evaluation) {
    try (Parzen parzen = new Parzen(gan.device(), data, evaluation);
        Sampler sampler = new Sampler(gan, evaluation.samples())) {
      long seed = gan.recipe().seed();
      List<ParzenScore> scores = parzen.test(sampler.draw(seed, Sampler.Stream.TEST));
      ScoreSheet sheet = new ScoreSheet(gan.iteration(), seed, scores, parzen.trainingSet());
      sheet.lines().forEach(out::println);
      out.flush();
      return sheet;
    }
  }
}
