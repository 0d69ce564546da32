package org.gan4j.device.cuda;

import java.util.ArrayDeque;
import java.util.Deque;

/** What must be freed, in the order opposite to that in which it came. */
final class Owned implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Adds a release; it may throw. */
  void add(Runnable release) {
    releases.push(release);
  }

  /** Runs every release, also after one failed; then throws what failed first. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes after a failure, which stays the one to be reported. */
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
