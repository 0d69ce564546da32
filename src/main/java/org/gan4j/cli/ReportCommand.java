package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.io.AtomicFiles;
import org.gan4j.report.RunPage;
import org.gan4j.run.RunReader;
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
public final class ReportCommand implements Callable<Integer> {
  private static final String PAGE = "report.html";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(write(run, spec.commandLine().getErr()));
    out.flush();
    return 0;
  }

  /** Writes the page into the folder that it is about; says what could not be read. */
  public static Path write(Path folder, PrintWriter err) throws IOException {
    Path page = folder.resolve(PAGE);
    writePage(page, RunPage.of(read(folder, err)));
    return page;
  }

  /** Reads a folder, and says what could not be read. */
  static RunRecord read(Path folder, PrintWriter err) throws IOException {
    RunRecord record = RunReader.read(folder);
    record.remarks().forEach(remark -> err.println("gan4j: " + folder + ": " + remark));
    err.flush();
    return record;
  }

  static void writePage(Path page, String html) throws IOException {
    AtomicFiles.write(page, out -> out.write(html.getBytes(StandardCharsets.UTF_8)));
  }
}
