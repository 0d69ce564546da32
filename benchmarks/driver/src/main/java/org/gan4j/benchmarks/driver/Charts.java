package org.gan4j.benchmarks.driver;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;
import org.gan4j.io.Png;
import org.gan4j.report.Chart;
import org.gan4j.report.Chart.Axis;

/** Results as pictures. */
final class Charts {
  private static final Axis TIME = Axis.logarithmic("ms, median of the forks");

  private final Results results;
  private final Path folder;

  Charts(Results results, Path folder) {
    this.results = results;
    this.folder = folder;
  }

  void draw() {
    growth(
        Group.ITERATION,
        "Both recipes in both orders: one iteration by its arithmetic",
        "additions and multiplications, 10⁹",
        measured -> measured.flops() / 1e9);
    iteration(Group.BATCH, "batch", Workload::batch);
    iteration(Group.WIDTH, "width", Workload::width);
    iteration(Group.POPULATION, "population", Workload::population);
    races();
    growth(
        Group.SAMPLES,
        "Parzen window by samples",
        "samples",
        measured -> ((Case.Parzen) measured).samples());
  }

  private void races() {
    // The first epochs score thousands below zero and would flatten the rest.
    Chart chart =
        Chart.ofLines(
            "Training mnist: score by time",
            Axis.logarithmic("seconds of training"),
            Axis.linear("Parzen window, nats (validation)").between(-200, Double.NaN));
    for (Library library : Library.values()) {
      List<Finish> finishes = results.racesOf(library);
      for (int i = 0; i < finishes.size(); i++) {
        List<Finish.Epoch> epochs = finishes.get(i).epochs();
        double[] seconds = epochs.stream().mapToDouble(Finish.Epoch::seconds).toArray();
        double[] nats = epochs.stream().mapToDouble(Finish.Epoch::nats).toArray();
        if (i == 0) {
          chart.add(library.title(), seconds, nats);
        } else {
          chart.addThin(seconds, nats);
        }
      }
    }
    save(chart, Group.RACE);
  }

  private void iteration(String group, String axis, ToIntFunction<Workload> size) {
    growth(
        group,
        "mnist, alternating: one iteration by " + axis,
        axis,
        measured -> size.applyAsInt(workload(measured)));
  }

  private static Workload workload(Case measured) {
    return measured instanceof Case.Products products
        ? products.workload()
        : ((Case.Iteration) measured).workload();
  }

  private void growth(String group, String title, String axis, ToDoubleFunction<Case> size) {
    Chart chart = Chart.ofLines(title, Axis.logarithmic(axis), TIME);
    for (Library library : Library.values()) {
      line(chart, library.title(), of(group, library, false), size);
      line(chart, library.title() + ", products alone", of(group, library, true), size);
    }
    save(chart, group);
  }

  /** Products alone are no iteration, and have a line of their own. */
  private Stream<Measurement> of(String group, Library library, boolean products) {
    return results.measurements().stream()
        .filter(m -> m.group().equals(group) && m.library() == library)
        .filter(m -> m.measured() instanceof Case.Products == products);
  }

  private static void line(
      Chart chart, String name, Stream<Measurement> measurements, ToDoubleFunction<Case> size) {
    List<Measurement> points =
        measurements.sorted(Comparator.comparing(m -> size.applyAsDouble(m.measured()))).toList();
    if (points.isEmpty()) {
      return; // or its colour would be missing among the others'
    }
    chart.add(
        name,
        points.stream().mapToDouble(m -> size.applyAsDouble(m.measured())).toArray(),
        points.stream().mapToDouble(m -> m.time().median()).toArray());
  }

  /** Levels that were not measured have no chart. */
  private void save(Chart chart, String name) {
    if (!chart.isEmpty()) {
      Png.write(folder.resolve(name + ".png"), chart.draw(2));
    }
  }
}
