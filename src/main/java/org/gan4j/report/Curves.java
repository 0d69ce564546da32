package org.gan4j.report;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.gan4j.gan.Report;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Validation;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a run's measurements over its epochs, one chart above the other. */
public final class Curves {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 300;

  private Curves() {}

  /**
   * Draws measurements.
   *
   * @param reports of a run, in order
   * @return losses, D's outputs, and the validation score if there is one
   */
  public static BufferedImage draw(List<Report> reports) {
    List<XYChart> charts = new ArrayList<>();
    XYChart losses = chart("loss");
    add(losses, "d_loss", reports, report -> report.mean(Totals::dLoss));
    add(losses, "g_loss", reports, report -> report.mean(Totals::gLoss));
    charts.add(losses);
    XYChart outputs = chart("mean probability of being data");
    add(outputs, "d_real", reports, report -> report.mean(Totals::dReal));
    add(outputs, "d_fake", reports, report -> report.mean(Totals::dFake));
    charts.add(outputs);
    List<Report> scored = reports.stream().filter(Report::isScored).toList();
    if (!scored.isEmpty()) {
      XYChart scores = chart("nats");
      add(scores, "parzen_valid", scored, report -> report.meanScore(Validation::score));
      charts.add(scores);
    }
    BufferedImage page =
        new BufferedImage(WIDTH, HEIGHT * charts.size(), BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    for (int i = 0; i < charts.size(); i++) {
      graphics.drawImage(BitmapEncoder.getBufferedImage(charts.get(i)), 0, i * HEIGHT, null);
    }
    graphics.dispose();
    return page;
  }

  private static XYChart chart(String axis) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("epoch")
            .yAxisTitle(axis)
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    return chart;
  }

  private static void add(
      XYChart chart, String name, List<Report> reports, ToDoubleFunction<Report> field) {
    chart
        .addSeries(
            name,
            reports.stream().map(Report::epoch).toList(),
            reports.stream().map(field::applyAsDouble).toList())
        .setMarker(reports.size() < 2 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }
}
