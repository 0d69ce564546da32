package org.gan4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.report.Figures;
import org.gan4j.report.RunFolder;

/** Keeps a run's folder, and shows the run: a bar on a terminal, plain lines elsewhere. */
final class TrainingDisplay implements Training.Listener, AutoCloseable {
  private static final long LINE_NANOS = 5_000_000_000L;

  private final RunFolder folder;
  private final PrintWriter out;
  private final boolean interactive;
  private final long from;
  private ProgressBar bar;
  private long limit;
  private long lineAt;
  private boolean anyLine;

  /** For a run that stands at iteration {@code from}. */
  TrainingDisplay(RunFolder folder, PrintWriter out, boolean interactive, long from) {
    this.folder = folder;
    this.out = out;
    this.interactive = interactive;
    this.from = from;
  }

  @Override
  public void progress(long iteration, long limit) {
    this.limit = limit;
    if (!interactive) {
      return;
    }
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(limit)
              .startsFrom(from, Duration.ZERO)
              .setUnit(" it", 1)
              .showSpeed()
              .setUpdateIntervalMillis(200)
              .build();
    }
    bar.stepTo(iteration);
  }

  @Override
  public void report(Report report) {
    folder.append(report);
    String measurements = measurements(report);
    if (bar != null) {
      bar.setExtraMessage(measurements);
    }
    if (!report.validation().isEmpty()) {
      line(report, measurements + validation(report.validation()));
    } else if (!interactive && (!anyLine || System.nanoTime() - lineAt > LINE_NANOS)) {
      line(report, measurements);
    }
  }

  private void line(Report report, String measurements) {
    double left = (limit - report.iteration()) / report.iterationsPerSecond();
    String text =
        String.format(
            Locale.ROOT,
            "iteration %d/%d (epoch %.1f)  %.1f it/s  ETA %s  %s",
            report.iteration(),
            limit,
            report.epoch(),
            report.iterationsPerSecond(),
            clock(left),
            measurements);
    if (interactive) {
      // The bar owns the current line: begin above it.
      out.print("\r\033[K");
    }
    out.println(text);
    out.flush();
    lineAt = System.nanoTime();
    anyLine = true;
  }

  private static String clock(double seconds) {
    long s = Math.round(seconds);
    return s >= 3600
        ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
  }

  private static String measurements(Report report) {
    List<Totals> means = report.means();
    return String.format(
        Locale.ROOT,
        "d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f",
        mean(means, Totals::dLoss),
        mean(means, Totals::gLoss),
        mean(means, Totals::dReal),
        mean(means, Totals::dFake));
  }

  private static String validation(List<Validation> scores) {
    return String.format(
        Locale.ROOT,
        "  parzen valid %.1f nats (σ %.3f)",
        mean(scores, Validation::score),
        mean(scores, Validation::sigma));
  }

  private static <T> double mean(List<T> replicas, ToDoubleFunction<T> field) {
    return replicas.stream().mapToDouble(field).average().orElse(Double.NaN);
  }

  @Override
  public void pictures(Gan gan, long epoch) {
    folder.writePicture(
        String.format(Locale.ROOT, "samples-%04d.png", epoch), Figures.samples(gan));
  }

  @Override
  public String save(Gan gan, Map<String, String> notes, boolean best) {
    return folder.save(gan, notes, best).toString();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
