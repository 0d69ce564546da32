package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/**
 * Says, after the first moments of annealed importance sampling, how long it will take, and then
 * how far it is: a line for each tenth. What takes less than a minute needs no such lines.
 */
final class AnnealingDisplay implements DoubleConsumer {
  private static final double SECOND = 1e9;

  /** Seconds that are looked at. */
  private static final double FIRST = 2;

  private static final double WORTH_SAYING = 60;

  private final PrintWriter out;
  private final LongSupplier clock;
  private double beganAt;
  private double begunWith;
  private double last;
  private boolean said;
  private boolean wanted;

  /**
   * @param clock nanoseconds since any time
   */
  AnnealingDisplay(PrintWriter out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void accept(double done) {
    double now = clock.getAsLong() / SECOND;
    if (begunWith == 0 || done < last) { // the first call, or that of another estimate
      beganAt = now;
      begunWith = done;
      said = false;
      wanted = false;
    } else if (!said && now - beganAt >= FIRST) {
      double left = (now - beganAt) / (done - begunWith) * (1 - done);
      said = true;
      wanted = left >= WORTH_SAYING;
      say("about " + time(left) + " to go");
    } else if ((int) (10 * done) > (int) (10 * last)) {
      say(String.format(Locale.ROOT, "%d %%", 10 * (int) (10 * done)));
    }
    last = done;
  }

  private void say(String text) {
    if (wanted) {
      out.println("annealed importance sampling: " + text);
      out.flush();
    }
  }

  private static String time(double seconds) {
    long minutes = Math.round(seconds / 60);
    return minutes < 120 ? minutes + " min" : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
