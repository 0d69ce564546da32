package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.report.LineChart.Axis;
import org.gan4j.report.LineChart.Line;
import org.gan4j.report.LineChart.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineChartTest {
  private static String chart(boolean logarithmic, double... values) {
    List<Point> points = new ArrayList<>();
    for (double value : values) {
      points.add(new Point(points.size(), value));
    }
    Line line = new Line("a<b", 0, points);
    LineChart chart =
        new LineChart("t", new Axis("x", false), new Axis("y", logarithmic), List.of(line));
    return assertTimeoutPreemptively(Duration.ofSeconds(10), chart::figure);
  }

  /** The line's own path, the first one. */
  private static String path(String svg) {
    Matcher matcher = Pattern.compile("<path class=\"s0\" d=\"([^\"]*)\"").matcher(svg);
    assertTrue(matcher.find(), svg);
    return matcher.group(1);
  }

  @Test
  void handWorked() {
    String svg = chart(false, 0, 1, 0.5);
    // The frame is 66 to 626 across and 258 to 10 down.
    assertEquals("M66.0 258.0L346.0 10.0L626.0 134.0", path(svg));
    assertTrue(svg.contains(">0.5</text>") && svg.contains(">0</text>"), svg);
    assertTrue(svg.contains("a&lt;b"), svg);
  }

  @Test
  void logarithmsAreEvenAndLeaveOutWhatHasNone() {
    assertEquals("M66.0 258.0L252.7 134.0L439.3 10.0", path(chart(true, 0.01, 1, 100, 0)));
  }

  @Test
  void gapsStayOpen() {
    assertEquals(2, path(chart(false, 1, 2, Double.NaN, 3, 4)).split("M").length - 1);
  }

  @Test
  void spikesOfLongLinesStay() {
    double[] values = new double[50_000];
    values[31_415] = 7;
    String path = path(chart(false, values));
    assertTrue(path.contains(" 10.0"), "the spike reaches the top");
    assertTrue(path.length() < 20_000, "length " + path.length());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingToShowIsAnEmptyFrame(boolean logarithmic) {
    assertEquals("", path(chart(logarithmic)));
    assertEquals("", path(chart(logarithmic, Double.NaN, Double.POSITIVE_INFINITY)));
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "0, 0",
    "-3, -3",
    "1e-320, 2e-320",
    "0, 1e-320",
    "-1e308, 1e308",
    "1e300, 1.1e300",
    "1, 1.0000000001",
    "1e15, 1.000000001e15",
    "1e-30, 1e30"
  })
  void extremesGiveFiniteNumbersOrNone(double a, double b) {
    for (boolean logarithmic : new boolean[] {false, true}) {
      String svg = chart(logarithmic, a, b);
      assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
      assertTrue(svg.split("class=\"axis\"").length < 60, svg);
    }
  }
}
