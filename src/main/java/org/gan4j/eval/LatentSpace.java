package org.gan4j.eval;

import org.gan4j.device.Philox;
import org.gan4j.recipe.Noise;

/**
 * A generator's noise as a function of u, which has no bounds, for chains that follow gradients.
 * Normal noise is z = scale·u with u ~ N(0, 1). Uniform noise is z = mean + scale·tanh(u/2) with u
 * from the logistic distribution, whose distribution function (1 + tanh(u/2))/2 makes z exactly
 * U(mean − scale, mean + scale). The elements of u are independent, as those of z are.
 */
final class LatentSpace {
  /** Of the way to the ends of uniform noise, where u is infinite and slopes vanish. */
  private static final double FAR = 0.99;

  private final boolean uniform;
  private final int size;
  private final double mean;
  private final double scale;

  LatentSpace(Noise noise) {
    this.uniform = noise.distribution() == Noise.Distribution.UNIFORM;
    this.size = noise.size();
    this.mean = noise.mean();
    this.scale = noise.scale();
  }

  /** Elements of one u. */
  int size() {
    return size;
  }

  /** One element from its prior. */
  double draw(Philox random) {
    if (uniform) {
      double v = random.nextSymmetric();
      return Math.log1p(v) - Math.log1p(-v);
    }
    return random.nextNormal();
  }

  /** ln p(u) of one element, without the constant of the normal distribution. */
  double logDensity(double u) {
    if (uniform) {
      double far = Math.abs(u);
      return -far - 2 * Math.log1p(Math.exp(-far));
    }
    return -u * u / 2;
  }

  /** d ln p(u) / du. */
  double slope(double u) {
    return uniform ? -Math.tanh(u / 2) : -u;
  }

  /** z(u). */
  double noise(double u) {
    return mean + scale * (uniform ? Math.tanh(u / 2) : u);
  }

  /** A u of z; of a z that noise has not, or hardly ever, one near the end of what it has. */
  double position(double z) {
    double v = (z - mean) / scale;
    if (uniform) {
      v = Math.max(-FAR, Math.min(FAR, v));
      return Math.log1p(v) - Math.log1p(-v);
    }
    return v;
  }

  /** dz / du. */
  double derivative(double u) {
    if (uniform) {
      double t = Math.tanh(u / 2);
      return scale / 2 * (1 - t * t);
    }
    return scale;
  }
}
