package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Evaluation;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Recipe;
import org.gan4j.report.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores a run's generators. */
@Command(
    name = "evaluate",
    description = "Print the Parzen score of a run on its test set, as train did.",
    footer = {
      "",
      "Examples:",
      "  gan4j evaluate runs/00001-mnist-10k",
      "  gan4j evaluate runs/00001-mnist-10k --best --samples 50000"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceOption deviceOption;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Samples that carry the window (default: the recipe's).")
  private Integer samples;

  @Option(
      names = "--best",
      description = "The best checkpoint by validation, even if train scored the latest.")
  private boolean best;

  @Override
  public Integer call() {
    Path checkpoint = RunFolder.open(run).checkpoint(best);
    Recipe recipe = Checkpoint.recipe(checkpoint);
    Evaluation evaluation =
        samples == null ? recipe.evaluation() : recipe.evaluation().withSamples(samples);
    DataSet data = dataOption.open(recipe.data(), spec.commandLine().getErr());
    try (Device device = deviceOption.open();
        Gan gan = Checkpoint.open(device, checkpoint)) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("checkpoint: %s, iteration %d%n", checkpoint, gan.iteration());
      Run.score(gan, data, evaluation, out);
    }
    return 0;
  }
}
