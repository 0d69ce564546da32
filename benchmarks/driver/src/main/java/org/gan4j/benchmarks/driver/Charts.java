package org.gan4j.benchmarks.driver;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;

/** Results as pictures. */
final class Charts {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;

  private final Results results;
  private final Path folder;

  Charts(Results results, Path folder) {
    this.results = results;
    this.folder = folder;
  }

  void draw() throws IOException {
    iterations();
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

  private void iterations() throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Whole training iteration")
            .yAxisTitle("ms, median of the forks")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    // Bars begin at 0 unless told, which no logarithm bears.
    chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(1.0);
    for (Library library : Library.values()) {
      List<String> names = new ArrayList<>();
      List<Double> times = new ArrayList<>();
      for (Measurement m : of(Group.ITERATION, library)) {
        if (m.measured() instanceof Case.Iteration i) {
          names.add(i.workload().recipe() + (i.workload().alternating() ? " alt." : " sim."));
          times.add(m.time().median());
        }
      }
      if (!names.isEmpty()) {
        chart.addSeries(library.title(), names, times);
      }
    }
    save(chart, "iteration");
  }

  private void races() throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Training mnist: score by time")
            .xAxisTitle("seconds of training")
            .yAxisTitle("Parzen window, nats (validation)")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setChartBackgroundColor(Color.WHITE);
    // The first epochs score thousands below zero and would flatten the rest.
    chart.getStyler().setYAxisMin(-200.0);
    for (Finish finish : results.races()) {
      List<Finish.Epoch> epochs = finish.epochs();
      chart.addSeries(
          finish.library().title(),
          epochs.stream().map(Finish.Epoch::seconds).toList(),
          epochs.stream().map(Finish.Epoch::nats).toList());
    }
    save(chart, Group.RACE);
  }

  private List<Measurement> of(String group, Library library) {
    return results.measurements().stream()
        .filter(m -> m.group().equals(group) && m.library() == library)
        .toList();
  }

  private void iteration(String group, String axis, ToIntFunction<Workload> size)
      throws IOException {
    growth(
        group,
        "mnist, alternating: one iteration by " + axis,
        axis,
        measured -> size.applyAsInt(((Case.Iteration) measured).workload()));
  }

  private void growth(String group, String title, String axis, ToIntFunction<Case> size)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(axis)
            .yAxisTitle("ms, median of the forks")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    for (Library library : Library.values()) {
      List<Double> sizes = new ArrayList<>();
      List<Double> times = new ArrayList<>();
      for (Measurement m : of(group, library)) {
        sizes.add((double) size.applyAsInt(m.measured()));
        times.add(m.time().median());
      }
      if (!sizes.isEmpty()) {
        chart.addSeries(library.title(), sizes, times);
      }
    }
    save(chart, group);
  }

  /** Levels that were not measured have no chart. */
  private void save(Chart<?, ?> chart, String name) throws IOException {
    if (!chart.getSeriesMap().isEmpty()) {
      BitmapEncoder.saveBitmap(chart, folder.resolve(name + ".png").toString(), BitmapFormat.PNG);
    }
  }
}
