package org.gan4j.recipe;

import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.Philox;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;
import org.gan4j.layers.RandomStreams;

/**
 * What the generator's input z is drawn from; its elements are independent.
 *
 * @param distribution the family
 * @param size elements of one z, 1 to 65536
 * @param scale half the width of U(mean − scale, mean + scale), or the standard deviation of N(0,
 *     scale²); &gt; 0
 * @param mean of uniform noise; 0 for normal noise
 * @param sampleScale factor of scale where z is drawn for samples, those that are looked at, scored
 *     or given away, in (0, 1]: training draws without it. Below 1 samples are nearer to the
 *     mean's: better, as a rule, and less various (Brock et al., 2019, truncate z for that)
 */
public record Noise(
    Distribution distribution,
    int size,
    @Default("1") double scale,
    @Default("0") double mean,
    @Default("1") double sampleScale) {
  /** A family of distributions. */
  public enum Distribution {
    /** U(mean − scale, mean + scale). */
    UNIFORM,
    /** N(0, scale²). */
    NORMAL
  }

  public Noise {
    Checks.present("distribution", distribution);
    Checks.range("size", size, 1, 65536);
    Checks.positive("scale", scale);
    Checks.range("mean", mean, -1e6, 1e6);
    if (mean != 0 && distribution == Distribution.NORMAL) {
      throw new IllegalArgumentException("mean must be 0 for normal noise, not " + mean);
    }
    Checks.positive("sample_scale", sampleScale);
    Checks.range("sample_scale", sampleScale, 0, 1);
  }

  /**
   * Noise about 0.
   *
   * @param distribution the family
   * @param size elements of one z, 1 to 65536
   * @param scale half the width, or the standard deviation; &gt; 0
   */
  public Noise(Distribution distribution, int size, double scale) {
    this(distribution, size, scale, 0);
  }

  /**
   * The same for samples as in training.
   *
   * @param distribution the family
   * @param size elements of one z, 1 to 65536
   * @param scale half the width, or the standard deviation; &gt; 0
   * @param mean of uniform noise; 0 for normal noise
   */
  public Noise(Distribution distribution, int size, double scale, double mean) {
    this(distribution, size, scale, mean, 1);
  }

  /**
   * What z of samples is drawn from.
   *
   * @return this, narrower by {@link #sampleScale}
   */
  public Noise ofSamples() {
    return new Noise(distribution, size, scale * sampleScale, mean, 1);
  }

  /**
   * The variance of an element of z in training.
   *
   * @return &gt; 0
   */
  public double variance() {
    return distribution == Distribution.UNIFORM ? scale * scale / 3 : scale * scale;
  }

  /**
   * Draws z on a device. Part of a step.
   *
   * @param kernels of the device
   * @param out [any number of z][size]; modified
   * @param state training state, whose seed and step are used; not modified
   * @param site which source of noise this is
   */
  public void draw(Kernels kernels, DeviceBuffer out, DeviceBuffer state, int site) {
    if (distribution == Distribution.UNIFORM) {
      kernels.uniform(out, mean, scale, state, site);
    } else {
      kernels.normal(out, scale, state, site);
    }
  }

  /**
   * Draws some z on the host, for pictures; training and sampling use other numbers.
   *
   * @param count how many, ≥ 1
   * @param seed another one gives others
   * @return [count][size]
   */
  public float[] draw(int count, long seed) {
    Philox random = new Philox(seed, RandomStreams.HOST_NOISE.first(), 0);
    float[] z = new float[Math.multiplyExact(count, size)];
    for (int i = 0; i < z.length; i++) {
      boolean uniform = distribution == Distribution.UNIFORM;
      z[i] = (float) (mean + scale * (uniform ? random.nextSymmetric() : random.nextNormal()));
    }
    return z;
  }
}
