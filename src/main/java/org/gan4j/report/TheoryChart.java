package org.gan4j.report;

import java.awt.image.BufferedImage;
import org.gan4j.report.Chart.Axis;
import org.gan4j.theory.ExperimentResult;

/** Draws what an experiment came to. */
public final class TheoryChart {
  /** What the plane shows on every side of the origin. */
  private static final double REACH = 3.5;

  private TheoryChart() {}

  /**
   * Draws a plot.
   *
   * @param plot lines, or points of a plane around the origin
   * @return RGB
   */
  public static BufferedImage draw(ExperimentResult.Plot plot) {
    Axis x = Axis.linear(plot.xAxis());
    Axis y = Axis.linear(plot.yAxis());
    Chart chart =
        plot.points()
            ? Chart.ofPoints("", x.between(-REACH, REACH), y.between(-REACH, REACH))
            : Chart.ofLines("", x, y);
    for (ExperimentResult.Series series : plot.series()) {
      chart.add(series.name(), series.x(), series.y());
    }
    return chart.draw(1);
  }
}
