package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.eval.Classification;
import org.gan4j.experiment.Classifying;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.io.Printable;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Learns classes from few labels by a run's networks. */
@Command(
    name = "classify",
    description =
        "Tell classes by what a run's discriminator (the first replica's), and its encoder if"
            + " there is one, make of images, where only few training images have a label; beside"
            + " the same on pixels. Logistic regression, whose penalty is chosen on validation"
            + " images; the errors are those on test images. Where the recipe has labels, what the"
            + " discriminator itself has learnt to tell.",
    footer = {
      "",
      "Examples:",
      "  gan4j classify runs/00001-mnist-10k",
      "  gan4j classify runs/00001-mnist-10k --labels 100",
      "  gan4j classify runs/00001-mnist-10k --labels 20,50,100,200,all --draws 5",
      "",
      "The run folder then has classify.json, with the errors of every draw of labels, and",
      "classifier.safetensors, of the most labels and with the fewest errors on validation images,",
      "which gan4j predict uses."
    })
final class ClassifyCommand implements Callable<Integer> {
  private static final String ALL = "all";
  private static final List<String> USUAL = List.of("100", "1000", ALL);
  private static final int DRAWS = 10;

  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--labels",
      paramLabel = "N",
      split = ",",
      description =
          "How many training images have a label, as many of each class: numbers, or all, with"
              + " commas between (default: 100,1000,all).")
  private List<String> labels;

  @Option(
      names = "--draws",
      paramLabel = "N",
      description = "How often they are drawn; of all there is one draw (default: 10).")
  private Integer draws;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Another seed draws others (default: the run's).")
  private Long seed;

  @Override
  public Integer call() {
    if (draws != null && (draws < 1 || draws > 1000)) {
      throw new IllegalArgumentException("--draws must be 1 to 1000, not " + draws);
    }
    List<Integer> counts = counts();
    RunFolder folder = run.folder();
    Path checkpoint = run.checkpoint();
    Recipe recipe = Checkpoint.recipe(checkpoint);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (recipe.labels() != null && (labels != null || draws != null || seed != null)) {
      throw new IllegalArgumentException(
          "the discriminator of this run has learnt classes itself: leave out --labels, --draws and"
              + " --seed");
    }
    DataSet data = dataOption.open(recipe, err);
    Classification.Settings settings =
        new Classification.Settings(
            counts, draws == null ? DRAWS : draws, seed == null ? recipe.seed() : seed);
    try (Device device = deviceSettings.open(err);
        Gan gan = Opened.gan(device, checkpoint, err)) {
      gan.data().require(data);
      out.printf("checkpoint: %s, iteration %d%n", checkpoint, gan.iteration());
      out.flush();
      Classifying classifying = new Classifying(gan, folder);
      Classifying.Found found =
          recipe.labels() != null
              ? classifying.classifyByLogits(data)
              : classifying.classify(
                  data,
                  settings,
                  row -> {
                    out.printf("%s, %s: %s%n", row.features(), row.labelsText(), row.errorText());
                    out.flush();
                  });
      found.sheet().lines().forEach(out::println);
      out.println(found.file());
      out.println(found.classifier());
    }
    out.flush();
    return 0;
  }

  private List<Integer> counts() {
    List<Integer> counts = new ArrayList<>();
    for (String each : labels == null ? USUAL : labels) {
      boolean number = each.matches("[0-9]{1,9}") && Integer.parseInt(each) > 0;
      if (!number && !each.equals(ALL)) {
        throw new IllegalArgumentException(
            "--labels takes numbers above 0, or " + ALL + ", not " + Printable.quoted(each));
      }
      counts.add(number ? Integer.parseInt(each) : Classification.ALL);
    }
    return counts;
  }
}
