package org.gan4j.cli;

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
    description = "Print the Parzen score of a run on its test set.",
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

  @Option(names = "--best", description = "The best checkpoint by validation, not the latest.")
  private boolean best;

  @Override
  public Integer call() {
    RunFolder folder = RunFolder.open(run);
    Path checkpoint = folder.checkpoint(best);
    Recipe recipe = Checkpoint.recipe(checkpoint);
    Evaluation evaluation =
        samples == null ? recipe.evaluation() : recipe.evaluation().withSamples(samples);
    DataSet data = dataOption.open(recipe.data(), spec.commandLine().getErr());
    try (Device device = deviceOption.open();
        Gan gan = Checkpoint.open(device, checkpoint)) {
      new Run(gan, data, folder, spec.commandLine().getOut()).score(evaluation);
    }
    return 0;
  }
}
