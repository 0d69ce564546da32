package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.report.Survivors;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says which seeds of a run are alive. */
@Command(
    name = "survivors",
    description = "Print which seeds of a run are alive at its end, by the alarms that last then.",
    footer = {
      "",
      "Examples:",
      "  gan4j train mnist --set update=alternating --replicas 16 --epochs 10 --out runs/alternating",
      "  gan4j survivors runs/alternating",
      "",
      "The alarms are those of train. It works while a run trains, and without its checkpoints."
    })
final class SurvivorsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        new Survivors(ReportCommand.read(RunFolder.at(run), spec.commandLine().getErr()))
            .markdown());
    out.flush();
    return 0;
  }
}
