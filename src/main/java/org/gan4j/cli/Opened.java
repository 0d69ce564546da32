package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;

/** The networks of a checkpoint that a command names, and what is to be said of the file. */
final class Opened {
  private Opened() {}

  static Gan gan(Device device, Path checkpoint, PrintWriter err) {
    Gan gan = Checkpoint.open(device, checkpoint);
    remark(checkpoint, err);
    return gan;
  }

  /** Says what a reader of the file should know. */
  static void remark(Path checkpoint, PrintWriter err) {
    Checkpoint.remark(checkpoint).ifPresent(remark -> err.println("gan4j: " + remark));
    err.flush();
  }
}
