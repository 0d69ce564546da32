package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.device.Device;
import org.gan4j.experiment.Scorer;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Choice;
import org.gan4j.gan.Conditions;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreSheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores a run's generators. */
@Command(
    name = "evaluate",
    description = "Print the Parzen score of a run on its test set, as train did.",
    footer = {
      "",
      "Examples:",
      "  gan4j evaluate runs/00001-mnist-10k",
      "  gan4j evaluate runs/00001-mnist-10k --best --samples 50000",
      "  gan4j evaluate runs/00002-mnist-gaussian --choice monitor",
      "  gan4j evaluate runs/00004-mnist-averaged --own-weights",
      "  gan4j evaluate runs/00005-tfd --folds    on every fold, for gan4j table1"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int MOST_OF_ONE = 10_000;

  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Mixin private WeightsOption weights;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Samples that carry the window (default: the recipe's).")
  private Integer samples;

  @Option(
      names = "--per-class",
      paramLabel = "N",
      description =
          "Of a run with classes: N samples of each, in place of the classes' shares in the training"
              + " set.")
  private Integer perClass;

  @Option(
      names = "--choice",
      paramLabel = "NAME",
      description =
          "latest, or the best by: parzen (the validation score), monitor (evaluation.monitor);"
              + " each replica's own best where the run kept those (evaluation.keep=each).")
  private String choice;

  @Option(
      names = "--folds",
      description =
          "Score every fold of the data set (TFD), and keep the scores in the run folder.")
  private boolean folds;

  @Override
  public Integer call() {
    RunFolder folder = run.folder();
    if (folds && (weights.isAsked() || run.wantsBest() || samples != null || perClass != null)) {
      throw new IllegalArgumentException(
          "--folds keeps what table1 reads, the latest networks' scores as the recipe has them: it"
              + " goes with none of --own-weights, --best, --samples and --per-class");
    }
    if (choice != null && (run.wantsBest() || folds)) {
      throw new IllegalArgumentException("--choice goes with neither --best nor --folds");
    }
    if (perClass != null && (samples != null || perClass < 1 || perClass > MOST_OF_ONE)) {
      throw new IllegalArgumentException(
          "--per-class must be 1 to " + MOST_OF_ONE + ", and goes not with --samples");
    }
    List<Path> checkpoints =
        choice == null ? List.of(run.checkpoint()) : folder.checkpoints(Choice.of(choice));
    Recipe recipe = Checkpoint.recipe(checkpoints.get(0));
    weights.require(recipe);
    List<String> names = folds ? DataSets.folds(recipe.data()) : List.of(recipe.data());
    if (folds && names.size() == 1) {
      throw new IllegalArgumentException(
          "--folds is for data sets that have folds, " + recipe.data() + " has none");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Device device = deviceSettings.open(spec.commandLine().getErr())) {
      for (int fold = 0; fold < names.size(); fold++) {
        DataSet data = dataOption.open(names.get(fold), recipe, spec.commandLine().getErr());
        if (folds) {
          out.println(data.title());
        }
        boolean own = !folds || fold == DataSets.fold(recipe.data());
        ScoreSheet sheet = score(device, checkpoints, data, own);
        sheet.lines().forEach(out::println);
        out.flush();
        if (folds) {
          folder.writeFoldScore(fold, sheet);
        }
      }
    }
    return 0;
  }

  /** One sheet of all replicas, be they in one checkpoint or in one each. */
  private ScoreSheet score(Device device, List<Path> checkpoints, DataSet data, boolean own) {
    PrintWriter out = spec.commandLine().getOut();
    List<ScoreSheet> sheets = new ArrayList<>();
    for (Path checkpoint : checkpoints) {
      try (Gan gan = Opened.gan(device, checkpoint, spec.commandLine().getErr())) {
        (own ? gan.data() : gan.data().ofTraining()).require(data);
        Evaluation settings = gan.recipe().evaluation();
        settings = samples == null ? settings : settings.withSamples(samples);
        float[] conditions = perClass == null ? null : ofEachClass(gan);
        if (perClass != null) {
          settings = settings.withSamples(perClass * gan.conditions().count());
        }
        try (Scorer scorer = new Scorer(gan, data, settings, conditions)) {
          out.printf("checkpoint: %s, iteration %d%n", checkpoint, gan.iteration());
          weights.apply(gan, out);
          if (gan.recipe().condition() instanceof Condition.Classes) {
            String share = "samples of the classes as often as in the training set";
            out.println(perClass == null ? share : "samples: " + perClass + " of each class");
          }
          out.flush();
          sheets.add(scorer.test());
        }
      }
    }
    return ScoreSheet.together(sheets);
  }

  private float[] ofEachClass(Gan gan) {
    if (!(gan.recipe().condition() instanceof Condition.Classes)) {
      throw new IllegalArgumentException(
          "--per-class is for a run whose recipe has classes as its condition; "
              + run.path()
              + " has none");
    }
    Conditions known = gan.conditions();
    float[] all = new float[perClass * known.count() * known.width()];
    for (int c = 0; c < known.count(); c++) {
      float[] some = known.only(c, perClass);
      System.arraycopy(some, 0, all, c * some.length, some.length);
    }
    return all;
  }
}
