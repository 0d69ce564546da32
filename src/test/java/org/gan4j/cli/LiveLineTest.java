package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveLineTest {
  private static final String BEGIN = "\r\033[K";

  private final StringWriter screen = new StringWriter();
  private final PrintWriter writer = new PrintWriter(screen);

  @ParameterizedTest
  @ValueSource(ints = {20, 60, 79, 200})
  void neverWiderThanTheTerminal(int width) {
    LiveLine line = new LiveLine(writer, width);
    try (ProgressBar bar = line.iterations(100, 400)) {
      bar.setExtraMessage("d 0.570 g 1.088  D(x) 0.62 D(G(z)) 0.39");
      bar.stepTo(200);
    }
    String end = screen.toString().strip();
    String shown = end.substring(end.lastIndexOf(BEGIN) + BEGIN.length());
    assertTrue(shown.length() <= width, shown);
    assertTrue(shown.startsWith("50% "), shown);
    assertEquals(width == 200, shown.contains("█"), shown);
    assertEquals(width >= 79, shown.endsWith("D(G(z)) 0.39"), shown);
  }

  @Test
  void otherLinesGoAbove() {
    LiveLine line = new LiveLine(writer, 79);
    line.accept("50%");
    line.above(writer, "news");
    line.close();
    assertEquals(BEGIN + "50%" + BEGIN + "news\n50%\n", screen.toString());
  }

  @Test
  void bytesOfAFile() {
    LiveLine line = new LiveLine(writer, 79);
    try (ProgressBar bar = line.bytes("images.gz", 4096)) {
      bar.stepTo(1024);
    }
    assertTrue(screen.toString().contains("25% "), screen.toString());
    assertTrue(screen.toString().contains("images.gz 1/4  "), screen.toString());
    assertTrue(screen.toString().contains(" KiB/s  ETA "), screen.toString());
  }

  @ParameterizedTest
  @CsvSource({"0, 0:00", "61.4, 1:01", "3599.6, 1:00:00", "360000, 100:00:00"})
  void clocks(double seconds, String shown) {
    assertEquals(shown, LiveLine.clock(seconds));
  }
}
