package org.gan4j.layers;

import java.util.Arrays;
import org.gan4j.device.Philox;

/** How the biases of a layer begin. */
public sealed interface BiasInit extends ParameterInit {
  /**
   * One value for all.
   *
   * @param value the bias, finite
   */
  record Constant(double value) implements BiasInit {
    public Constant {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a bias must be finite, not " + value);
      }
    }

    @Override
    public boolean inParts() {
      return true;
    }

    @Override
    public void fill(float[] values, int columns, Philox random, double[] dataMean) {
      Arrays.fill(values, (float) value);
    }
  }

  /**
   * The logits of the training set's mean pixels, logit(clip(mean, 1e-7, 1 − 1e-7)), so that a
   * sigmoid generator begins at the mean image. Only for the last layer of a generator.
   */
  record DataMean() implements BiasInit {
    @Override
    public boolean inParts() {
      return false;
    }

    @Override
    public void fill(float[] values, int columns, Philox random, double[] dataMean) {
      if (dataMean.length != values.length) {
        throw new IllegalArgumentException(
            "a bias from the data's mean needs as many units as an example has values: "
                + dataMean.length
                + ", not "
                + values.length);
      }
      for (int i = 0; i < values.length; i++) {
        double mean = Math.min(Math.max(dataMean[i], 1e-7), 1 - 1e-7);
        values[i] = (float) Math.log(mean / (1 - mean));
      }
    }
  }
}
