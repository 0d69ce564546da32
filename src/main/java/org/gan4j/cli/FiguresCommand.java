package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.report.Figures;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Draws the paper's figures 2 and 3 of a run. */
@Command(
    name = "figures",
    description = "Draw the paper's figures 2 and 3 of a run into its folder.",
    footer = {
      "",
      "Examples:",
      "  gan4j figures runs/00001-mnist",
      "  gan4j figures runs/00002-cifar10-fc-small --data DIR --best",
      "",
      "figure2.png: random samples, and in the last column the training example nearest to the",
      "sample beside it; figure2.csv says which it is and how far. figure3.png: samples along",
      "straight lines in z."
    })
public final class FiguresCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(names = "--best", description = "The best checkpoint by validation, not the latest.")
  private boolean best;

  @Override
  public Integer call() {
    RunFolder folder = RunFolder.open(run);
    Path checkpoint = folder.checkpoint(best);
    PrintWriter out = spec.commandLine().getOut();
    DataSet data =
        dataOption.open(Checkpoint.recipe(checkpoint).data(), spec.commandLine().getErr());
    try (Device device = deviceSettings.open(spec.commandLine().getErr());
        Gan gan = Checkpoint.open(device, checkpoint)) {
      String distances = draw(gan, data, folder);
      out.println(folder.path().resolve("figure2.png"));
      out.print(distances);
    }
    out.println(folder.path().resolve("figure3.png"));
    out.flush();
    return 0;
  }

  /** Draws both figures; returns the distances of the first, which it writes as well. */
  public static String draw(Gan gan, DataSet data, RunFolder folder) {
    Figures.Panel panel = Figures.figure2(gan, data, 8, 9);
    StringBuilder distances = new StringBuilder("row,training_example,distance\n");
    for (int row = 0; row < panel.nearest().size(); row++) {
      distances.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%.4f\n",
              row,
              panel.nearest().get(row).index(),
              panel.nearest().get(row).distance()));
    }
    folder.writePicture("figure2.png", panel.picture());
    folder.writeText("figure2.csv", distances.toString());
    folder.writePicture("figure3.png", Figures.interpolation(gan, 8, 10, gan.recipe().seed()));
    return distances.toString();
  }
}
