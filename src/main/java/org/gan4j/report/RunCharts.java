package org.gan4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.gan4j.gan.Report;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Validation;
import org.gan4j.report.LineChart.Axis;
import org.gan4j.report.LineChart.Line;
import org.gan4j.report.LineChart.Point;
import org.gan4j.run.RunRecord;
import org.gan4j.run.ScoreSheet;

/** The curves of one run, or of several one over the other. */
final class RunCharts {
  private static final Axis EPOCHS = new Axis("epoch", false);

  /** Replicas that get a line of their own. */
  private static final int MOST_REPLICAS = 16;

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
    boolean isIn(RunRecord run) {
      return run.reports().stream()
          .anyMatch(report -> values.apply(report).stream().anyMatch(Double::isFinite));
    }

    private List<Line> lines(RunRecord run, String key, int colour, boolean each) {
      List<Line> lines = new ArrayList<>();
      lines.add(new Line(key, colour, points(run, Curve::mean)));
      int shown = each && run.replicas() > 1 ? Math.min(run.replicas(), MOST_REPLICAS) : 0;
      for (int r = 0; r < shown; r++) {
        int replica = r;
        lines.add(new Line("", colour, points(run, list -> list.get(replica))));
      }
      return lines;
    }

    private List<Point> points(RunRecord run, ToDoubleFunction<List<Double>> value) {
      List<Point> points = new ArrayList<>();
      for (Report report : run.reports()) {
        List<Double> known = values.apply(report);
        if (!known.isEmpty()) {
          points.add(new Point(report.epoch(), value.applyAsDouble(known)));
        }
      }
      return points;
    }

    private static double mean(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }
  }

  private static final Axis NATS = new Axis("nats", false);
  private static final Axis PROBABILITY = new Axis("probability", false);
  private static final Axis NORM = new Axis("Euclidean norm", true);
  private static final Curve D_LOSS = of("d_loss", "Loss of D", NATS, Totals::dLoss);
  private static final Curve G_LOSS = of("g_loss", "Loss of G", NATS, Totals::gLoss);
  private static final Curve D_REAL = of("D(x)", "D(x)", PROBABILITY, Totals::dReal);
  private static final Curve D_FAKE = of("D(G(z))", "D(G(z))", PROBABILITY, Totals::dFake);
  private static final Curve UPDATE =
      of("all weights", "Update of all weights", NORM, Totals::updateNorm);
  private static final Curve G_UPDATE =
      new Curve("generator", "Last update of G", NORM, Report::generatorUpdates);
  private static final Curve SCORE =
      scored("validation", "Parzen score on validation", NATS, Validation::score);
  private static final Curve SIGMA =
      scored("σ", "Bandwidth σ", new Axis("σ", false), Validation::sigma);
  private static final Curve DIVERSITY =
      scored(
          "samples",
          "Diversity of samples",
          new Axis("fraction of the data's", false),
          Validation::diversity);

  private RunCharts() {}

  private static Curve of(String name, String title, Axis axis, ToDoubleFunction<Totals> field) {
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

  /** All charts of one run, each replica with a thin line. */
  static String ofOne(RunRecord run) {
    List<String> charts = new ArrayList<>();
    add(charts, run, "Losses", D_LOSS, G_LOSS);
    add(charts, run, "The discriminator's outputs", D_REAL, D_FAKE);
    add(charts, run, "Updates", UPDATE, G_UPDATE);
    add(charts, run, SCORE.title, SCORE);
    add(charts, run, SIGMA.title, SIGMA);
    add(charts, run, DIVERSITY.title, DIVERSITY);
    return Html.grid(charts);
  }

  private static void add(List<String> charts, RunRecord run, String title, Curve... curves) {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < curves.length; i++) {
      if (curves[i].isIn(run)) {
        String key = curves[i].name + (run.replicas() > 1 ? ", mean of the replicas" : "");
        lines.addAll(curves[i].lines(run, key, i, true));
      }
    }
    if (!lines.isEmpty()) {
      charts.add(new LineChart(title, EPOCHS, curves[0].axis, lines).figure());
    }
  }

  /** A chart for each quantity, with a line for each run. */
  static String ofSeveral(List<RunRecord> runs) {
    List<String> charts = new ArrayList<>();
    for (Curve curve :
        List.of(D_LOSS, G_LOSS, D_REAL, D_FAKE, UPDATE, G_UPDATE, SCORE, SIGMA, DIVERSITY)) {
      List<Line> lines = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        if (curve.isIn(runs.get(i))) {
          lines.addAll(curve.lines(runs.get(i), runs.get(i).name(), i, false));
        }
      }
      if (!lines.isEmpty()) {
        charts.add(new LineChart(curve.title, EPOCHS, curve.axis, lines).figure());
      }
    }
    return Html.grid(charts);
  }

  /** The Parzen score over the bandwidth, on the validation set. */
  static String sigmaCurves(RunRecord run, ScoreSheet sheet) {
    List<Line> lines = new ArrayList<>();
    for (int r = 0; r < sheet.replicas().size(); r++) {
      lines.add(new Line(run.seed(r), r, sigmaCurve(sheet.replicas().get(r).curve())));
    }
    lines.add(
        new Line(
            "the training set itself",
            sheet.replicas().size(),
            sigmaCurve(sheet.trainingSet().curve())));
    return new LineChart("σ curve on validation", new Axis("σ", true), NATS, lines).figure();
  }

  private static List<Point> sigmaCurve(List<org.gan4j.eval.ParzenScore.Point> curve) {
    return curve.stream().map(point -> new Point(point.sigma(), point.mean())).toList();
  }
}
