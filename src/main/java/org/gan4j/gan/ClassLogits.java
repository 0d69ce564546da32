package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/**
 * The logits l of K classes: with Z = Σ e^l and D(x) = Z / (Z + 1) the logit of the game is ln Z
 * (Salimans et al., 2016, section 5). Labelled examples, which teach the classes and are no part of
 * the game, follow those of it.
 */
final class ClassLogits {
  private final Kernels kernels;
  private final int rows;
  private final int labelled;
  private final int classes;
  private final DeviceBuffer all;
  private final DeviceBuffer slope;
  // Null without labelled examples.
  private final DeviceBuffer ofLabelled;
  private final DeviceBuffer slopeOfLabelled;

  ClassLogits(Kernels kernels, DeviceArena arena, int rows, int labelled, int classes) {
    this.kernels = kernels;
    this.rows = rows;
    this.labelled = labelled;
    this.classes = classes;
    long game = (long) rows * classes;
    long taught = (long) labelled * classes;
    this.all = arena.floats(game + taught);
    this.slope = arena.floats(game + taught);
    this.ofLabelled = labelled == 0 ? null : all.view(game, taught);
    this.slopeOfLabelled = labelled == 0 ? null : slope.view(game, taught);
  }

  /** What the network writes, [rows + labelled][classes]. */
  DeviceBuffer all() {
    return all;
  }

  /** logits [rows] ← those of the game. */
  void join(DeviceBuffer logits) {
    kernels.logSumRows(logits, all, rows, classes);
  }

  /**
   * The slope of what the network wrote.
   *
   * @param ofLogits [rows]: of the game's logits
   * @param targetsOrNull [labelled][classes]; null exactly if nothing is labelled
   */
  DeviceBuffer slope(DeviceBuffer ofLogits, DeviceBuffer targetsOrNull) {
    kernels.spreadRows(slope, all, ofLogits, rows, classes);
    if (targetsOrNull != null) {
      kernels.crossEntropySlope(slopeOfLabelled, ofLabelled, targetsOrNull, labelled, classes);
    }
    return slope;
  }
}
