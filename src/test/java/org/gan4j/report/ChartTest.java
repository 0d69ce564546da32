package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gan4j.report.Chart.Axis;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("fonts")
class ChartTest {
  private static final Axis X = Axis.linear("x");

  /** One line without a name over 0, 1, 2…. */
  private static Chart chart(boolean logarithmic, double... values) {
    Chart chart = Chart.ofLines("t", X, logarithmic ? Axis.logarithmic("y") : Axis.linear("y"));
    chart.add("", IntStream.range(0, values.length).asDoubleStream().toArray(), values);
    return chart;
  }

  private static BufferedImage draw(Chart chart) {
    return assertTimeoutPreemptively(Duration.ofSeconds(20), () -> chart.draw(1));
  }

  /** Where the first line's blue is, as x and y; the first and last of each column. */
  private static List<int[]> ink(BufferedImage picture) {
    List<int[]> ink = new ArrayList<>();
    for (int x = 0; x < picture.getWidth(); x++) {
      int column = x;
      int[] rows =
          IntStream.range(0, picture.getHeight())
              .filter(y -> isBlue(new Color(picture.getRGB(column, y))))
              .toArray();
      if (rows.length > 0) {
        ink.add(new int[] {x, rows[0], rows[rows.length - 1]});
      }
    }
    return ink;
  }

  private static boolean isBlue(Color colour) {
    return colour.getBlue() > colour.getRed() + 80 && colour.getBlue() > colour.getGreen() + 30;
  }

  private static int[] bounds(List<int[]> ink) {
    return new int[] {
      ink.get(0)[0],
      ink.get(ink.size() - 1)[0],
      ink.stream().mapToInt(column -> column[1]).min().orElseThrow(),
      ink.stream().mapToInt(column -> column[2]).max().orElseThrow()
    };
  }

  /** The middle of the line at a fraction of its width, as a fraction of its height. */
  private static double height(List<int[]> ink, double across) {
    int[] bounds = bounds(ink);
    int x = (int) Math.round(bounds[0] + across * (bounds[1] - bounds[0]));
    int[] column = ink.stream().filter(c -> c[0] == x).findFirst().orElseThrow();
    return (bounds[3] - (column[1] + column[2]) / 2.0) / (bounds[3] - bounds[2]);
  }

  @Test
  void linesGoWhereTheirValuesAre() {
    BufferedImage picture = draw(chart(false, 0, 1, 0.5));
    List<int[]> ink = ink(picture);
    int[] bounds = bounds(ink);
    assertTrue(bounds[1] - bounds[0] > 0.7 * picture.getWidth(), Arrays.toString(bounds));
    assertTrue(bounds[3] - bounds[2] > 0.6 * picture.getHeight(), Arrays.toString(bounds));
    assertEquals(0, height(ink, 0), 0.05);
    assertEquals(0.5, height(ink, 0.25), 0.05);
    assertEquals(1, height(ink, 0.5), 0.05);
    assertEquals(0.5, height(ink, 1), 0.05);
  }

  @Test
  void logarithmsAreEvenAndLeaveOutWhatHasNone() {
    Chart chart = chart(true, 0.01, 1, 100, 0, -1);
    assertEquals("[0.01, 1.0, 100.0, NaN, NaN]", Arrays.toString(chart.lines().get(0).y()));
    List<int[]> ink = ink(draw(chart));
    assertEquals(0.5, height(ink, 0.5), 0.03);
    assertEquals(1, height(ink, 1), 0.05);
  }

  @Test
  void twelveDecadesAreShown() {
    List<int[]> ink = ink(draw(chart(true, 1e-25, 1e-12, 1e-6, 1)));
    assertEquals(0.5, height(ink, 0.5), 0.08);
  }

  @Test
  void gapsStayOpen() {
    List<int[]> ink = ink(draw(chart(false, 1, 2, Double.NaN, 3, 4)));
    int widest =
        IntStream.range(1, ink.size()).map(i -> ink.get(i)[0] - ink.get(i - 1)[0]).max().orElse(0);
    assertTrue(widest > 150, "the widest gap is " + widest);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void spikesOfLongLinesStay(boolean gaps) {
    double[] values = new double[50_000];
    for (int i = 0; gaps && i < values.length; i += 3) {
      values[i] = Double.NaN;
    }
    values[31_415] = 7;
    int[] bounds = bounds(ink(draw(chart(false, values))));
    assertTrue(bounds[3] - bounds[2] > 200, Arrays.toString(bounds));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingToShowIsAnEmptyFrame(boolean logarithmic) {
    for (double[] values : new double[][] {{}, {Double.NaN, Double.POSITIVE_INFINITY, 1e300}}) {
      Chart chart = chart(logarithmic, values);
      assertTrue(chart.isEmpty());
      assertEquals(List.of(), ink(draw(chart)));
    }
    assertTrue(Chart.ofPoints("", X, X).isEmpty());
    assertFalse(chart(logarithmic, 3).isEmpty());
    assertEquals(1, ink(draw(chart(logarithmic, 3))).size(), 8, "a dot");
  }

  @ParameterizedTest
  @CsvSource({
    "5, 5",
    "0, 0",
    "-3, -3",
    "1e-320, 2e-320",
    "0, 1e-320",
    "1e-9, 2e-9",
    "0.1234567, 0.12345671",
    "-1e30, 1e30",
    "-1e308, 1e308",
    "1e29, 1.1e29",
    "1, 1.0000000001",
    "1e15, 1.000000001e15",
    "9.9e15, 1e16",
    "1e-30, 1e30"
  })
  void extremesAreDrawnOrLeftOut(double a, double b) {
    for (boolean logarithmic : new boolean[] {false, true}) {
      Chart chart = chart(logarithmic, a, b);
      assertEquals(chart.isEmpty(), ink(draw(chart)).isEmpty(), a + " to " + b);
      Axis axis = logarithmic ? Axis.logarithmic("x") : X;
      Chart along = Chart.ofLines("", axis, Axis.linear(""));
      along.add("", new double[] {a, b}, new double[] {1, 2});
      assertEquals(along.isEmpty(), ink(draw(along)).isEmpty(), a + " to " + b);
    }
  }

  @Test
  void anyNamesMakeAKey() {
    Chart chart = Chart.ofLines("a\u001b\n", Axis.linear("\u202e"), Axis.linear("b\rc"));
    double[] values = {1, 2};
    int before = draw(chart).getHeight();
    for (String name : List.of("same", "same", " ", "\n", "\u001b[2J", "long ".repeat(1000))) {
      chart.add(name, values, values);
    }
    assertEquals(before + 5 * 18, draw(chart).getHeight(), "a line of the key each");
    for (int i = 0; i < 30; i++) {
      chart.add("more", values, values);
    }
    assertEquals(before + 35 * 18, draw(chart).getHeight());
  }

  /** Whether its names fit into one row or not. */
  @Test
  void theKeyIsNeverCutOff() {
    double[] values = {1, 2};
    for (int letters = 1; letters < 40; letters++) {
      Chart chart = Chart.ofLines("", Axis.linear("x"), Axis.linear("y"));
      for (int i = 0; i < 6; i++) {
        chart.add("n".repeat(letters), values, values);
      }
      BufferedImage picture = draw(chart);
      int last = picture.getWidth() - 1;
      for (int y = 0; y < picture.getHeight(); y++) {
        assertEquals(Color.WHITE.getRGB(), picture.getRGB(last, y), letters + " letters at " + y);
      }
    }
  }

  @Test
  void thinLinesHaveTheColourOfTheirMeanAndLessInk() {
    Chart chart = chart(false, 1, 1);
    chart.addThin(new double[] {0, 1}, new double[] {2, 2});
    chart.add("other", new double[] {0, 1}, new double[] {3, 3});
    assertEquals(List.of(0, 0, 1), chart.lines().stream().map(Chart.Line::colour).toList());
    BufferedImage picture = draw(chart);
    int[] blue = new int[picture.getHeight()];
    int[] strong = new int[picture.getHeight()];
    for (int y = 0; y < picture.getHeight(); y++) {
      Color colour = new Color(picture.getRGB(picture.getWidth() / 2, y));
      blue[y] = colour.getBlue() > colour.getRed() + 20 ? 1 : 0;
      strong[y] = isBlue(colour) ? 1 : 0;
    }
    assertTrue(IntStream.of(blue).sum() > IntStream.of(strong).sum());
    assertTrue(IntStream.of(strong).sum() > 0);
  }

  @Test
  void aScaleMakesMorePixels() {
    Chart chart = chart(false, 1, 2, 3);
    BufferedImage one = draw(chart);
    BufferedImage two = chart.draw(2);
    assertEquals(2 * one.getWidth(), two.getWidth());
    assertEquals(2 * one.getHeight(), two.getHeight());
    assertEquals(2 * bounds(ink(one))[2], bounds(ink(two))[2], 3);
  }

  @Test
  void asManyValuesUpAsAlong() {
    Chart chart = Chart.ofLines("", X, X);
    assertThrows(
        IllegalArgumentException.class, () -> chart.add("a", new double[2], new double[3]));
  }
}
