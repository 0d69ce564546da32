package org.gan4j.cli;

import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gan4j.device.Device;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.gan.Models;
import org.gan4j.io.Png;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What commands have in common that make a picture by a run's networks. */
final class PictureOptions {
  /** Draws a picture. */
  interface Drawing {
    /**
     * Draws.
     *
     * @param gan the run's networks
     * @param seed that was asked for, else the run's
     */
    BufferedImage draw(Gan gan, long seed);

    /**
     * Draws by a model that is published.
     *
     * @param generator of the model
     * @param seed that was asked for, else 1
     */
    default BufferedImage draw(Generator generator, long seed) {
      throw new IllegalArgumentException(
          "this needs the folder of a run; of a published model there are samples only");
    }
  }

  @Parameters(
      paramLabel = "RUN",
      description =
          "The folder of a run; or, to draw samples, the name of a published model: mnist.")
  private Path run;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Another seed draws others (default: the run's).")
  private Long seed;

  @Option(
      names = "--best",
      description = "The best checkpoint by validation, even if train scored the latest.")
  private boolean best;

  @Option(
      names = "--out",
      paramLabel = "FILE.png",
      description = "The picture (default: ${DEFAULT-VALUE}).")
  private Path out;

  /**
   * The options.
   *
   * @param out the picture where none is named
   */
  PictureOptions(String out) {
    this.out = Path.of(out);
  }

  /** The run's folder, for messages. */
  Path run() {
    return run;
  }

  /** Refuses what can't be drawn, before anything is opened. */
  void require(int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("--count must be 1 to " + most + ", not " + count);
    }
    if (!out.toString().endsWith(".png")) {
      throw new IllegalArgumentException("--out must name a .png file, not " + out);
    }
  }

  /** Draws and writes the picture, and prints its name. */
  void write(CommandSpec spec, Drawing drawing) {
    if (!Files.exists(run) && Models.exist(run.toString())) {
      writeOfModel(spec, drawing);
      return;
    }
    RunFolder folder = RunFolder.open(run);
    PrintWriter err = spec.commandLine().getErr();
    try (Device device = deviceSettings.open(err);
        Gan gan = Opened.gan(device, folder.checkpoint(best), err)) {
      Png.write(out, drawing.draw(gan, seed == null ? gan.recipe().seed() : seed));
      spec.commandLine().getOut().println(out);
    }
  }

  private void writeOfModel(CommandSpec spec, Drawing drawing) {
    if (best) {
      throw new IllegalArgumentException("--best is for a run; a model has one generator");
    }
    Device device = deviceSettings.open(spec.commandLine().getErr());
    try (Generator generator = opened(device)) {
      Png.write(out, drawing.draw(generator, seed == null ? 1 : seed));
      spec.commandLine().getOut().println(out);
    }
  }

  /** Closes the device with the generator, or here. */
  private Generator opened(Device device) {
    try {
      return Models.open(device, run.toString());
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }
}
