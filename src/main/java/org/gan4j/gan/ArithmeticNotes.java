package org.gan4j.gan;

import java.util.Map;
import java.util.Optional;
import org.gan4j.device.Device;
import org.gan4j.io.Printable;

/** How a run was computed, among the notes of its checkpoints. */
final class ArithmeticNotes {
  private static final String ARITHMETIC = "arithmetic";
  private static final String MATH = "math";
  private static final String THREADS = "threads";

  private ArithmeticNotes() {}

  static void write(Map<String, String> notes, Device device) {
    notes.put(ARITHMETIC, device.arithmetic());
    notes.put(MATH, device.math());
    notes.put(THREADS, Integer.toString(device.threads()));
  }

  /** What {@link Training#math} says. */
  static String math(Map<String, String> notes) {
    return notes.getOrDefault(MATH, "cpu.math=fp32");
  }

  /** One line if from now on it is computed in another way. */
  static Optional<String> remark(Map<String, String> notes, Gan gan) {
    String now = gan.device().arithmetic();
    if (gan.iteration() > 0 && !notes.containsKey(ARITHMETIC) && now.endsWith(Device.BY_WINNERS)) {
      return Optional.of(
          "so far an earlier version went back through maxout by all slopes, now it goes on with "
              + now
              + ": not bit for bit as either alone");
    }
    String before = notes.getOrDefault(ARITHMETIC, now);
    if (!before.equals(now)) {
      return Optional.of(
          "so far it computed with "
              + Printable.line(before)
              + ", now it goes on with "
              + now
              + ": not bit for bit as either alone");
    }
    return otherThreads(notes, gan.device());
  }

  /** By which oneDNN may share out a product otherwise. */
  private static Optional<String> otherThreads(Map<String, String> notes, Device device) {
    String now = Integer.toString(device.threads());
    String before = notes.getOrDefault(THREADS, now);
    return before.equals(now)
        ? Optional.empty()
        : Optional.of(
            "so far it computed with "
                + Printable.line(before)
                + " threads, now it goes on with "
                + now
                + ": the last bits may differ from either alone");
  }
}
