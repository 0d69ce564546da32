package org.gan4j.layers;

import java.util.Arrays;
import org.gan4j.device.Philox;

/** How the weights of a layer begin. */
public sealed interface WeightInit extends ParameterInit {
  /**
   * Refuses layers that are too small.
   *
   * @param inputs of the layer
   * @throws IllegalArgumentException if weights can't begin like this with so few inputs
   */
  void requireInputs(int inputs);

  /**
   * Weights that keep the variance of activations and gradients (Glorot and Bengio, 2010).
   *
   * @param inputs of the layer, ≥ 1
   * @param outputs of the layer, ≥ 1
   * @return uniform ones
   */
  static WeightInit spread(int inputs, int outputs) {
    return new Uniform(Math.sqrt(6.0 / ((double) inputs + outputs)));
  }

  /**
   * Independent and uniform on (−irange, irange).
   *
   * @param irange half the width of the range, ≥ 0
   */
  record Uniform(double irange) implements WeightInit {
    public Uniform {
      if (!(irange >= 0 && irange <= 1e3)) {
        throw new IllegalArgumentException("irange must be 0 to 1000, not " + irange);
      }
    }

    @Override
    public void requireInputs(int inputs) {}

    @Override
    public boolean inParts() {
      return true;
    }

    @Override
    public void fill(float[] values, int columns, Philox random, double[] dataMean) {
      float range = (float) irange;
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextSymmetric() * range;
      }
    }
  }

  /**
   * Every output unit gets the same number of non-zero incoming weights, each N(0, 1), at places
   * drawn without replacement.
   *
   * @param connections non-zero weights of one output unit, ≥ 1; at most the layer's inputs
   */
  record Sparse(int connections) implements WeightInit {
    public Sparse {
      if (connections < 1) {
        throw new IllegalArgumentException(
            "sparse weights need at least 1 connection, not " + connections);
      }
    }

    @Override
    public void requireInputs(int inputs) {
      if (connections > inputs) {
        throw new IllegalArgumentException(
            "sparse weights ask for "
                + connections
                + " connections, but the layer has only "
                + inputs
                + " inputs");
      }
    }

    @Override
    public boolean inParts() {
      return false;
    }

    @Override
    public void fill(float[] values, int columns, Philox random, double[] dataMean) {
      int rows = values.length / columns;
      int[] inputs = new int[rows];
      Arrays.setAll(inputs, i -> i);
      for (int column = 0; column < columns; column++) {
        for (int c = 0; c < connections; c++) {
          int other = c + random.nextInt(rows - c);
          int chosen = inputs[other];
          inputs[other] = inputs[c];
          inputs[c] = chosen;
          values[chosen * columns + column] = (float) random.nextNormal();
        }
      }
    }
  }
}
