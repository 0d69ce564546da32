package org.gan4j.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.gan4j.data.Progress;

/** Shows a download: a bar on a terminal, a line per file elsewhere. */
final class DownloadDisplay implements Progress, AutoCloseable {
  private final PrintWriter err;
  private String current = "";
  private ProgressBar bar;

  DownloadDisplay(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void downloaded(String file, long done, long total) {
    if (!file.equals(current)) {
      close();
      current = file;
      if (Terminal.isInteractive()) {
        bar = new LiveLine().bytes(file, total);
      } else {
        err.printf("downloading %s (%d KiB)%n", file, total >> 10);
      }
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void note(String text) {
    err.println(text);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
