package org.gan4j;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.Measures;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Measuring;
import org.gan4j.experiment.Outcome;
import org.gan4j.experiment.Plan;
import org.gan4j.experiment.Scorer;
import org.gan4j.experiment.Table1Runs;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.report.RunComparison;
import org.gan4j.report.RunPage;
import org.gan4j.report.Table1;
import org.gan4j.run.MeasureSheet;
import org.gan4j.run.RunFolder;

/** What a project that depends on gan4j can do with runs, one thing after the other. */
final class LibraryUse {
  private LibraryUse() {}

  /** The argument is a folder to work in. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    Recipe recipe = TinyRecipe.with("stop.epochs=1", "replicas=2");
    require(RecipeYaml.parse(RecipeYaml.write(recipe), "written").equals(recipe), "recipe");
    try (Device device = Device.cpu()) {
      Plan first = new Plan(recipe, Plan.Place.NUMBERED, folder, Optional.empty());
      Path path;
      try (Experiment experiment = new Experiment(device, data, first)) {
        path = experiment.folder().path();
        Outcome outcome = experiment.run(Set.of(), Experiment.Listener.NONE);
        require(outcome instanceof Outcome.Finished, "a run");
      }
      Recipe longer = TinyRecipe.with("stop.epochs=2", "replicas=2");
      Plan second = Plan.resume(path).withRecipe(longer);
      try (Experiment experiment = new Experiment(device, data, second)) {
        experiment.run(Set.of(), Experiment.Listener.NONE);
        require(experiment.iteration() == 40, "a resume");
      }
      measure(device, data, RunFolder.open(path));
    }
    System.out.println("done");
  }

  private static void measure(Device device, DataSet data, RunFolder run) {
    try (Gan gan = Checkpoint.open(device, run.scored());
        MeasureContext context =
            new MeasureContext(device, data, gan.recipe().evaluation(), 50, 1);
        Scorer scorer = new Scorer(gan, data, gan.recipe().evaluation())) {
      MeasureSheet sheet =
          Measuring.measure(gan, context, Measures.named(List.of("recall")), (name, anchor) -> {});
      require(sheet.json().contains("recall"), "measures as JSON");
      run.writeMeasures(sheet);
      require(run.read().measures().orElseThrow().equals(sheet), "measures read back");
      require(scorer.test().equals(run.scores().get(0).sheet()), "the same score again");
    }
    run.writePage(RunPage.of(run.read()));
    require(run.metrics().reports().size() == 2, "measurements");
    RunComparison comparison = new RunComparison(List.of(run.read(), run.read().named("other")));
    require(!comparison.page().isEmpty() && !comparison.lines().isEmpty(), "a comparison");
    Table1 table = new Table1(Table1Runs.scores(List.of(run)));
    require(table.json().contains("tiny") && !table.markdown().isEmpty(), "the table");
    Table1Runs runs = new Table1Runs(run.path(), OptionalInt.of(2), OptionalInt.empty());
    require(runs.missing(run.recipe()).size() == 1, "what the table lacks");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}
