package org.gan4j.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.gan.OnnxNetworks;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a run's networks for use elsewhere. */
@Command(
    name = "export",
    description = "Write the trained networks of a run for use elsewhere.",
    footer = {
      "",
      "Examples:",
      "  gan4j export runs/00001-mnist-10k --weights digits.safetensors",
      "  gan4j export runs/00001-mnist-10k --onnx digits.onnx",
      "  gan4j export runs/00001-mnist-10k --onnx judge.onnx --network discriminator",
      "  gan4j export runs/00001-mnist-10k --onnx pictures.onnx --samples uint8",
      "",
      "--weights writes generator and discriminator without what only training needs, half as"
          + " large;",
      "its metadata says how to rebuild them. Generator.open and Discriminator.open read it in"
          + " Java.",
      "--onnx writes one network for other programs. With --samples uint8 its one input is noise"
          + " of",
      "U(0,1) or N(0,1), as the recipe has it, and its output are pictures of N x 3 x height x"
          + " width",
      "bytes, as programs that measure generators take them."
    })
final class ExportCommand implements Callable<Integer> {
  private static final String GENERATOR = "generator";
  private static final String DISCRIMINATOR = "discriminator";
  private static final String FLOAT = "float";
  private static final String UINT8 = "uint8";

  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @ArgGroup(multiplicity = "1")
  private Target target;

  /** One of the two. */
  static final class Target {
    @Option(
        names = "--weights",
        paramLabel = "FILE",
        description = "A safetensors file of the weights alone.")
    private Path weights;

    @Option(names = "--onnx", paramLabel = "FILE", description = "An ONNX file of one network.")
    private Path onnx;
  }

  @Option(
      names = "--network",
      paramLabel = "NAME",
      defaultValue = GENERATOR,
      description = "With --onnx: generator or discriminator (default: ${DEFAULT-VALUE}).")
  private String network;

  @Option(
      names = "--samples",
      paramLabel = "TYPE",
      defaultValue = FLOAT,
      description =
          "With --onnx: what the generator gives, float or uint8 (default: ${DEFAULT-VALUE}).")
  private String samples;

  @Option(
      names = "--replica",
      paramLabel = "R",
      defaultValue = "0",
      description = "Which of the run's networks, from 0 (default: ${DEFAULT-VALUE}).")
  private int replica;

  @Override
  public Integer call() {
    requireChoices();
    Path checkpoint = run.checkpoint();
    requireOther(target.onnx == null ? target.weights : target.onnx);
    try (Device device = Device.cpu();
        Gan gan = Opened.gan(device, checkpoint, spec.commandLine().getErr())) {
      if (target.weights != null) {
        Checkpoint.saveWeights(target.weights, gan, replica);
      } else if (network.equals(DISCRIMINATOR)) {
        OnnxNetworks.writeDiscriminator(target.onnx, gan, replica);
      } else if (samples.equals(UINT8)) {
        OnnxNetworks.writePictures(target.onnx, gan, replica);
      } else {
        OnnxNetworks.writeGenerator(target.onnx, gan, replica);
      }
      spec.commandLine().getOut().println(target.onnx == null ? target.weights : target.onnx);
    }
    return 0;
  }

  /** What a run keeps for itself is replaced by the run alone. */
  private static void requireOther(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || RunFolder.at(folder).isBegun() && RunFolder.at(folder).keeps(file)) {
      throw new IllegalArgumentException(
          file + " is no file that export may write: a run has it for itself; give another name");
    }
  }

  private void requireChoices() {
    requireOneOf("--network", network, GENERATOR, DISCRIMINATOR);
    requireOneOf("--samples", samples, FLOAT, UINT8);
    boolean usual = network.equals(GENERATOR) && samples.equals(FLOAT);
    if (target.weights != null && !usual) {
      throw new IllegalArgumentException(
          "--weights writes both networks as they are: leave out --network and --samples");
    }
    if (network.equals(DISCRIMINATOR) && samples.equals(UINT8)) {
      throw new IllegalArgumentException(
          "--samples is about a generator: leave it out with --network discriminator");
    }
  }

  private static void requireOneOf(String option, String value, String one, String other) {
    if (!value.equals(one) && !value.equals(other)) {
      throw new IllegalArgumentException(
          option + " must be " + one + " or " + other + ", not '" + value + "'");
    }
  }
}
