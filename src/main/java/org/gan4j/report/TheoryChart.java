package org.gan4j.report;

import java.awt.image.BufferedImage;
import org.gan4j.theory.Finding;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what an experiment came to. */
public final class TheoryChart {
  /** What the plane shows on every side of the origin. */
  private static final double REACH = 3.5;

  private TheoryChart() {}

  public static BufferedImage draw(Finding.Plot plot) {
    XYChart chart =
        new XYChartBuilder()
            .width(plot.points() ? 480 : 720)
            .height(plot.points() ? 440 : 360)
            .xAxisTitle(plot.xAxis())
            .yAxisTitle(plot.yAxis())
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    if (plot.points()) {
      chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
      chart.getStyler().setMarkerSize(4);
      chart.getStyler().setXAxisMin(-REACH).setXAxisMax(REACH);
      chart.getStyler().setYAxisMin(-REACH).setYAxisMax(REACH);
    }
    for (Finding.Series series : plot.series()) {
      XYSeries drawn = chart.addSeries(series.name(), series.x(), series.y());
      drawn.setMarker(plot.points() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
    return BitmapEncoder.getBufferedImage(chart);
  }
}
