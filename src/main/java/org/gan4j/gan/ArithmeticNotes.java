package org.gan4j.gan;

import java.util.Map;
import java.util.Optional;
import org.gan4j.device.Device;
import org.gan4j.io.Printable;

/** How a run was computed, among the notes of its checkpoints. */
final class ArithmeticNotes {
  private static final String ARITHMETIC = "arithmetic";
  private static final String MATH = "math";

  private ArithmeticNotes() {}

  static void write(Map<String, String> notes, Device device) {
    notes.put(ARITHMETIC, device.arithmetic());
    notes.put(MATH, device.math());
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
    return Optional.ofNullable(notes.get(ARITHMETIC))
        .filter(then -> !then.equals(now))
        .map(
            then ->
                "so far it computed with "
                    + Printable.line(then)
                    + ", now it goes on with "
                    + now
                    + ": not bit for bit as either alone");
  }
}
