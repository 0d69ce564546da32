package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Logits of classes, matched means, moving averages. */
public abstract class ClassContract extends KernelsContract {
  private static final int[][] SIZES = {{1, 1}, {2, 3}, {31, 10}, {33, 65}, {100, 250}, {1025, 9}};

  private static final int[] SIZES_OF_ARRAYS = {1, 31, 1000};

  /** Of values in double precision, whose largest is about 30. */
  private static final double DOUBLES = 1e-12;

  private static double logSum(float[] logits, int row, int classes) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[row * classes + c]);
    }
    return Math.log(sum);
  }

  @Test
  void logitsByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(2);
      DeviceBuffer logits = rig.floats(4);
      DeviceBuffer slope = rig.floats(4);
      DeviceBuffer ofSums = rig.floats(2);
      rig.freeze().write(logits, 0, 0, 1000, -1000);
      rig.write(ofSums, -2, 0.5f);
      rig.run(() -> rig.kernels().logSumRows(out, logits, 2, 2), out);
      rig.run(() -> rig.kernels().spreadRows(slope, logits, ofSums, 2, 2), slope);
      assertSameBits(new float[] {(float) Math.log(2), 1000}, rig.floats(out, 0), "ln of sums");
      assertSameBits(new float[] {-1, -1, 0.5f, 0}, rig.floats(slope, 0), "slopes");
    }
  }

  @Test
  void logits() {
    for (int[] size : SIZES) {
      for (int replicas : REPLICAS) {
        int rows = size[0];
        int classes = size[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(rows);
          DeviceBuffer logits = rig.floats((long) rows * classes);
          DeviceBuffer slope = rig.floats((long) rows * classes);
          DeviceBuffer ofSums = rig.floats(rows);
          rig.freeze();
          float[][] a = rig.randoms(logits, 1, 30);
          float[][] d = rig.randoms(ofSums, 2, 1);
          rig.run(() -> rig.kernels().logSumRows(out, logits, rows, classes), out);
          rig.run(() -> rig.kernels().spreadRows(slope, logits, ofSums, rows, classes), slope);
          for (int r = 0; r < replicas; r++) {
            float[] sums = rig.floats(out, r);
            float[] slopes = rig.floats(slope, r);
            for (int i = 0; i < rows; i++) {
              double sum = logSum(a[r], i, classes);
              assertClose(sum, sums[i], Math.abs(sum) * ROUNDING + DOUBLES, "row " + i);
              for (int c = 0; c < classes; c++) {
                double expected = Math.exp(a[r][i * classes + c] - sum) * d[r][i];
                double error = Math.abs(expected) * ROUNDING + DOUBLES;
                assertClose(expected, slopes[i * classes + c], error, "slope " + c + " of " + i);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void crossEntropySlopeByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer slope = rig.floats(4);
      DeviceBuffer logits = rig.floats(4);
      DeviceBuffer targets = rig.floats(4);
      rig.freeze().write(logits, 7, 7, 1000, -1000);
      rig.write(targets, 0, 1, 0.25f, 0.75f);
      rig.run(() -> rig.kernels().crossEntropySlope(slope, logits, targets, 2, 2), slope);
      float[] expected = {0.25f, -0.25f, 0.375f, -0.375f};
      assertSameBits(expected, rig.floats(slope, 0), "half of softmax - target");
    }
  }

  @Test
  void crossEntropySlope() {
    for (int classes : new int[] {1, 3, 10, 33}) {
      for (int replicas : REPLICAS) {
        for (int rows : new int[] {1, 31, 1200}) {
          try (Rig rig = rig(replicas)) {
            DeviceBuffer slope = rig.floats((long) rows * classes);
            DeviceBuffer logits = rig.floats((long) rows * classes);
            DeviceBuffer targets = rig.floats((long) rows * classes);
            rig.freeze();
            float[][] a = rig.randoms(logits, 1, 30);
            float[][] t = rig.randoms(targets, 2, 1);
            rig.run(
                () -> rig.kernels().crossEntropySlope(slope, logits, targets, rows, classes),
                slope);
            for (int r = 0; r < replicas; r++) {
              assertSlopes(rig.floats(slope, r), a[r], t[r], rows, classes);
            }
          }
        }
      }
    }
  }

  private static void assertSlopes(
      float[] found, float[] logits, float[] targets, int rows, int classes) {
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[i * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        int at = i * classes + c;
        double expected = (Math.exp(logits[at]) / sum - targets[at]) / rows;
        double error = Math.abs(expected) * ROUNDING + DOUBLES;
        assertClose(expected, found[at], error, "slope " + c + " of row " + i);
      }
    }
  }

  @Test
  void meansByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer slope = rig.floats(4);
      DeviceBuffer gap = rig.floats(2);
      DeviceBuffer fake = rig.floats(4);
      DeviceBuffer real = rig.floats(4);
      DeviceBuffer state = rig.state();
      rig.freeze().write(fake, 1, 5, 3, 7);
      rig.write(real, 0, 10, 1, 6);
      rig.write(state, States.of(0, 0));
      rig.run(
          () -> rig.kernels().matchMeans(slope, gap, fake, real, 2, 2, state), slope, gap, state);
      assertSameBits(new float[] {1.5f, -2}, rig.floats(gap, 0), "2 - 0.5, 6 - 8");
      assertSameBits(new float[] {1.5f, -2, 1.5f, -2}, rig.floats(slope, 0), "2 gap / 2");
      assertClose(6.25, States.read(state, 0, StateLayout.G_LOSS), 0, "1.5² + 2²");
    }
  }

  @Test
  void means() {
    for (int[] size : SIZES) {
      for (int replicas : REPLICAS) {
        int rows = size[0];
        int columns = size[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer slope = rig.floats((long) rows * columns);
          DeviceBuffer gap = rig.floats(columns);
          DeviceBuffer fake = rig.floats((long) rows * columns);
          DeviceBuffer real = rig.floats((long) rows * columns);
          DeviceBuffer state = rig.state();
          rig.freeze();
          rig.write(state, States.of(1, 1));
          float[][] a = rig.randoms(fake, 1, 3);
          float[][] b = rig.randoms(real, 2, 3);
          rig.run(
              () -> rig.kernels().matchMeans(slope, gap, fake, real, rows, columns, state),
              slope,
              gap,
              state);
          for (int r = 0; r < replicas; r++) {
            float[] gaps = rig.floats(gap, r);
            float[] slopes = rig.floats(slope, r);
            double loss = 0;
            for (int c = 0; c < columns; c++) {
              double sum = 0;
              for (int i = 0; i < rows; i++) {
                sum += (double) a[r][i * columns + c] - b[r][i * columns + c];
              }
              double expected = sum / rows;
              assertClose(expected, gaps[c], Math.abs(expected) * ROUNDING + DOUBLES, "gap " + c);
              loss += (double) gaps[c] * gaps[c];
              for (int i = 0; i < rows; i++) {
                double of = 2.0 * gaps[c] / rows;
                double error = Math.abs(of) * 2 * ROUNDING;
                assertClose(of, slopes[i * columns + c], error, "slope " + c + " of " + i);
              }
            }
            double found = States.read(state, r, StateLayout.G_LOSS);
            assertClose(loss, found, loss * 1e-12, "the generator's loss");
          }
        }
      }
    }
  }

  @Test
  void averagesFollow() {
    for (int n : SIZES_OF_ARRAYS) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer average = rig.floats(n);
          DeviceBuffer values = rig.floats(n);
          rig.freeze();
          float[][] a = rig.randoms(average, 1, 3);
          float[][] v = rig.randoms(values, 2, 3);
          rig.run(() -> rig.kernels().follow(average, values, 0.25), average);
          for (int r = 0; r < replicas; r++) {
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
              expected[i] = a[r][i] + 0.25f * (v[r][i] - a[r][i]);
            }
            assertSameBits(expected, rig.floats(average, r), "a quarter of the way");
          }
        }
      }
    }
  }

  @Test
  void argumentsAreChecked() {
    try (Rig rig = rig(3)) {
      DeviceBuffer f = rig.floats(12);
      DeviceBuffer g = rig.floats(12);
      DeviceBuffer h = rig.floats(12);
      DeviceBuffer row = rig.floats(4);
      DeviceBuffer single = rig.single(DataType.FLOAT, 12);
      DeviceBuffer state = rig.state();
      rig.freeze();
      Kernels k = rig.kernels();
      refused(() -> k.logSumRows(row, f, 3, 5));
      refused(() -> k.logSumRows(row, single, 3, 4));
      refused(() -> k.logSumRows(row, f, 3, 0));
      refused(() -> k.spreadRows(f, g, row, 5, 2));
      refused(() -> k.spreadRows(f, single, row, 3, 4));
      refused(() -> k.matchMeans(f, row, g, h, 3, 5, state));
      refused(() -> k.matchMeans(f, row, g, single, 3, 4, state));
      refused(() -> k.matchMeans(f, row, g, h, 3, 4, row));
      refused(() -> k.follow(f, row, 0.5));
      refused(() -> k.follow(f, g, 1.5));
      refused(() -> k.follow(f, g, Double.NaN));
    }
  }

  private static void refused(Runnable kernel) {
    assertThrows(IllegalArgumentException.class, kernel::run);
  }
}
