package org.gan4j.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A line chart as SVG for a page, whose style sheet colours it.
 *
 * @param title what it shows
 * @param x the axis along
 * @param y the axis up
 * @param lines at least one
 */
record LineChart(String title, Axis x, Axis y, List<Line> lines) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int LEFT = 66;
  private static final int RIGHT = 14;
  private static final int TOP = 10;
  private static final int BOTTOM = 42;
  private static final int COLOURS = 8;
  private static final int BUCKETS = 300;
  private static final int MOST_TICKS = 20;

  /**
   * An axis.
   *
   * @param label quantity and unit
   * @param logarithmic values that are not positive are left out
   */
  record Axis(String label, boolean logarithmic) {
    private double at(double value) {
      return logarithmic ? Math.log10(value) : value;
    }
  }

  /**
   * A point.
   *
   * @param x along
   * @param y up; a gap in the line if it is no finite number
   */
  record Point(double x, double y) {}

  /**
   * A line.
   *
   * @param name for the key; empty for a line of the same thing as the one before
   * @param colour from 0
   * @param points in the order of x
   */
  record Line(String name, int colour, List<Point> points) {
    private String style() {
      return "s" + colour % COLOURS + (name.isEmpty() ? " thin" : "");
    }
  }

  /** The values of an axis that are shown, in its own measure. */
  private record Range(double from, double to) {
    static Range of(Axis axis, Stream<Double> values) {
      double[] numbers = values.mapToDouble(axis::at).filter(Double::isFinite).sorted().toArray();
      if (numbers.length == 0) {
        return new Range(0, 1);
      }
      double from = numbers[0];
      double to = numbers[numbers.length - 1];
      boolean wide = to - from > 1e-9 * Math.max(Math.abs(from), Math.abs(to));
      double room = wide ? 0 : from == 0 ? 0.5 : 0.1 * Math.abs(from);
      return new Range(from - room, to + room);
    }

    double fraction(double value) {
      return (value - from) / (to - from);
    }
  }

  private record Scales(Axis xAxis, Axis yAxis, Range x, Range y) {
    double across(double value) {
      return LEFT + (WIDTH - LEFT - RIGHT) * x.fraction(xAxis.at(value));
    }

    double down(double value) {
      return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y.fraction(yAxis.at(value));
    }

    boolean shows(Point point) {
      return Double.isFinite(across(point.x)) && Double.isFinite(down(point.y));
    }
  }

  /** The chart with its title and key. */
  String figure() {
    Scales scales =
        new Scales(x, y, Range.of(x, points().map(Point::x)), Range.of(y, points().map(Point::y)));
    StringBuilder svg = new StringBuilder("<figure><figcaption><b>");
    svg.append(Html.escape(title)).append("</b></figcaption>");
    svg.append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, HEIGHT));
    svg.append(Html.escape(title)).append("\">");
    for (double tick : ticks(x, scales.x)) {
      double at = scales.across(tick);
      svg.append(axisLine(at, TOP, at, HEIGHT - BOTTOM));
      svg.append(text(at, HEIGHT - BOTTOM + 16, "middle", "", tick(tick)));
    }
    for (double tick : ticks(y, scales.y)) {
      double at = scales.down(tick);
      svg.append(axisLine(LEFT, at, WIDTH - RIGHT, at));
      svg.append(text(LEFT - 6, at + 4, "end", "", tick(tick)));
    }
    double middle = (HEIGHT - BOTTOM + TOP) / 2.0;
    svg.append(text((WIDTH + LEFT - RIGHT) / 2.0, HEIGHT - 6, "middle", "", x.label));
    String turn = format(" transform=\"rotate(-90 14 %.1f)\"", middle);
    svg.append(text(14, middle, "middle", turn, y.label));
    lines.forEach(line -> svg.append(path(line, scales)));
    return svg.append("</svg>").append(key()).append("</figure>\n").toString();
  }

  private Stream<Point> points() {
    return lines.stream().flatMap(line -> line.points.stream());
  }

  private String key() {
    StringBuilder html = new StringBuilder("<figcaption>");
    for (Line line : lines) {
      if (!line.name.isEmpty()) {
        html.append("<span class=\"key\"><svg viewBox=\"0 0 26 10\"><path class=\"");
        html.append(line.style()).append("\" d=\"M0 5H26\"/></svg> ");
        html.append(Html.escape(line.name)).append("</span>");
      }
    }
    return html.append("</figcaption>").toString();
  }

  private static String path(Line line, Scales scales) {
    StringBuilder d = new StringBuilder();
    boolean open = false;
    int drawn = 0;
    for (Point point : thinned(line.points)) {
      boolean shown = scales.shows(point);
      if (shown) {
        d.append(open ? 'L' : 'M');
        d.append(format("%.1f %.1f", scales.across(point.x), scales.down(point.y)));
        drawn++;
      }
      open = shown;
    }
    if (drawn == 1) {
      d.append("m-3 0h6m-3 -3v6"); // a point alone has no line
    }
    return "<path class=\"" + line.style() + "\" d=\"" + d + "\"/>";
  }

  /** A long line by the smallest and largest of each stretch, so that no spike is lost. */
  private static List<Point> thinned(List<Point> points) {
    if (points.size() <= 2 * BUCKETS) {
      return points;
    }
    List<Point> thin = new ArrayList<>();
    for (int b = 0; b < BUCKETS; b++) {
      int from = (int) ((long) b * points.size() / BUCKETS);
      int to = (int) ((long) (b + 1) * points.size() / BUCKETS);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = points.get(i).y < points.get(low).y ? i : low;
        high = points.get(i).y > points.get(high).y ? i : high;
      }
      thin.add(points.get(Math.min(low, high)));
      thin.add(points.get(Math.max(low, high)));
    }
    return thin;
  }

  /** Round values in the range, about six. */
  private static List<Double> ticks(Axis axis, Range range) {
    List<Double> ticks = new ArrayList<>();
    double width = range.to - range.from;
    if (axis.logarithmic && width > 0.8) {
      int step = (int) Math.ceil(width / 6);
      int[] factors = width > 3 ? new int[] {1} : new int[] {1, 2, 5};
      for (int e = (int) Math.floor(range.from); e <= range.to; e += step) {
        for (int factor : factors) {
          double tick = factor * Math.pow(10, e);
          if (Math.log10(tick) >= range.from && Math.log10(tick) <= range.to) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    double low = axis.logarithmic ? Math.pow(10, range.from) : range.from;
    double high = axis.logarithmic ? Math.pow(10, range.to) : range.to;
    double rough = (high - low) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    double step = (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1) * power;
    for (long i = (long) Math.ceil(low / step);
        i * step <= high && ticks.size() < MOST_TICKS;
        i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** Without the digits that only rounding made. */
  private static String tick(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e5)) {
      return format("%.0e", value).replace("e-0", "e-").replace("e+0", "e");
    }
    String text = format("%.4f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  private static String axisLine(double x1, double y1, double x2, double y2) {
    return format(
        "<line class=\"axis\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", x1, y1, x2, y2);
  }

  private static String text(double x, double y, String anchor, String more, String text) {
    return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, more)
        + Html.escape(text)
        + "</text>";
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
