package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run save itself when the JVM is told to end (Ctrl-C, SIGTERM): the shutdown asks it to
 * stop, waits until it has saved, and says so. The JVM ends right after that, whatever the thread
 * that trained still has to do; so the farewell is said here.
 */
final class GracefulStop implements AutoCloseable {
  private static final int PATIENCE_MINUTES = 5;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook;
  private final Runnable requestStop;
  private final PrintWriter err;
  private volatile boolean asked;
  private volatile String farewell = "";

  GracefulStop(Runnable requestStop, PrintWriter err) {
    this.requestStop = requestStop;
    this.err = err;
    this.hook = new Thread(this::stop, "graceful-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void stop() {
    asked = true;
    requestStop.run();
    try {
      boolean inTime = saved.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
      String text = inTime ? farewell : "the run did not stop in time";
      if (!text.isEmpty()) {
        err.println("gan4j: " + text);
        err.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is saved: from now on the JVM may end at any moment, with this line. */
  void saved(String line) {
    farewell = line;
    saved.countDown();
  }

  @Override
  public void close() {
    saved.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The JVM began to end just now; the hook finds the run finished.
        asked = true;
      }
    }
  }
}
