package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.experiment.CheckStudy;
import org.gan4j.experiment.CopyStudy;
import org.gan4j.io.AtomicFiles;
import org.gan4j.run.CheckSheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts the measures to checks: behind the tables of docs/measures.md. */
@Command(
    name = "checks",
    description =
        "Put every measure to checks on data that is known, and say which moves as it should; count"
            + " how often copies that were planted among digits are found.",
    footer = {
      "",
      "Examples:",
      "  gan4j checks                          tables, and checks.json and checks.md in checks",
      "  gan4j checks --points 100 --draws 3 --copy-draws 20    a first look",
      "  gan4j checks --out docs/checks --page docs/measures.md    what docs/measures.md shows",
      "",
      "Takes some minutes."
    })
final class ChecksCommand implements Callable<Integer> {
  private static final long SEED = 1;
  private static final String DATA = "mnist-10k";
  private static final int MOST_POINTS = 5000;
  private static final int MOST_DRAWS = 10_000;

  /** Of digits: all distances between so many take 130 MB. */
  private static final int IMAGES = 4000;

  /** The gap of likelihoods takes as long as ten tests by ranks. */
  private static final int GAP = 10;

  private static final String BEGIN = "<!-- checks:begin -->\n";
  private static final String END = "<!-- checks:end -->";

  @Spec private CommandSpec spec;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "checks",
      description = "Where checks.json and checks.md go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "300",
      description = "Points of each part of the data, and samples (default: ${DEFAULT-VALUE}).")
  private int points;

  @Option(
      names = "--draws",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often each check is drawn (default: ${DEFAULT-VALUE}).")
  private int draws;

  @Option(
      names = "--copy-draws",
      paramLabel = "N",
      defaultValue = "300",
      description = "How often copies are planted among digits (default: ${DEFAULT-VALUE}).")
  private int copyDraws;

  @Option(
      names = "--copy-images",
      paramLabel = "N",
      defaultValue = "" + IMAGES,
      description = "Digits that are dealt for it (default: ${DEFAULT-VALUE}).")
  private int copyImages;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "A page that gets the tables too, between its lines checks:begin and :end.")
  private Path page;

  @Override
  public Integer call() throws IOException {
    requireRange("--points", points, 20, MOST_POINTS);
    requireRange("--draws", draws, 2, MOST_DRAWS);
    requireRange("--copy-draws", copyDraws, 1, MOST_DRAWS);
    if (page != null) {
      withTables(Files.readString(page), "");
    }
    PrintWriter printer = spec.commandLine().getOut();
    Files.createDirectories(out);
    try (Device device = deviceSettings.open(spec.commandLine().getErr())) {
      CheckSheet sheet = sheet(device, printer);
      AtomicFiles.write(out.resolve("checks.json"), sheet.json());
      AtomicFiles.write(out.resolve("checks.md"), sheet.markdown());
      if (page != null) {
        AtomicFiles.write(page, withTables(Files.readString(page), sheet.markdown()));
      }
      printer.println();
      printer.print(sheet.markdown());
      printer.flush();
    }
    return 0;
  }

  private CheckSheet sheet(Device device, PrintWriter printer) {
    DataSet digits = DataSets.open(DATA, DataLocation.standard(Optional.empty()), Progress.NONE);
    CheckStudy study =
        new CheckStudy(
            device,
            points,
            draws,
            SEED,
            text -> {
              printer.println(text);
              printer.flush();
            });
    List<CheckSheet.Copied> copies =
        new CopyStudy(device, digits, copyImages, SEED)
            .run(copyDraws, Math.max(1, copyDraws / GAP));
    return study.run(copies);
  }

  private static void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " must be " + least + " to " + most + ", not " + value);
    }
  }

  private String withTables(String text, String tables) {
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          page + " has no lines " + BEGIN.strip() + " and " + END + " for the tables");
    }
    return text.substring(0, begin + BEGIN.length()) + tables + text.substring(end);
  }
}
