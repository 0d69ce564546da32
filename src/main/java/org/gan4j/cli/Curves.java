package org.gan4j.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a run's measurements over its epochs, one chart above the other. */
final class Curves {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 300;

  private Curves() {}

  /**
   * Draws what metrics.jsonl holds.
   *
   * @param metrics the file; not modified
   * @return losses, D's outputs, and the validation score if there is one
   * @throws IOException if the file can't be read
   */
  static BufferedImage draw(Path metrics) throws IOException {
    List<Map<String, Double>> rows = read(metrics);
    List<XYChart> charts = new ArrayList<>();
    charts.add(chart("loss", rows, "d_loss", "g_loss"));
    charts.add(chart("mean probability of being data", rows, "d_real", "d_fake"));
    if (rows.stream().anyMatch(row -> row.containsKey("parzen_valid"))) {
      charts.add(chart("nats", rows, "parzen_valid"));
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

  private static XYChart chart(String axis, List<Map<String, Double>> rows, String... fields) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle("epoch")
            .yAxisTitle(axis)
            .theme(Styler.ChartTheme.Matlab)
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    for (String field : fields) {
      List<Map<String, Double>> known =
          rows.stream().filter(row -> row.containsKey(field)).toList();
      chart
          .addSeries(
              field,
              known.stream().map(row -> row.get("epoch")).toList(),
              known.stream().map(row -> row.get(field)).toList())
          .setMarker(known.size() < 2 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }
    return chart;
  }

  private static List<Map<String, Double>> read(Path metrics) throws IOException {
    List<Map<String, Double>> rows = new ArrayList<>();
    JsonFactory json = new JsonFactory();
    for (String line : Files.readAllLines(metrics)) {
      try (JsonParser parser = json.createParser(line)) {
        rows.add(row(parser));
      }
    }
    return rows;
  }

  /** The numbers of a flat object; lists and nulls are left out. */
  private static Map<String, Double> row(JsonParser parser) throws IOException {
    Map<String, Double> row = new HashMap<>();
    String field = null;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (token == JsonToken.FIELD_NAME) {
        field = parser.currentName();
      } else if (token == JsonToken.START_ARRAY) {
        parser.skipChildren();
      } else if (token.isNumeric()) {
        row.put(field, parser.getDoubleValue());
      }
    }
    return row;
  }
}
