package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.eval.AisSettings;
import org.gan4j.eval.FeatureMap;
import org.gan4j.eval.Measure;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.Measures;
import org.gan4j.eval.OnnxFeatures;
import org.gan4j.eval.SampleSet;
import org.gan4j.experiment.Measuring;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.MeasureSheet;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a run's generators in more ways than one. */
@Command(
    name = "measure",
    description =
        "Print what several measures say of a run, beside what they say of the training set itself"
            + " and of its k-means centroids; keep it in measures.json in the run folder.",
    footer = {
      "",
      "Examples:",
      "  gan4j measure runs/00001-mnist-10k",
      "  gan4j measure runs/00001-mnist-10k --only precision,recall --samples 5000",
      "  gan4j measure runs/00001-mnist-10k --only ais    a minute or more, so only by name",
      "  gan4j measure runs/00002-mnist --only ais --ais wu-2017    hours",
      "  gan4j measure runs/00001-mnist-10k --only precision,recall --by metropolis",
      "",
      "measures.json holds what was measured last. docs/measures.md says what each measure says."
    })
final class MeasureCommand implements Callable<Integer> {
  /** All distances between so many samples and tests take a few GB. */
  private static final int MOST = 10_000;

  private static final String AIS = "ais";

  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Samples, and as many test examples; at most those that there are (default:"
              + " ${DEFAULT-VALUE}).")
  private int samples;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description =
          "Only these measures, with commas between (default: all but ais and those of completions).")
  private List<String> only;

  @Option(
      names = "--ais",
      paramLabel = "NAME",
      description =
          "Settings of the measure ais: usual, or wu-2017, the published comparison's, for hours;"
              + " or temperatures, and leapfrog steps if not one: 5000, 1000x10 (default: usual).")
  private String annealing;

  @Option(
      names = "--features",
      paramLabel = "FILE",
      description =
          "An ONNX file whose network makes features of images, in place of the classifier of digits;"
              + " it needs onnxruntime (docs/measures.md).")
  private Path features;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Another seed makes other random choices (default: the run's).")
  private Long seed;

  @Option(
      names = "--validation",
      description =
          "Measure on the second half of the validation examples in place of the tests, to choose"
              + " settings by; what a measure chooses, and --by is calibrated on, is the first half."
              + " Printed and not kept.")
  private boolean validation;

  @Mixin private JudgedOption judged;

  @Mixin private WeightsOption weights;

  @Override
  public Integer call() {
    judged.require();
    if (samples < 2 || samples > MOST) {
      throw new IllegalArgumentException("--samples must be 2 to " + MOST + ", not " + samples);
    }
    List<Measure> measures = only == null ? Measures.ALL : Measures.named(only);
    RunFolder folder = run.folder();
    Path checkpoint = run.checkpoint();
    Recipe recipe = Checkpoint.recipe(checkpoint);
    weights.require(recipe);
    requireUsed(measures, recipe.evaluation());
    DataSet data = dataOption.open(recipe, spec.commandLine().getErr());
    long chosen = seed == null ? recipe.seed() : seed;
    PrintWriter out = spec.commandLine().getOut();
    try (OnnxFeatures map = features == null ? null : OnnxFeatures.open(features, data.shape());
        Device device = deviceSettings.open(spec.commandLine().getErr());
        Gan gan = Opened.gan(device, checkpoint, spec.commandLine().getErr());
        MeasureContext comparison = comparison(gan, data, chosen, map)) {
      comparison.anneal(
          annealing == null ? AisSettings.USUAL : annealing,
          new AnnealingDisplay(out, System::nanoTime));
      out.printf("checkpoint: %s, iteration %d%n", checkpoint, gan.iteration());
      weights.apply(gan, out);
      out.flush();
      MeasureSheet sheet = sheet(gan, data, comparison, measures, out);
      out.printf("samples: %d, as many as tests, seed %d%n", sheet.samples(), sheet.seed());
      if (validation || judged.isAsked() || weights.isAsked()) {
        out.println(
            (validation ? "on the second half of the validation examples, not tests; " : "")
                + "not kept");
        sheet.lines().forEach(out::println);
      } else {
        // First what took hours: perhaps it can't be written.
        sheet.lines().forEach(out::println);
        out.flush();
        out.println(folder.writeMeasures(sheet));
      }
    }
    out.flush();
    return 0;
  }

  /** Refuses settings of measures that are not taken, and those that are none. */
  private void requireUsed(List<Measure> measures, Evaluation evaluation) {
    boolean anneals = measures.stream().anyMatch(each -> each.name().equals(AIS));
    if (annealing != null && !anneals) {
      throw new IllegalArgumentException("--ais is about the measure ais: add --only ais");
    }
    if (anneals && judged.isAsked()) {
      throw new IllegalArgumentException(
          "ais is of the generator, whichever of its samples --by keeps: measure it without --by");
    }
    if (annealing != null) {
      AisSettings.named(annealing, evaluation, 0);
    }
    if (features != null && measures.stream().noneMatch(Measures.IN_FEATURES::contains)) {
      throw new IllegalArgumentException(
          "--features is about the measures in features, of which --only names none");
    }
  }

  private MeasureSheet sheet(
      Gan gan, DataSet data, MeasureContext comparison, List<Measure> measures, PrintWriter out) {
    BiConsumer<String, SampleSet> anchors =
        (name, anchor) -> out.printf("%s: %d images%n", name, anchor.count());
    if (!judged.isAsked()) {
      return Measuring.measure(gan, comparison, measures, anchors);
    }
    Images heldOut = comparison.data().validation();
    float[][] drawn = judged.draw(gan, data, heldOut, comparison.tests(), comparison.seed(), out);
    return Measuring.measure(gan, drawn, comparison, measures, anchors);
  }

  private MeasureContext comparison(Gan gan, DataSet data, long chosen, FeatureMap featuresOrNull) {
    gan.data().require(data);
    DataSet examples = validation ? halved(data) : data;
    return new MeasureContext(
        gan.device(), examples, gan.recipe().evaluation(), samples, chosen, featuresOrNull);
  }

  /** What chooses is not what is measured, as with the tests. */
  private static DataSet halved(DataSet data) {
    int count = data.validation().count();
    if (count < 4) {
      throw new IllegalArgumentException(
          "--validation takes 4 validation examples or more, there are " + count);
    }
    return new DataSet(
        data.name(),
        data.title(),
        data.provenance(),
        data.train(),
        data.validation().range(0, count / 2),
        data.validation().range(count / 2, count),
        data.scaling());
  }
}
