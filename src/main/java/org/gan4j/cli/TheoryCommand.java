package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.gan4j.device.Device;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.Json;
import org.gan4j.io.Png;
import org.gan4j.report.TheoryChart;
import org.gan4j.theory.Balance;
import org.gan4j.theory.Collapse;
import org.gan4j.theory.ExperimentResult;
import org.gan4j.theory.Proposition1;
import org.gan4j.theory.Proposition2;
import org.gan4j.theory.Saturation;
import org.gan4j.theory.Theorem1;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the experiments behind docs/theory.md. */
@Command(
    name = "theory",
    description = "Run the paper's theory in small games; draw and count what they come to.",
    footer = {
      "",
      "Examples:",
      "  gan4j theory                    all numbers, and plots in the folder theory",
      "  gan4j theory --out docs/theory  what docs/theory.md shows",
      "",
      "Takes about a minute. Writes numbers.json and a picture per plot."
    })
final class TheoryCommand implements Callable<Integer> {
  private static final long SEED = 1;

  @Spec private CommandSpec spec;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "theory",
      description = "Where the files go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    List<Function<Device, ExperimentResult>> experiments =
        List.of(
            device -> Proposition1.run(device, 10_000, SEED),
            device -> Theorem1.run(device, 6000, SEED),
            device -> Proposition2.run(100, 100_000, SEED),
            device -> Saturation.run(device, 60, 1000, SEED),
            device -> Balance.lag(device, 2000, SEED),
            device -> Collapse.run(device, 4000, SEED));
    PrintWriter printer = spec.commandLine().getOut();
    try (Device device = deviceSettings.open(spec.commandLine().getErr())) {
      Files.createDirectories(out);
      Map<String, Object> numbers = new LinkedHashMap<>();
      for (Function<Device, ExperimentResult> experiment : experiments) {
        show(experiment.apply(device), numbers, printer);
      }
      AtomicFiles.write(out.resolve("numbers.json"), Json.write(numbers, Json.Layout.INDENTED));
    }
    return 0;
  }

  private void show(ExperimentResult finding, Map<String, Object> numbers, PrintWriter printer) {
    for (Map.Entry<String, Double> number : finding.numbers().entrySet()) {
      String text = String.format(Locale.ROOT, "%.4g", number.getValue());
      boolean finite = Double.isFinite(number.getValue());
      numbers.put(number.getKey(), finite ? Json.number(text) : null);
      printer.printf("%-40s %s%n", number.getKey(), text);
    }
    printer.flush();
    for (ExperimentResult.Plot plot : finding.plots()) {
      Png.write(out.resolve(plot.file() + ".png"), TheoryChart.draw(plot));
    }
  }
}
