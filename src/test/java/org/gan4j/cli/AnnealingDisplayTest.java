package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What is said of an estimate that takes long. */
class AnnealingDisplayTest {
  private final StringWriter out = new StringWriter();

  /** A hundred calls, evenly, in so many seconds. */
  private void run(AnnealingDisplay display, long[] now, double seconds) {
    for (int i = 1; i <= 100; i++) {
      now[0] += (long) (seconds * 1e7);
      display.accept(i / 100.0);
    }
  }

  @Test
  void hoursAreSaidBeforeTheyPass() {
    long[] now = {5};
    run(new AnnealingDisplay(new PrintWriter(out), () -> now[0]), now, 4 * 3600);
    String[] lines = out.toString().split(System.lineSeparator());
    assertEquals("annealed importance sampling: about 3.9 h to go", lines[0]);
    assertEquals("annealed importance sampling: 10 %", lines[1]);
    assertEquals("annealed importance sampling: 100 %", lines[10]);
    assertEquals(11, lines.length);
  }

  @Test
  void secondsAreNotWorthALine() {
    long[] now = {5};
    AnnealingDisplay display = new AnnealingDisplay(new PrintWriter(out), () -> now[0]);
    run(display, now, 50);
    assertEquals("", out.toString());
    run(display, now, 600);
    assertEquals(
        "annealed importance sampling: about 10 min to go",
        out.toString().lines().findFirst().orElse(""));
  }
}
