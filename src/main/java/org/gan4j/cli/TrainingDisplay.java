package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import org.gan4j.experiment.Alarms;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.report.Figures;
import org.gan4j.run.RunFolder;

/** Keeps a run's folder, and shows the run: a bar on a terminal, plain lines elsewhere. */
public final class TrainingDisplay implements Training.Listener, AutoCloseable {
  private static final String LONG = "d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f";

  /** For terminals of 80 columns. */
  private static final String SHORT = "d %.3f g %.3f  D(x) %.2f D(G(z)) %.2f";

  private static final long LINE_NANOS = 5_000_000_000L;

  private final RunFolder folder;
  private final Alarms alarms;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean interactive;
  private final LiveLine live;
  private final long from;
  private ProgressBar bar;
  private long limit;
  private long lineAt;
  private boolean anyLine;

  /** For a run that stands at iteration {@code from}. */
  public TrainingDisplay(
      RunFolder folder, Alarms alarms, PrintWriter out, PrintWriter err, long from) {
    this.folder = folder;
    this.alarms = alarms;
    this.out = out;
    this.err = err;
    this.interactive = Terminal.isInteractive();
    this.live = interactive ? new LiveLine() : null;
    this.from = from;
  }

  @Override
  public void progress(long iteration, long limit) {
    this.limit = limit;
    if (!interactive) {
      return;
    }
    if (bar == null) {
      bar = live.iterations(from, limit);
    }
    bar.stepTo(iteration);
  }

  @Override
  public void report(Report report) {
    folder.append(report);
    String measurements = measurements(LONG, report);
    if (bar != null) {
      bar.setExtraMessage(measurements(SHORT, report));
    }
    if (report.isScored()) {
      line(report, measurements + validation(report));
    } else if (!interactive && (!anyLine || System.nanoTime() - lineAt > LINE_NANOS)) {
      line(report, measurements);
    }
    alarms.observe(report).forEach(this::message);
  }

  /** On the messages' side, above the bar if there is one. */
  private void message(String text) {
    if (bar != null) {
      live.above(err, text);
    } else {
      err.println(text);
      err.flush();
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
            LiveLine.clock(left),
            measurements);
    if (interactive) {
      live.above(out, text);
    } else {
      out.println(text);
      out.flush();
    }
    lineAt = System.nanoTime();
    anyLine = true;
  }

  private static String measurements(String format, Report report) {
    return String.format(
        Locale.ROOT,
        format,
        report.mean(Totals::dLoss),
        report.mean(Totals::gLoss),
        report.mean(Totals::dReal),
        report.mean(Totals::dFake));
  }

  private static String validation(Report report) {
    return String.format(
        Locale.ROOT,
        "  parzen valid %.1f nats (σ %.3f)",
        report.meanScore(Validation::score),
        report.meanScore(Validation::sigma));
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
