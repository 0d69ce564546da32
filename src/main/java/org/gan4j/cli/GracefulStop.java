package org.gan4j.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a run save itself when the JVM is told to end (Ctrl-C, SIGTERM): the shutdown asks it to
 * stop, and waits until it has closed this.
 */
final class GracefulStop implements AutoCloseable {
  private static final int PATIENCE_MINUTES = 5;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean asked;

  GracefulStop(Runnable requestStop) {
    this.hook =
        new Thread(
            () -> {
              asked = true;
              requestStop.run();
              try {
                boolean saved = finished.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
                if (!saved) {
                  System.err.println("gan4j: the run did not stop in time");
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "graceful-stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Whether the JVM is ending. */
  boolean asked() {
    return asked;
  }

  @Override
  public void close() {
    finished.countDown();
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
