package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.io.AtomicFiles;
import org.gan4j.report.RunComparison;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Puts runs side by side. */
@Command(
    name = "compare",
    description = "Print what differs between runs and what came of it, and write a page of it.",
    footer = {
      "",
      "Examples:",
      "  gan4j compare runs/00001-mnist-10k runs/00002-mnist-10k",
      "  gan4j compare runs/0000[1-3]-mnist --out sweep.html"
    })
final class CompareCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Spec private CommandSpec spec;

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Folders of runs, two or more.")
  private List<Path> runs;

  @Option(
      names = "--out",
      paramLabel = "FILE.html",
      description = "The page (default: runs/compare.html).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Path page = out == null ? main.runs().resolve("compare.html") : out;
    if (!page.toString().endsWith(".html")) {
      throw new IllegalArgumentException("--out must name a .html file, not " + page);
    }
    List<RunRecord> records = new ArrayList<>();
    for (Path run : runs) {
      records.add(ReportCommand.read(RunFolder.at(run), spec.commandLine().getErr()));
    }
    // Folders of one name in several places go by their paths.
    boolean distinct = records.stream().map(RunRecord::name).distinct().count() == runs.size();
    for (int i = 0; !distinct && i < runs.size(); i++) {
      records.set(i, records.get(i).named(runs.get(i).toString()));
    }
    RunComparison comparison = new RunComparison(records);
    PrintWriter results = spec.commandLine().getOut();
    comparison.lines().forEach(results::println);
    AtomicFiles.createFolder(page.toAbsolutePath().getParent());
    AtomicFiles.write(page, comparison.page());
    results.println("page: " + page);
    results.flush();
    return 0;
  }
}
