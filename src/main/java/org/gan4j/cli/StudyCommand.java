package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.ScoreStudy;
import org.gan4j.gan.Checkpoint;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.RunFolder;
import org.gan4j.run.StudySheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scores a run under other settings of its evaluation. */
@Command(
    name = "study",
    description =
        "Print what a run's Parzen score is with other numbers of samples, grids of σ, validation and"
            + " test examples and checkpoints, each changed alone.",
    footer = {
      "",
      "Examples:",
      "  gan4j study runs/00001-mnist",
      "  gan4j study runs/00001-mnist --samples 200000",
      "",
      "study.md and study.json in the run folder hold the table. Each 10,000 samples of MNIST take",
      "some seconds for each replica. The test set is looked at many times: choose nothing by it."
    })
final class StudyCommand implements Callable<Integer> {
  /** The largest number of samples, for each of the recipe's. */
  private static final int LARGEST = 5;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description =
          "The largest number of samples, a multiple of the recipe's (default: five times that).")
  private Integer samples;

  @Override
  public Integer call() {
    RunFolder folder = RunFolder.open(run);
    Recipe recipe = Checkpoint.recipe(folder.scored());
    long fewest = recipe.evaluation().samples();
    long most = samples == null ? LARGEST * fewest : samples;
    if (most < fewest || most % fewest != 0 || most > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "--samples must be a multiple of the recipe's " + fewest + ", not " + most);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DataSet data = dataOption.open(recipe, err);
    Opened.remark(folder.scored(), err);
    try (Device device = deviceSettings.open(err);
        ScoreStudy study =
            new ScoreStudy(
                device,
                data,
                recipe.evaluation(),
                text -> {
                  out.println("scoring: " + text);
                  out.flush();
                })) {
      StudySheet sheet = study.study(folder, (int) most);
      out.print(sheet.markdown());
      // First what took long: perhaps it can't be written.
      out.flush();
      out.println(folder.writeStudy(sheet));
    }
    out.flush();
    return 0;
  }
}
