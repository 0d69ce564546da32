package org.gan4j.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Validation;
import org.gan4j.report.Chart.Axis;
import org.gan4j.run.RunRecord;
import org.gan4j.run.ScoreSheet;

/** The curves of one run, or of several one over the other. */
public final class RunCharts {
  private static final Axis EPOCHS = Axis.linear("epoch");

  /** Replicas that get a line of their own. */
  private static final int MOST_REPLICAS = 16;

  /** Of a picture of all charts. */
  private static final int COLUMNS = 2;

  /**
   * A quantity over the epochs.
   *
   * @param name for the key
   * @param title of a chart of it alone
   * @param axis up
   * @param values of every replica; empty where it was not measured
   */
  private record Curve(
      String name, String title, Axis axis, Function<Report, List<Double>> values) {
    /** The mean of the replicas, and if wanted each of them. */
    void addTo(Chart chart, String key, List<Report> reports, boolean each) {
      List<Double> epochs = new ArrayList<>();
      List<List<Double>> known = new ArrayList<>();
      for (Report report : reports) {
        List<Double> replicas = values.apply(report);
        if (!replicas.isEmpty()) {
          epochs.add(report.epoch());
          known.add(replicas);
        }
      }
      double[] along = array(epochs, Double::doubleValue);
      chart.add(key, along, array(known, Curve::mean));
      int replicas = known.stream().mapToInt(List::size).min().orElse(0);
      for (int r = 0; each && replicas > 1 && r < Math.min(replicas, MOST_REPLICAS); r++) {
        int replica = r;
        chart.addThin(along, array(known, list -> list.get(replica)));
      }
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private static <T> double[] array(List<T> list, ToDoubleFunction<T> value) {
      return list.stream().mapToDouble(value).toArray();
    }
  }

  private static final Axis NATS = Axis.linear("nats");
  private static final Axis PROBABILITY = Axis.linear("probability");
  private static final Axis NORM = Axis.logarithmic("Euclidean norm");
  private static final Curve D_LOSS = of("d_loss", "Loss of D", NATS, IterationMeans::dLoss);
  private static final Curve G_LOSS = of("g_loss", "Loss of G", NATS, IterationMeans::gLoss);
  private static final Curve D_REAL = of("D(x)", "D(x)", PROBABILITY, IterationMeans::dReal);
  private static final Curve D_FAKE = of("D(G(z))", "D(G(z))", PROBABILITY, IterationMeans::dFake);
  private static final Axis SHARE = Axis.linear("share of iterations");
  private static final Curve D_PAUSED = of("D", "D stands still", SHARE, IterationMeans::dPaused);
  private static final Curve G_PAUSED = of("G", "G stands still", SHARE, IterationMeans::gPaused);
  private static final Curve UPDATE =
      of("all weights", "Update of all weights", NORM, IterationMeans::updateNorm);
  private static final Curve G_UPDATE =
      new Curve("generator", "Last update of G", NORM, Report::generatorUpdates);
  private static final Curve SCORE =
      scored("validation", "Parzen score on validation", NATS, Validation::score);
  private static final Curve SIGMA =
      scored("σ", "Bandwidth σ", Axis.linear("σ"), Validation::sigma);
  private static final Curve DIVERSITY =
      scored(
          "samples",
          "Diversity of samples",
          Axis.linear("fraction of the data's"),
          Validation::diversity);

  private static final Curve MONITOR =
      new Curve("monitor", "Monitor: validation by few samples", NATS, Report::monitor);

  private RunCharts() {}

  private static Curve of(
      String name, String title, Axis axis, ToDoubleFunction<IterationMeans> field) {
    return new Curve(
        name, title, axis, report -> report.means().stream().map(field::applyAsDouble).toList());
  }

  private static Curve scored(
      String name, String title, Axis axis, ToDoubleFunction<Validation> field) {
    return new Curve(
        name,
        title,
        axis,
        report -> report.validation().stream().map(field::applyAsDouble).toList());
  }

  /**
   * All charts of one run in a picture.
   *
   * @param reports of the run, in order
   * @return RGB, two charts beside each other
   */
  public static BufferedImage picture(List<Report> reports) {
    List<BufferedImage> charts = ofOne(reports).stream().map(chart -> chart.draw(1)).toList();
    int width = charts.stream().mapToInt(BufferedImage::getWidth).max().orElse(1);
    int height = charts.stream().mapToInt(BufferedImage::getHeight).max().orElse(1);
    int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage page =
        new BufferedImage(COLUMNS * width, rows * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
    for (int i = 0; i < charts.size(); i++) {
      graphics.drawImage(charts.get(i), i % COLUMNS * width, i / COLUMNS * height, null);
    }
    graphics.dispose();
    return page;
  }

  /** All charts of one run, each replica with a thin line. */
  static List<Chart> ofOne(List<Report> reports) {
    return shown(
        List.of(
            of("Losses", reports, D_LOSS, G_LOSS),
            of("The discriminator's outputs", reports, D_REAL, D_FAKE),
            of("Updates", reports, UPDATE, G_UPDATE),
            of("Players that stand still", reports, D_PAUSED, G_PAUSED),
            of(SCORE.title, reports, SCORE),
            of(MONITOR.title, reports, MONITOR),
            of(SIGMA.title, reports, SIGMA),
            of(DIVERSITY.title, reports, DIVERSITY)));
  }

  private static Chart of(String title, List<Report> reports, Curve... curves) {
    Chart chart = Chart.ofLines(title, EPOCHS, curves[0].axis);
    boolean several = reports.get(0).means().size() > 1;
    for (Curve curve : curves) {
      String key = curve.name + (several ? ", mean of the replicas" : "");
      curve.addTo(chart, key, reports, true);
    }
    return chart;
  }

  /** A chart for each quantity, with a line for each run. */
  static List<Chart> ofSeveral(List<RunRecord> runs) {
    List<Chart> charts = new ArrayList<>();
    for (Curve curve :
        List.of(
            D_LOSS, G_LOSS, D_REAL, D_FAKE, UPDATE, G_UPDATE, D_PAUSED, G_PAUSED, SCORE, MONITOR,
            SIGMA, DIVERSITY)) {
      Chart chart = Chart.ofLines(curve.title, EPOCHS, curve.axis);
      runs.forEach(run -> curve.addTo(chart, run.name(), run.reports(), false));
      charts.add(chart);
    }
    return shown(charts);
  }

  private static List<Chart> shown(List<Chart> charts) {
    return charts.stream().filter(chart -> !chart.isEmpty()).toList();
  }

  /** The Parzen score over the bandwidth, on the validation set. */
  static Chart sigmaCurves(RunRecord run, ScoreSheet sheet) {
    Chart chart = Chart.ofLines("σ curve on validation", Axis.logarithmic("σ"), NATS);
    add(chart, "the training set itself", sheet.trainingSet());
    for (int r = 0; r < sheet.replicas().size(); r++) {
      add(chart, run.seed(r), sheet.replicas().get(r));
    }
    return chart;
  }

  private static void add(Chart chart, String name, ParzenScore score) {
    chart.add(
        name,
        score.curve().stream().mapToDouble(ParzenScore.Point::sigma).toArray(),
        score.curve().stream().mapToDouble(ParzenScore.Point::mean).toArray());
  }
}
