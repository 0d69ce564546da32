package org.gan4j.layers;

/**
 * Which random numbers are whose: the site of every noise source of an iteration. Sub-step j of an
 * iteration, from 0, owns 1024 sites: z first, then the two networks' layers.
 */
public final class Sites {
  private static final int STEP = 1024;

  /** Initial parameters: what keeps the discriminator's draws apart from the generator's. */
  public static final int DISCRIMINATOR_INIT = Network.SITES;

  /** Noise that is drawn on the host. */
  public static final int HOST = 0x3000_0000;

  /** Samples that are drawn for pictures and scores, apart from training. */
  public static final int SAMPLING = 0x4000_0000;

  private Sites() {}

  public static int noise(int subStep) {
    return subStep * STEP;
  }

  public static int generator(int subStep) {
    return subStep * STEP + Network.SITES;
  }

  public static int discriminator(int subStep) {
    return subStep * STEP + 2 * Network.SITES;
  }
}
