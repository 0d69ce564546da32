package org.gan4j.theory;

import java.util.List;
import java.util.Map;

/**
 * What an experiment came to.
 *
 * @param numbers by name, in their order
 * @param plots to be drawn
 */
public record ExperimentResult(Map<String, Double> numbers, List<Plot> plots) {
  /**
   * A chart.
   *
   * @param file its name, without a suffix
   * @param xAxis what lies along x
   * @param yAxis what lies along y
   * @param points whether points are drawn, not lines
   * @param series what is drawn
   */
  public record Plot(
      String file, String xAxis, String yAxis, boolean points, List<Series> series) {}

  /**
   * A line of a chart.
   *
   * @param name for the legend
   * @param x along the chart
   * @param y as many values as x
   */
  public record Series(String name, double[] x, double[] y) {}
}
