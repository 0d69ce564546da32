package org.gan4j.device.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.gan4j.device.SafetyNet;

/** What the devices have logged while this was open. */
final class Warnings extends Handler implements AutoCloseable {
  // A logger that nobody holds is gone, and its handlers with it.
  private final Logger logger = Logger.getLogger(SafetyNet.LOGGER);
  private final List<String> all = new ArrayList<>();

  Warnings() {
    logger.addHandler(this);
  }

  List<String> all() {
    return List.copyOf(all);
  }

  @Override
  public void publish(LogRecord written) {
    all.add(written.getMessage());
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
