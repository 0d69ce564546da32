package org.gan4j.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.gan4j.io.Printable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines or points over two axes, drawn by XChart; every chart of gan4j is one of these. Numbers and
 * texts may come from anywhere: what can't be shown is left out.
 */
public final class Chart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;

  /** A plane is drawn about square. */
  private static final int PLANE_WIDTH = 480;

  private static final int PLANE_HEIGHT = 460;

  /** Of a line of the key, and of what stands before a name. */
  private static final int KEY_HEIGHT = 18;

  private static final int KEY_SWATCH = 48;
  private static final int MOST_NAME = 70;

  /** A line of so few points shows where they are. */
  private static final int FEW = 40;

  private static final int STRETCHES = 300;
  private static final int THIN_ALPHA = 90;
  private static final double LARGEST = 1e30;
  private static final double MOST_DECADES = 12;

  /** XChart's ticks stand 1e-10 apart at the least. */
  private static final double LEAST_SPAN = 1e-6;

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Color FRAME = new Color(0xd5dae0);
  private static final Color[] COLOURS = {
    new Color(0x1769aa),
    new Color(0xc2410c),
    new Color(0x2e7d32),
    new Color(0x8e24aa),
    new Color(0x00838f),
    new Color(0x9a6700),
    new Color(0xad1457),
    new Color(0x546e7a)
  };

  /** Where the colours begin again. */
  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE, SeriesMarkers.SQUARE, SeriesMarkers.DIAMOND, SeriesMarkers.TRIANGLE_UP
  };

  /**
   * An axis.
   *
   * @param label quantity and unit
   * @param logarithmic whether in decades; values that are not positive are then left out
   * @param from the value at its beginning; NaN: the smallest of the chart
   * @param to the value at its end; NaN: the largest of the chart
   */
  public record Axis(String label, boolean logarithmic, double from, double to) {
    /**
     * An axis that shows all values.
     *
     * @param label quantity and unit
     * @return the axis
     */
    public static Axis linear(String label) {
      return new Axis(label, false, Double.NaN, Double.NaN);
    }

    /**
     * An axis in decades that shows all values, but no more than the twelve decades up to the
     * largest.
     *
     * @param label quantity and unit
     * @return the axis
     */
    public static Axis logarithmic(String label) {
      return new Axis(label, true, Double.NaN, Double.NaN);
    }

    /**
     * The same axis between two values.
     *
     * @param newFrom the value at its beginning; NaN: the smallest of the chart
     * @param newTo the value at its end; NaN: the largest of the chart
     * @return the axis
     */
    public Axis between(double newFrom, double newTo) {
      return new Axis(label, logarithmic, newFrom, newTo);
    }

    private boolean shows(double value) {
      return Math.abs(value) <= LARGEST && (!logarithmic || value >= 1 / LARGEST);
    }

    /** The same axis with its ends decided, a little apart at least. */
    private Axis around(DoubleStream values) {
      double[] shown = values.filter(this::shows).sorted().toArray();
      boolean none = shown.length == 0;
      double low = !Double.isNaN(from) ? from : none ? 0.1 : shown[0];
      double high = !Double.isNaN(to) ? to : none ? 1 : shown[shown.length - 1];
      if (logarithmic) {
        return decades(Math.max(low, high / Math.pow(10, MOST_DECADES)), high);
      }
      double size = Math.max(Math.abs(low), Math.abs(high));
      boolean narrow = high - low < LEAST_SPAN * Math.max(1, size);
      double room = narrow ? Math.max(0.1 * size, LEAST_SPAN) : 0;
      return between(low - room, high + room);
    }

    /** With two powers of ten at least, which alone have numbers. */
    private Axis decades(double low, double high) {
      double down = Math.log10(low);
      double up = Math.log10(high);
      if (Math.floor(up) > Math.ceil(down)) {
        return between(low, high);
      }
      return between(Math.pow(10, Math.ceil(down) - 1), Math.pow(10, Math.floor(up) + 1));
    }

    /** Of its ticks' numbers; null is XChart's own. */
    private String pattern() {
      double size = Math.max(Math.abs(from), Math.abs(to));
      if (logarithmic) {
        return null;
      }
      // XChart's own would show all digits of a double where there is a single value.
      return size >= 1e-2 && size < 1e6 ? "#,##0.####" : "0.######E0";
    }
  }

  /**
   * A line.
   *
   * @param name for the key; empty: it is not in there
   * @param colour from 0
   * @param thin one of several that the line before it sums up
   * @param x along
   * @param y up; NaN is a gap
   */
  record Line(String name, int colour, boolean thin, double[] x, double[] y) {}

  private final String title;
  private final Axis x;
  private final Axis y;
  private final boolean plane;
  private final List<Line> lines = new ArrayList<>();
  private int colours;

  private Chart(String title, Axis x, Axis y, boolean plane) {
    this.title = title;
    this.x = x;
    this.y = y;
    this.plane = plane;
  }

  /**
   * A chart whose values are joined by lines.
   *
   * @param title may be empty
   * @param x the axis along
   * @param y the axis up
   * @return an empty chart
   */
  public static Chart ofLines(String title, Axis x, Axis y) {
    return new Chart(title, x, y, false);
  }

  /**
   * A chart of points of a plane.
   *
   * @param title may be empty
   * @param x the axis along
   * @param y the axis up
   * @return an empty chart
   */
  public static Chart ofPoints(String title, Axis x, Axis y) {
    return new Chart(title, x, y, true);
  }

  /**
   * Adds a line, or a cloud of points, in a colour of its own.
   *
   * @param name for the key
   * @param along values of x, in order where they are joined
   * @param up as many values of y; a gap where there is no finite number
   */
  public void add(String name, double[] along, double[] up) {
    lines.add(line(name, colours, false, along, up));
    colours++;
  }

  /** Adds a thin line in the colour of the one before, which is not in the key. */
  public void addThin(double[] along, double[] up) {
    lines.add(line("", colours - 1, true, along, up));
  }

  private Line line(String name, int colour, boolean thin, double[] along, double[] up) {
    if (along.length != up.length) {
      throw new IllegalArgumentException(
          "a line has as many values up as along, not " + up.length + " and " + along.length);
    }
    double[] shown = up.clone();
    for (int i = 0; i < up.length; i++) {
      shown[i] = x.shows(along[i]) && y.shows(up[i]) ? up[i] : Double.NaN;
    }
    return new Line(name, colour, thin, along.clone(), shown);
  }

  String title() {
    return title;
  }

  /** All of them, also those that show nothing. */
  List<Line> lines() {
    return List.copyOf(lines);
  }

  /**
   * Whether there is nothing to see.
   *
   * @return true: none of its values can be shown
   */
  public boolean isEmpty() {
    return lines.stream().allMatch(Chart::isEmpty);
  }

  private static boolean isEmpty(Line line) {
    return DoubleStream.of(line.y).allMatch(Double::isNaN);
  }

  /**
   * Draws it.
   *
   * @param scale how many pixels of the picture make one of the chart, in each direction
   * @return RGB, about 640 × 320 times the scale
   */
  public BufferedImage draw(int scale) {
    List<Line> shown = lines.stream().filter(line -> !isEmpty(line)).toList();
    List<String> names = shown.stream().map(Line::name).filter(name -> !name.isEmpty()).toList();
    int width = plane ? PLANE_WIDTH : WIDTH;
    boolean oneRow = names.stream().mapToDouble(Chart::keyWidth).sum() < width;
    int height = (plane ? PLANE_HEIGHT : HEIGHT) + (oneRow ? 1 : names.size()) * KEY_HEIGHT;
    XYChart chart = new XYChart(width, height);
    chart.setTitle(Printable.line(title));
    chart.setXAxisTitle(Printable.line(x.label));
    chart.setYAxisTitle(Printable.line(y.label));
    style(chart.getStyler(), shown);
    chart.getStyler().setLegendVisible(!names.isEmpty());
    chart
        .getStyler()
        .setLegendLayout(oneRow ? Styler.LegendLayout.Horizontal : Styler.LegendLayout.Vertical);
    // Thin lines lie below the others.
    List<Line> order = shown.stream().sorted(Comparator.comparing(line -> !line.thin)).toList();
    for (int i = 0; i < order.size(); i++) {
      addSeries(chart, Integer.toString(i), thinned(order.get(i)));
    }
    return paint(chart, scale);
  }

  private void style(XYStyler styler, List<Line> shown) {
    styler.setChartBackgroundColor(Color.WHITE).setChartTitleVisible(!title.isBlank());
    styler.setChartTitleFont(FONT.deriveFont(Font.BOLD)).setLegendFont(FONT);
    styler.setLegendPosition(Styler.LegendPosition.OutsideS).setLegendBorderColor(Color.WHITE);
    styler.setPlotGridLinesColor(FRAME).setPlotBorderColor(FRAME);
    styler.setPlotGridLinesStroke(new BasicStroke(0.8f)).setAxisTicksLineVisible(false);
    styler.setAxisTitleFont(FONT).setAxisTickLabelsFont(FONT);
    styler.setMarkerSize(plane ? 4 : 5);
    Axis along = x.around(values(shown, Line::x));
    styler.setXAxisLogarithmic(x.logarithmic);
    styler.setXAxisMin(along.from).setXAxisMax(along.to).setXAxisDecimalPattern(along.pattern());
    Axis up = y.around(values(shown, Line::y));
    styler.setYAxisLogarithmic(y.logarithmic);
    styler.setYAxisMin(up.from).setYAxisMax(up.to).setYAxisDecimalPattern(up.pattern());
  }

  private static DoubleStream values(List<Line> lines, Function<Line, double[]> values) {
    return lines.stream().flatMapToDouble(line -> DoubleStream.of(values.apply(line)));
  }

  /** XChart tells series apart by their names; two lines may have the same. */
  private void addSeries(XYChart chart, String id, Line line) {
    XYSeries series = chart.addSeries(id, line.x, line.y);
    series.setLabel(shown(line.name)).setShowInLegend(!line.name.isEmpty());
    Color colour = COLOURS[line.colour % COLOURS.length];
    Color ink =
        line.thin
            ? new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), THIN_ALPHA)
            : colour;
    series.setLineColor(ink).setLineStyle(new BasicStroke(line.thin ? 0.8f : 1.8f));
    series.setMarkerColor(ink);
    boolean marked = plane || !line.thin && line.x.length <= FEW;
    series.setMarker(
        marked ? MARKERS[line.colour / COLOURS.length % MARKERS.length] : SeriesMarkers.NONE);
    if (plane) {
      series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    }
  }

  private static String shown(String name) {
    String text = name.isBlank() ? "–" : Printable.line(name);
    return text.length() > MOST_NAME ? text.substring(0, MOST_NAME) + "…" : text;
  }

  private static double keyWidth(String name) {
    FontRenderContext context = new FontRenderContext(null, true, false);
    return FONT.getStringBounds(shown(name), context).getWidth() + KEY_SWATCH;
  }

  /** A long line by the smallest and largest of each stretch, so that no spike is lost. */
  private Line thinned(Line line) {
    int count = line.x.length;
    if (plane || count <= 2 * STRETCHES) {
      return line;
    }
    int[] kept = new int[2 * STRETCHES];
    for (int s = 0; s < STRETCHES; s++) {
      int from = (int) ((long) s * count / STRETCHES);
      int to = (int) ((long) (s + 1) * count / STRETCHES);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        // What is no number gives way to what is.
        low = !(line.y[i] >= line.y[low]) && !Double.isNaN(line.y[i]) ? i : low;
        high = !(line.y[i] <= line.y[high]) && !Double.isNaN(line.y[i]) ? i : high;
      }
      kept[2 * s] = Math.min(low, high);
      kept[2 * s + 1] = Math.max(low, high);
    }
    return new Line(line.name, line.colour, line.thin, picked(line.x, kept), picked(line.y, kept));
  }

  private static double[] picked(double[] values, int[] places) {
    return IntStream.of(places).mapToDouble(i -> values[i]).toArray();
  }

  private static BufferedImage paint(XYChart chart, int scale) {
    int width = chart.getWidth();
    int height = chart.getHeight();
    BufferedImage picture =
        new BufferedImage(scale * width, scale * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.scale(scale, scale);
    chart.paint(graphics, width, height);
    graphics.dispose();
    return picture;
  }
}
