package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.report.RunPage;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a run's page. */
@Command(
    name = "report",
    description = "Write a run's report.html again: all that its folder tells, in one page.",
    footer = {
      "",
      "Examples:",
      "  gan4j report runs/00001-mnist-10k",
      "",
      "The page is one file and needs no network. It works while a run trains, and without its",
      "checkpoints."
    })
final class ReportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Override
  public Integer call() {
    RunFolder folder = RunFolder.at(run);
    String page = RunPage.of(read(folder, spec.commandLine().getErr()));
    PrintWriter out = spec.commandLine().getOut();
    out.println(folder.writePage(page));
    out.flush();
    return 0;
  }

  /** Reads a folder, and says what could not be read. */
  static RunRecord read(RunFolder folder, PrintWriter err) {
    RunRecord record = folder.read();
    record.remarks().forEach(remark -> err.println("gan4j: " + folder.path() + ": " + remark));
    err.flush();
    return record;
  }
}
