package org.gan4j.layers;

import org.gan4j.device.Philox;

/** How the values of one parameter begin. */
public sealed interface ParameterInit permits WeightInit, BiasInit {
  /**
   * Whether values follow one another in the order of their places, so that a large parameter can
   * be filled in parts.
   *
   * @return false: {@link #fill} is to be given all values at once
   */
  boolean inParts();

  /**
   * Sets values.
   *
   * @param values [rows][columns], zeros; or the next part of them; modified
   * @param columns of the parameter
   * @param random of one parameter of one replica; modified
   * @param dataMean mean of every value of the data, in [0, 1]
   * @throws IllegalArgumentException if this can't be the beginning of so many values
   */
  void fill(float[] values, int columns, Philox random, double[] dataMean);
}
