package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.PaperFigures;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
final class FiguresCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Override
  public Integer call() {
    RunFolder folder = run.folder();
    Path checkpoint = run.checkpoint();
    PrintWriter out = spec.commandLine().getOut();
    DataSet data = dataOption.open(Checkpoint.recipe(checkpoint), spec.commandLine().getErr());
    try (Device device = deviceSettings.open(spec.commandLine().getErr());
        Gan gan = Opened.gan(device, checkpoint, spec.commandLine().getErr())) {
      gan.data().require(data);
      PaperFigures figures = PaperFigures.draw(gan, data, folder);
      out.println(figures.figure2());
      out.print(figures.distances());
      out.println(figures.figure3());
    }
    out.flush();
    return 0;
  }
}
