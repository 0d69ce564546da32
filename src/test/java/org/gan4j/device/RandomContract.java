package org.gan4j.device;

import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Uniform and normal numbers, dropout. */
public abstract class RandomContract extends KernelsContract {
  private static final long SEED = 0x9E3779B97F4A7C15L;
  private static final long LATE_STEP = (7L << 32) + 5;
  private static final int SITE = -3;

  /** In units of the standard deviation; the largest of the numbers is 5.8. */
  private static final double NORMAL_ERROR = 1e-6;

  /** √n·D beyond which Kolmogorov and Smirnov reject at 1 in 1000. */
  private static final double KOLMOGOROV = 1.95;

  /**
   * With key 0, site 0: steps whose first word makes u least or 1, or whose second v = 1 or a whole
   * number of quarters of the circle.
   */
  private static final long[] EXTREME_STEPS = {
    33008474, 40369361, 1205178, 17060736, 10174669, 9373564, 4004868, 7284451, 21172750
  };

  private static float[] uniforms(int n, long seed, double scale) {
    Philox words = new Philox(seed, SITE, LATE_STEP);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = words.nextSymmetric() * (float) scale;
    }
    return values;
  }

  /** Words 2i and 2i + 1 give elements 2i, the cosine's, and 2i + 1, the sine's. */
  private static double[] normals(int n, long seed, int site, long step) {
    Philox words = new Philox(seed, site, step);
    double[] values = new double[n + n % 2];
    for (int i = 0; i < n; i += 2) {
      double u = ((words.nextWord() >>> 8) + 1) * 0x1p-24;
      double v = ((words.nextWord() >>> 8) + 1) * 0x1p-24;
      double radius = Math.sqrt(-2 * Math.log(u));
      values[i] = radius * Math.cos(2 * Math.PI * v);
      values[i + 1] = radius * Math.sin(2 * Math.PI * v);
    }
    return values;
  }

  static boolean[] mask(int n, double keep, long seed, int site, long step) {
    long threshold = Math.round(keep * 0x1p32);
    Philox words = new Philox(seed, site, step);
    boolean[] kept = new boolean[n];
    for (int i = 0; i < n; i++) {
      kept[i] = Integer.toUnsignedLong(words.nextWord()) < threshold;
    }
    return kept;
  }

  private float[] draw(int n, States from, int site, boolean normal) {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, from);
      if (normal) {
        rig.run(() -> rig.kernels().normal(out, 1, state, site), out);
      } else {
        rig.run(() -> rig.kernels().uniform(out, 0, 1, state, site), out);
      }
      return rig.floats(out, 0);
    }
  }

  @Test
  void uniformByHand() {
    // The first known word, 6627e8d5, without its last byte, centred.
    assertEquals(-1693719.5f / (1 << 23), draw(1, States.of(0, 0), 0, false)[0]);
  }

  @Test
  void uniformIsTheHostsToTheBit() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(n);
          DeviceBuffer state = rig.state();
          rig.freeze().write(state, States.of(SEED, LATE_STEP));
          for (float mean : new float[] {0, 0.6f}) {
            rig.run(() -> rig.kernels().uniform(out, mean, 1.7, state, SITE), out);
            for (int r = 0; r < replicas; r++) {
              float[] expected = uniforms(n, SEED + r, 1.7);
              for (int i = 0; i < n; i++) {
                expected[i] += mean;
              }
              assertSameBits(expected, rig.floats(out, r), n + " uniforms about " + mean);
            }
          }
        }
      }
    }
  }

  @Test
  void seedStepAndSiteAllMatter() {
    float[] numbers = draw(64, States.of(1, 2), 3, false);
    assertFalse(Arrays.equals(numbers, draw(64, States.of(2, 2), 3, false)));
    assertFalse(Arrays.equals(numbers, draw(64, States.of(1L << 32 | 1, 2), 3, false)));
    assertFalse(Arrays.equals(numbers, draw(64, States.of(1, 3), 3, false)));
    assertFalse(Arrays.equals(numbers, draw(64, States.of(1, 1L << 32 | 2), 3, false)));
    assertFalse(Arrays.equals(numbers, draw(64, States.of(1, 2), 4, false)));
  }

  @Test
  void normalIsBoxAndMullersWithinRounding() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(n);
          DeviceBuffer state = rig.state();
          rig.freeze().write(state, States.of(SEED, LATE_STEP));
          rig.run(() -> rig.kernels().normal(out, 0.5, state, SITE), out);
          for (int r = 0; r < replicas; r++) {
            double[] expected = normals(n, SEED + r, SITE, LATE_STEP);
            float[] found = rig.floats(out, r);
            for (int i = 0; i < n; i++) {
              assertClose(0.5 * expected[i], found[i], 0.5 * NORMAL_ERROR, "normal " + i);
            }
          }
        }
      }
    }
  }

  @Test
  void normalAtTheEndsOfItsRange() {
    for (long step : EXTREME_STEPS) {
      double[] expected = normals(2, 0, 0, step);
      float[] found = draw(2, States.of(0, step), 0, true);
      for (int i = 0; i < 2; i++) {
        assertClose(expected[i], found[i], NORMAL_ERROR, "step " + step + ", element " + i);
      }
    }
  }

  @Test
  void addNormalAddsTheSameNumbers() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer noise = rig.floats(n);
          DeviceBuffer in = rig.floats(n);
          DeviceBuffer out = rig.floats(n);
          DeviceBuffer state = rig.state();
          rig.freeze().write(state, States.of(SEED, 3));
          float[][] values = rig.randoms(in, 11, 2);
          rig.run(() -> rig.kernels().normal(noise, 0.3, state, SITE), noise);
          rig.run(() -> rig.kernels().addNormal(out, in, 0.3, state, SITE), out);
          rig.run(() -> rig.kernels().addNormal(in, in, 0.3, state, SITE), in);
          for (int r = 0; r < replicas; r++) {
            float[] expected = rig.floats(noise, r);
            for (int i = 0; i < n; i++) {
              expected[i] += values[r][i];
            }
            assertSameBits(expected, rig.floats(out, r), "added noise");
            assertSameBits(expected, rig.floats(in, r), "noise added in place");
          }
        }
      }
    }
  }

  @Test
  void normalNumbersLookNormal() {
    int n = 100_000;
    float[] numbers = draw(n, States.of(42, 1), 5, true);
    double[] powers = new double[5];
    for (float x : numbers) {
      for (int p = 1; p <= 4; p++) {
        powers[p] += Math.pow(x, p) / n;
      }
    }
    // Four standard errors: the variances of x, x², x³, x⁴ are 1, 2, 15 and 96.
    double error = 4 / Math.sqrt(n);
    assertClose(0, powers[1], error, "mean");
    assertClose(1, powers[2], error * Math.sqrt(2), "second moment");
    assertClose(0, powers[3], error * Math.sqrt(15), "third moment");
    assertClose(3, powers[4], error * Math.sqrt(96), "fourth moment");
    Arrays.sort(numbers);
    double distance = 0;
    for (int i = 0; i < n; i++) {
      double below = Numbers.normalCumulative(numbers[i]);
      distance = Math.max(distance, Math.max(below - (double) i / n, (i + 1.0) / n - below));
    }
    assertTrue(Math.sqrt(n) * distance < KOLMOGOROV, "Kolmogorov distance " + distance);
  }

  @Test
  void uniformNumbersLookUniform() {
    int n = 100_000;
    float[] numbers = draw(n, States.of(43, 1), 5, false);
    Arrays.sort(numbers);
    double distance = 0;
    for (int i = 0; i < n; i++) {
      double below = (numbers[i] + 1) / 2;
      distance = Math.max(distance, Math.max(below - (double) i / n, (i + 1.0) / n - below));
    }
    assertTrue(Math.sqrt(n) * distance < KOLMOGOROV, "Kolmogorov distance " + distance);
  }

  @Test
  void dropoutIsTheMaskOfTheWords() {
    for (int n : SIZES) {
      for (int replicas : REPLICAS) {
        for (double keep : new double[] {0.8, 0.5, 0.001}) {
          checkDropout(n, replicas, keep);
        }
      }
    }
  }

  private void checkDropout(int n, int replicas, double keep) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer in = rig.floats(n);
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, LATE_STEP));
      float[][] values = rig.randoms(in, 12, 3);
      rig.run(() -> rig.kernels().dropout(out, in, keep, state, SITE), out);
      rig.run(() -> rig.kernels().dropout(in, in, keep, state, SITE), in);
      for (int r = 0; r < replicas; r++) {
        boolean[] kept = mask(n, keep, SEED + r, SITE, LATE_STEP);
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
          expected[i] = kept[i] ? values[r][i] * (float) (1 / keep) : 0;
        }
        assertSameBits(expected, rig.floats(out, r), "dropout");
        assertSameBits(expected, rig.floats(in, r), "dropout in place");
      }
    }
  }

  @Test
  void dropoutsGradientIsScaledByRows() {
    for (int rows : new int[] {1, 3, 100}) {
      for (int width : new int[] {1, 3, 4, 7, 784}) {
        for (int replicas : REPLICAS) {
          checkScaledGradient(rows, width, replicas);
        }
      }
    }
  }

  private void checkScaledGradient(int rows, int width, int replicas) {
    int n = rows * width;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer delta = rig.floats(n);
      DeviceBuffer out = rig.floats(n);
      DeviceBuffer factors = rig.floats(rows);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(SEED, LATE_STEP));
      float[][] values = rig.randoms(delta, 12, 3);
      float[][] scales = rig.randoms(factors, 13, 2);
      rig.run(
          () -> rig.kernels().dropoutBackward(out, delta, 0.8, factors, rows, state, SITE), out);
      rig.run(() -> rig.kernels().dropoutBackward(delta, delta, 0.8, null, 1, state, SITE), delta);
      for (int r = 0; r < replicas; r++) {
        boolean[] kept = mask(n, 0.8, SEED + r, SITE, LATE_STEP);
        float[] expected = new float[n];
        float[] plain = new float[n];
        for (int i = 0; i < n; i++) {
          plain[i] = kept[i] ? values[r][i] * (float) (1 / 0.8) : 0;
          expected[i] = scales[r][i / width] * plain[i];
        }
        assertSameBits(expected, rig.floats(out, r), "scaled gradient of dropout");
        assertSameBits(plain, rig.floats(delta, r), "gradient of dropout in place");
      }
    }
  }

  private float[] dropOnes(int n, double keep, States from, int site) {
    try (Rig rig = rig(1)) {
      DeviceBuffer values = rig.floats(n);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, from);
      rig.run(() -> rig.kernels().fill(values, 1), values);
      rig.run(() -> rig.kernels().dropout(values, values, keep, state, site), values);
      return rig.floats(values, 0);
    }
  }

  @Test
  void dropoutByHand() {
    // The words of key 0 begin 6627e8d5 e169c58d bc57ac4c 9b00dbd8: the first is below 2³¹.
    float[] expected = {2, 0, 0, 0};
    assertSameBits(expected, dropOnes(4, 0.5, States.of(0, 0), 0), "half of them");
  }

  @Test
  void keepingAlmostAllKeepsAll() {
    float[] ones = new float[1000];
    Arrays.fill(ones, 1);
    assertSameBits(ones, dropOnes(1000, 1 - 1e-15, States.of(1, 1), 1), "keep of nearly 1");
  }

  @Test
  void masksKeepTheirShareAndTheMean() {
    int n = 100_000;
    for (double keep : new double[] {0.8, 0.5}) {
      double kept = 0;
      double sum = 0;
      for (float value : dropOnes(n, keep, States.of(77, 9), 2)) {
        kept += value != 0 ? 1 : 0;
        sum += value;
      }
      double error = 4 * Math.sqrt(keep * (1 - keep) / n);
      assertClose(keep, kept / n, error, "share that is kept");
      assertClose(1, sum / n, error / keep, "mean");
    }
  }
}
