package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import org.gan4j.experiment.Experiment;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.gan.Validation;
import org.gan4j.gan.WentBack;
import org.gan4j.run.Alarm;
import org.gan4j.run.ScoreSheet;

/** Shows a run: a bar on a terminal, plain lines elsewhere. */
final class TrainingDisplay implements Experiment.Listener, AutoCloseable {
  private static final String LONG = "d_loss %.4f  g_loss %.4f  D(x) %.3f  D(G(z)) %.3f";

  /** For terminals of 80 columns. */
  private static final String SHORT = "d %.3f g %.3f  D(x) %.2f D(G(z)) %.2f";

  private static final long LINE_NANOS = 5_000_000_000L;

  private final Experiment experiment;
  private final Runnable saved;
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean interactive;
  private final LiveLine live;
  private final long from;
  private final boolean several;
  private ProgressBar bar;
  private long limit;
  private long lineAt;
  private boolean anyLine;
  private boolean askedToEnd;

  /**
   * For a run that has not begun.
   *
   * @param experiment to be shown
   * @param saved to be called when the JVM may end. That is when the run has trained to its end,
   *     for what follows can be had again; or, if it was asked to end, when it has its page.
   * @param out for results
   * @param err for messages
   */
  TrainingDisplay(Experiment experiment, Runnable saved, PrintWriter out, PrintWriter err) {
    this.experiment = experiment;
    this.saved = saved;
    this.out = out;
    this.err = err;
    this.interactive = Terminal.isInteractive();
    this.live = interactive ? new LiveLine() : null;
    this.from = experiment.iteration();
    this.several = experiment.folder().recipe().replicas() > 1;
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
    String measurements = measurements(LONG, report);
    if (bar != null) {
      bar.setExtraMessage(measurements(SHORT, report));
    }
    if (report.isScored()) {
      line(report, measurements + validation(report));
    } else if (!interactive && (!anyLine || System.nanoTime() - lineAt > LINE_NANOS)) {
      line(report, measurements);
    }
  }

  @Override
  public void alarm(Alarm alarm) {
    message(
        String.format(
            Locale.ROOT,
            "gan4j: ALARM %s at iteration %d%s: %s; try %s",
            alarm.kind().word(),
            alarm.iteration(),
            several ? ", replica " + alarm.replica() : "",
            alarm.saw(),
            alarm.kind().advice()));
  }

  @Override
  public void wentBack(WentBack back) {
    message(
        String.format(
            Locale.ROOT,
            "gan4j: ROLLBACK %d at iteration %d%s, after %s: on with %s and other random numbers",
            back.times(),
            back.iteration(),
            several ? ", replica " + back.replica() : "",
            back.why(),
            back.from() == 0
                ? "the networks as they began"
                : "the networks of iteration " + back.from()));
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
        report.mean(IterationMeans::dLoss),
        report.mean(IterationMeans::gLoss),
        report.mean(IterationMeans::dReal),
        report.mean(IterationMeans::dFake));
  }

  private static String validation(Report report) {
    return String.format(
        Locale.ROOT,
        "  parzen valid %.1f nats (σ %.3f)",
        report.meanScore(Validation::score),
        report.meanScore(Validation::sigma));
  }

  @Override
  public void trained(Training.End end, long iteration) {
    closeBar();
    askedToEnd = end == Training.End.REQUESTED;
    if (askedToEnd) {
      return;
    }
    saved.run();
    if (end != Training.End.LIMIT) {
      out.printf("stopped at iteration %d: %s%n", iteration, reason(end));
    }
  }

  private static String reason(Training.End end) {
    return switch (end) {
      case NO_GAIN -> "the validation score has not improved any more (stop.patience)";
      case NO_MONITOR_GAIN -> "the monitor has not gained any more (stop.monitor_patience)";
      default -> "the updates have become small (stop.update_norm)";
    };
  }

  @Override
  public void scoring(Path checkpoint, long iteration) {
    if (checkpoint.equals(experiment.folder().best())) {
      out.printf("scoring the best by validation, iteration %d%n", iteration);
      out.flush();
    }
  }

  @Override
  public void scored(ScoreSheet sheet) {
    sheet.lines().forEach(out::println);
    out.flush();
  }

  @Override
  public void remark(String text) {
    message("gan4j: " + experiment.folder().path() + ": " + text);
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    closeBar();
    if (askedToEnd) {
      saved.run();
    }
  }
}
