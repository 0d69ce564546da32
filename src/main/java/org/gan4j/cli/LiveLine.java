package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.gan4j.io.Printable;

/**
 * A terminal's last line, drawn again in place several times a second; other lines go above it. It
 * never wraps: what is too long for the terminal is cut, and a bar fills what is left.
 */
final class LiveLine implements ProgressBarConsumer {
  private static final String BEGIN = "\r\033[K";
  private static final int REDRAW_MILLIS = 200;
  private static final int LEAST_BAR = 10;
  private static final double KIBI = 1024;

  private final PrintWriter err;
  private final int width;
  private String drawn = "";

  /** On the terminal that the messages go to. */
  LiveLine() {
    this(
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        new ConsoleProgressBarConsumer(System.err).getMaxRenderedLength() - 1);
  }

  LiveLine(PrintWriter err, int width) {
    this.err = err;
    this.width = width;
  }

  /** A progress in iterations. */
  ProgressBar iterations(long from, long limit) {
    return bar(from, limit, state -> text(state, "it", 1));
  }

  /** A progress in bytes of a file. */
  ProgressBar bytes(String file, long total) {
    return bar(0, total, state -> file + " " + text(state, "KiB", KIBI));
  }

  private ProgressBar bar(long from, long limit, Function<ProgressState, String> text) {
    return new ProgressBarBuilder()
        .setInitialMax(limit)
        .startsFrom(from, Duration.ZERO)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .setRenderer((state, most) -> filled(text.apply(state), state))
        .setConsumer(this)
        .build();
  }

  private static String text(ProgressState state, String unit, double size) {
    double seconds = state.getElapsedAfterStart().toMillis() / 1e3;
    double speed = (state.getCurrent() - state.getStart()) / Math.max(seconds, 1e-3);
    String left = speed > 0 ? clock((state.getMax() - state.getCurrent()) / speed) : "?";
    return String.format(
        Locale.ROOT,
        "%d/%d  %.1f %s/s  ETA %s  %s",
        (long) (state.getCurrent() / size),
        (long) (state.getMax() / size),
        speed / size,
        unit,
        left,
        state.getExtraMessage());
  }

  /** Seconds as 1:02 or 1:00:02. */
  static String clock(double seconds) {
    long s = Math.round(seconds);
    return s >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
  }

  private String filled(String text, ProgressState state) {
    String percent = String.format(Locale.ROOT, "%3.0f%% ", 100 * state.getNormalizedProgress());
    int room = Math.min(width / 3, width - percent.length() - text.strip().length() - 3);
    if (room < LEAST_BAR) {
      return percent + text;
    }
    int full = (int) (room * state.getNormalizedProgress());
    return percent + "│" + "█".repeat(full) + " ".repeat(room - full) + "│ " + text;
  }

  @Override
  public int getMaxRenderedLength() {
    return width;
  }

  @Override
  public synchronized void accept(String text) {
    String line = Printable.line(text.strip());
    drawn = line.substring(0, Math.min(line.length(), width));
    err.print(BEGIN + drawn);
    err.flush();
  }

  /** Prints a line above. */
  synchronized void above(PrintWriter out, String line) {
    err.print(BEGIN);
    err.flush();
    out.println(line);
    out.flush();
    err.print(drawn);
    err.flush();
  }

  /** Leaves the line as it is and goes to the next. */
  @Override
  public synchronized void close() {
    err.println();
    err.flush();
    drawn = "";
  }
}
