package org.gan4j.eval;

import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;
import org.gan4j.gan.DeviceImages;

/**
 * A copy of samples with their mean subtracted, and their squared norms. What they are compared
 * with is moved likewise: distances stay, but the single-precision sums behind them get smaller and
 * of both signs, and so do their errors.
 */
final class Points implements AutoCloseable {
  private final Kernels kernels;
  private final int count;
  private final int width;
  private final DeviceArena arena;
  private final DeviceBuffer values;
  private final DeviceBuffer norms;
  private final DeviceBuffer minusMean;

  /**
   * Copies and checks samples.
   *
   * @param samples [count][width] of every replica; not modified
   * @param width values of a sample, ≥ 1
   */
  Points(Device device, DeviceBuffer samples, int width) {
    if (width < 1 || samples.length() % width != 0) {
      throw new IllegalArgumentException("samples of " + width + " values do not fill " + samples);
    }
    this.kernels = device.kernels();
    this.count = Math.toIntExact(samples.length() / width);
    this.width = width;
    this.arena = device.arena(samples.replicas());
    this.values = arena.floats(samples.length());
    this.norms = arena.floats(count);
    this.minusMean = arena.floats(width);
    DeviceBuffer zero = arena.floats(width);
    try {
      arena.freeze();
      kernels.fill(norms, -1.0 / count);
      kernels.affine(minusMean, norms, samples, zero, Epilogue.NONE, 1, width, count);
      kernels.addRow(values, samples, minusMean, count, width);
      kernels.squaredNorms(norms, values, count, width);
      requireFinite();
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Norms are finite only if every value is; minima and sums of distances would hide a NaN. */
  private void requireFinite() {
    float[] read = new float[count];
    for (int r = 0; r < replicas(); r++) {
      Buffers.read(norms, r, read);
      for (float norm : read) {
        if (!Float.isFinite(norm)) {
          throw new NonFiniteSamplesException(r);
        }
      }
    }
  }

  /** Points per replica, ≥ 1. */
  int count() {
    return count;
  }

  int replicas() {
    return values.replicas();
  }

  /** Values of a point. */
  int width() {
    return width;
  }

  /** [number][width]: some of the points. */
  DeviceBuffer values(int first, int number) {
    return values.view((long) first * width, (long) number * width);
  }

  /** [number]: their squared norms. */
  DeviceBuffer norms(int first, int number) {
    return norms.view(first, number);
  }

  /**
   * Images as points among these.
   *
   * @param out [rows][width]; modified
   * @param outNorms [rows], their squared norms; modified
   */
  void place(DeviceBuffer out, DeviceBuffer outNorms, DeviceImages images, int first, int rows) {
    kernels.expand(out, images.pixels(), images.scaling(), first, rows, width);
    place(out, outNorms, out, rows);
  }

  /**
   * Other points among these.
   *
   * @param out [rows][width], may be {@code others}; modified
   * @param outNorms [rows], their squared norms; modified
   * @param others [rows][width]; not modified
   */
  void place(DeviceBuffer out, DeviceBuffer outNorms, DeviceBuffer others, int rows) {
    kernels.addRow(out, others, minusMean, rows, width);
    kernels.squaredNorms(outNorms, out, rows, width);
  }

  /** Checks that images are as wide as these. */
  void requireWidth(DeviceImages images) {
    if (images.width() != width) {
      throw new IllegalArgumentException(
          "samples have " + width + " values, but images of the data " + images.width());
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
