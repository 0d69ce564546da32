package org.gan4j.device;

import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Masks of completion, and what is done with them. */
public abstract class MaskContract extends KernelsContract {
  private static final long SEED = 0x123456789L;
  private static final long STEP = (3L << 32) + 9;
  private static final int SITE = 77;

  private static final double[][] WEIGHTS = {
    {1, 0, 0, 0, 0},
    {0, 1, 0, 0, 0},
    {0, 0, 1, 0, 0},
    {0, 0, 0, 1, 0},
    {0, 0, 0, 0, 1},
    {1, 1, 1, 1, 1},
    {3, 0, 2, 0.5, 0}
  };

  private static MaskWeights weights(double... w) {
    return new MaskWeights(w[0], w[1], w[2], w[3], w[4]);
  }

  private float[] draw(int rows, int channels, int height, int width, int replica, double... w) {
    try (Rig rig = rig(replica + 1)) {
      DeviceBuffer out = rig.floats((long) rows * channels * height * width);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, STEP));
      rig.run(
          () -> rig.kernels().masks(out, rows, channels, height, width, weights(w), state, SITE),
          out);
      return rig.floats(out, replica);
    }
  }

  @Test
  void masksAreTheHostsToTheBit() {
    int[][] sizes = {{1, 1, 1, 1}, {3, 1, 1, 7}, {31, 3, 5, 3}, {33, 1, 13, 11}, {2, 1, 28, 28}};
    for (double[] w : WEIGHTS) {
      for (int[] s : sizes) {
        for (int replica = 0; replica < 2; replica++) {
          float[] expected =
              ReferenceMasks.of(SEED + replica, STEP, SITE, s[0], s[1], s[2], s[3], w);
          assertSameBits(expected, draw(s[0], s[1], s[2], s[3], replica, w), s[0] + " masks");
        }
      }
    }
  }

  /** Of 4,000 rows each kind has its share, and each half of them is as frequent. */
  @Test
  void kindsHaveTheirShares() {
    int rows = 4000;
    float[] masks = draw(rows, 1, 2, 2, 0, 2, 1, 0, 0, 1);
    int[] visible = new int[5];
    int[] lefts = new int[2];
    for (int row = 0; row < rows; row++) {
      int seen = 0;
      for (int i = 0; i < 4; i++) {
        seen += (int) masks[4 * row + i];
      }
      visible[seen]++;
      boolean left = masks[4 * row] == 0 && masks[4 * row + 2] == 0;
      lefts[seen == 2 && left ? 1 : 0]++;
    }
    // Four standard deviations.
    assertClose(2000, visible[2], 4 * Math.sqrt(rows * 0.25), "halves");
    assertClose(1000, visible[3], 4 * Math.sqrt(rows * 0.19), "quadrants");
    assertClose(1000, visible[0], 4 * Math.sqrt(rows * 0.19), "all");
    assertClose(500, lefts[1], 4 * Math.sqrt(rows * 0.11), "left halves");
  }

  @Test
  void composesToTheBit() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer mask = rig.floats(n);
          DeviceBuffer seen = rig.floats(n);
          DeviceBuffer made = rig.floats(n);
          DeviceBuffer out = rig.floats(n);
          rig.freeze();
          float[][] s = rig.randoms(seen, 1, 1);
          float[][] g = rig.randoms(made, 2, 1);
          float[][] m = halfOnes(rig, mask);
          rig.run(() -> rig.kernels().compose(out, mask, seen, made), out);
          rig.run(() -> rig.kernels().compose(made, mask, seen, made), made);
          for (int r = 0; r < replicas; r++) {
            float[] expected = new float[n];
            for (int i = 0; i < n; i++) {
              expected[i] = m[r][i] == 1 ? s[r][i] : g[r][i];
            }
            assertSameBits(expected, rig.floats(out, r), "composed");
            assertSameBits(expected, rig.floats(made, r), "composed in place");
          }
        }
      }
    }
  }

  @Test
  void slopesOfHiddenValuesAlone() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer mask = rig.floats(n);
          DeviceBuffer slope = rig.floats(n);
          DeviceBuffer made = rig.floats(n);
          DeviceBuffer real = rig.floats(n);
          rig.freeze();
          float[][] d = rig.randoms(slope, 3, 1);
          float[][] g = rig.randoms(made, 4, 1);
          float[][] x = rig.randoms(real, 5, 1);
          float[][] m = halfOnes(rig, mask);
          rig.run(() -> rig.kernels().completionSlope(slope, mask, made, real, 0.25), slope);
          for (int r = 0; r < replicas; r++) {
            float[] found = rig.floats(slope, r);
            for (int i = 0; i < n; i++) {
              double expected = m[r][i] == 1 ? 0 : d[r][i] + 0.25 * ((double) g[r][i] - x[r][i]);
              assertClose(expected, found[i], 4 * Numbers.ROUNDING, "slope " + i);
            }
          }
        }
      }
    }
  }

  private static float[][] halfOnes(Rig rig, DeviceBuffer mask) {
    float[][] values = rig.randoms(mask, 6, 1);
    for (int r = 0; r < values.length; r++) {
      for (int i = 0; i < values[r].length; i++) {
        values[r][i] = values[r][i] > 0 ? 1 : 0;
      }
      Buffers.write(mask, r, values[r]);
    }
    return values;
  }

  @Test
  void weightsAndSizesAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> new MaskWeights(0, 0, 0, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new MaskWeights(1, -1, 1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new MaskWeights(Double.NaN, 1, 0, 0, 0));
    assertEquals(1L << 31, weights(1, 0, 0, 0, 1).bound(0));
    assertEquals(1L << 32, weights(1, 1, 0, 0, 0).bound(3));
    try (Rig rig = rig(1)) {
      DeviceBuffer small = rig.floats(11);
      DeviceBuffer state = rig.state();
      rig.freeze();
      Kernels kernels = rig.kernels();
      MaskWeights some = weights(WEIGHTS[5]);
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.masks(small, 1, 1, 3, 4, some, state, SITE));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.masks(small, 1, 1, 1 << 16, 1 << 16, some, state, SITE));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.compose(small, small, small, small.view(0, 5)));
      assertThrows(
          IllegalArgumentException.class,
          () -> kernels.completionSlope(small, small, small, small, -1));
    }
  }
}
