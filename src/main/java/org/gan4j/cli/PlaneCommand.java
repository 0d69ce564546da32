package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.eval.JudgedSampler;
import org.gan4j.eval.SamplingMethod;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Trainer;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.Png;
import org.gan4j.report.TheoryChart;
import org.gan4j.theory.Collapse;
import org.gan4j.theory.Mixture;
import org.gan4j.theory.Toys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the game on 25 Gaussians in the plane, and samples in every way that there is. */
@Command(
    name = "plane",
    description =
        "Train on 25 narrow Gaussians in the plane, then count how many samples are good (within 4"
            + " standard deviations of a centre) and how many modes they find: as they come, and"
            + " judged by the discriminator.",
    footer = {
      "",
      "Examples:",
      "  gan4j plane                          the grid; some minutes",
      "  gan4j plane --target ring --seed 3",
      "  gan4j plane --units 512              networks as in the papers; takes long",
      "",
      "Writes plane.csv, the table, and a picture for each way of sampling."
    })
final class PlaneCommand implements Callable<Integer> {
  private static final ImageShape POINT = new ImageShape(1, 1, 2);
  private static final int TRAINING = 50_000;
  private static final int HELD_OUT = 10_000;
  private static final double GOOD = 4;
  private static final int MOST_SAMPLES = 1_000_000;
  private static final int SHOWN = 2000;
  private static final int CHUNK = 100;
  private static final long LINE_NANOS = 5_000_000_000L;

  @Spec private CommandSpec spec;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      defaultValue = "grid",
      description = "grid or ring (default: ${DEFAULT-VALUE}).")
  private String target;

  @Option(
      names = "--units",
      paramLabel = "N",
      defaultValue = "128",
      description = "Units of each of the four hidden layers (default: ${DEFAULT-VALUE}).")
  private int units;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Iterations to train (default: ${DEFAULT-VALUE}).")
  private int iterations;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Samples to count (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "plane",
      description = "Where the table and the pictures go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    if (!target.equals("grid") && !target.equals("ring")) {
      throw new IllegalArgumentException("--target must be grid or ring, not " + target);
    }
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new IllegalArgumentException(
          "--samples must be 1 to " + MOST_SAMPLES + ", not " + samples);
    }
    Mixture mixture = target.equals("grid") ? Toys.GRID : Toys.NARROW_RING;
    try (Device device = deviceSettings.open(spec.commandLine().getErr());
        Gan gan = new Gan(device, Toys.plane(units, iterations, seed), POINT)) {
      Files.createDirectories(out);
      Examples examples = Examples.of(POINT, mixture.sample(TRAINING, seed));
      gan.initialise(examples);
      train(gan, examples);
      // Drawn from another seed: the discriminator has not seen them.
      table(gan, mixture, mixture.sample(HELD_OUT, ~seed));
    }
    return 0;
  }

  private void train(Gan gan, Examples examples) {
    PrintWriter printer = spec.commandLine().getOut();
    long begun = System.nanoTime();
    long lineAt = begun;
    try (Trainer trainer = new Trainer(gan, examples)) {
      for (int done = 0; done < iterations; ) {
        int some = Math.min(CHUNK, iterations - done);
        trainer.run(some);
        done += some;
        long now = System.nanoTime();
        if (done == iterations || now - lineAt > LINE_NANOS) {
          double speed = trainer.totals().get(0).iteration() / ((now - begun) / 1e9);
          printer.printf(Locale.ROOT, "iteration %d/%d  %.1f it/s%n", done, iterations, speed);
          printer.flush();
          lineAt = now;
        }
      }
    }
  }

  private void table(Gan gan, Mixture mixture, float[] heldOut) throws IOException {
    StringBuilder csv = new StringBuilder("by,good,modes,accepted\n");
    try (Sampler sampler = new Sampler(gan, samples)) {
      float[] plain = sampler.drawToHost(seed, Sampler.Stream.TEST)[0];
      csv.append(row("prior", plain, Double.NaN, mixture));
    }
    JudgedSampler judged = new JudgedSampler(gan, heldOut);
    spec.commandLine().getOut().printf("calibrated logit: %s%n", judged.calibrations().get(0));
    for (SamplingMethod method : SamplingMethod.values()) {
      JudgedSampler.Drawn drawn = judged.draw(method, samples, seed);
      csv.append(row(method.word(), drawn.samples()[0], drawn.acceptance()[0], mixture));
    }
    AtomicFiles.write(out.resolve("plane.csv"), csv.toString());
    spec.commandLine().getOut().println(out.resolve("plane.csv"));
    spec.commandLine().getOut().flush();
  }

  /** Counts, prints and draws. */
  private String row(String by, float[] points, double accepted, Mixture mixture) {
    Collapse.Coverage coverage = Collapse.Coverage.of(points, mixture, GOOD, 1);
    boolean chosen = !Double.isNaN(accepted);
    PrintWriter printer = spec.commandLine().getOut();
    printer.printf(
        Locale.ROOT,
        "%-12s good %5.1f %%  modes %2d of %d%s%n",
        by,
        100 * coverage.good(),
        coverage.modes(),
        mixture.modes(),
        chosen ? String.format(Locale.ROOT, "  accepted %.1f %%", 100 * accepted) : "");
    printer.flush();
    float[] shown = Arrays.copyOf(points, 2 * Math.min(SHOWN, samples));
    Png.write(out.resolve(by + ".png"), TheoryChart.draw(Collapse.plot(by, shown, mixture)));
    return String.format(
        Locale.ROOT,
        "%s,%.4f,%d,%s%n",
        by,
        coverage.good(),
        coverage.modes(),
        chosen ? String.format(Locale.ROOT, "%.4f", accepted) : "");
  }
}
