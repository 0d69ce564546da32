package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.eval.DigitClassifier;
import org.gan4j.recipe.Recipes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains the classifier of digits again. */
@Command(
    name = "classifier",
    description =
        "Train the classifier again by which measure judges digits; say how good it is, and whether"
            + " it is the one inside gan4j.",
    footer = {
      "",
      "Examples:",
      "  gan4j classifier --data DIR",
      "",
      "Takes minutes on two cores. On another processor, or with another number of threads, it is as",
      "good, but other roundings give it another checksum. measure always takes the one inside."
    })
final class ClassifierCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "mnist-conv-1.safetensors",
      description = "The file to write (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() {
    PrintWriter printer = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DataSet mnist = dataOption.open(Recipes.get("mnist"), err);
    try (Device device = deviceSettings.open(err)) {
      DigitClassifier.Trained trained = DigitClassifier.train(device, mnist, out);
      printer.printf(
          "right on %.4f of %,d validation images and on %.4f of %,d tests%n",
          trained.validation(), mnist.validation().count(), trained.test(), mnist.test().count());
      printer.printf(
          "%s: sha256 %s, %s%n",
          out,
          trained.sha256(),
          trained.inside()
              ? "the one inside gan4j"
              : "not the one inside gan4j, " + DigitClassifier.SHA256);
    }
    printer.flush();
    return 0;
  }
}
