package org.gan4j.layers;

/**
 * The immutable description of one layer. A network is a list of them; what a layer receives
 * follows from the layer before it.
 */
public sealed interface LayerSpec {
  /**
   * Values per example that leave the layer.
   *
   * @param inputs values per example that enter it, ≥ 1
   * @return values per example, ≥ 1
   * @throws IllegalArgumentException if the layer can't take that many inputs
   */
  int outputs(int inputs);

  /**
   * y = activation(x·W + b).
   *
   * @param units output units, ≥ 1
   * @param activation the non-linearity
   * @param weights how W [inputs × units] begins
   * @param bias how b [units] begins
   */
  record Dense(int units, Activation activation, WeightInit weights, BiasInit bias)
      implements LayerSpec {
    public Dense {
      requireUnits(units);
      requirePresent("activation", activation);
      requirePresent("weights", weights);
      requirePresent("bias", bias);
    }

    @Override
    public int outputs(int inputs) {
      requireConnections(weights, inputs);
      return units;
    }
  }

  /**
   * Maxout (Goodfellow et al., 2013): each unit is the largest of its linear pieces, each with its
   * own weights and bias; column unit·pieces + piece of W belongs to that unit's piece.
   *
   * @param units output units, ≥ 1
   * @param pieces linear pieces of one unit, 1 to 254
   * @param weights how W [inputs × units·pieces] begins
   * @param bias how b [units·pieces] begins
   */
  record Maxout(int units, int pieces, WeightInit weights, BiasInit bias) implements LayerSpec {
    /** One byte holds which piece won; one value of it is kept for "dropped". */
    public static final int MAX_PIECES = 254;

    public Maxout {
      requireUnits(units);
      if (pieces < 1 || pieces > MAX_PIECES) {
        throw new IllegalArgumentException(
            "maxout takes 1 to " + MAX_PIECES + " pieces, not " + pieces);
      }
      requireUnits(Math.multiplyExact(units, pieces));
      requirePresent("weights", weights);
      requirePresent("bias", bias);
    }

    @Override
    public int outputs(int inputs) {
      requireConnections(weights, inputs);
      return units;
    }
  }

  /**
   * In training each value is kept with probability keep and divided by it, else set to 0, per
   * element and per example (Srivastava et al., 2014). When sampling or evaluating it does nothing.
   *
   * @param keep the probability to keep a value, in (0, 1]
   */
  record Dropout(double keep) implements LayerSpec {
    public Dropout {
      if (!(keep > 0 && keep <= 1)) {
        throw new IllegalArgumentException(
            "keep must be a probability above 0, at most 1, not " + keep);
      }
    }

    @Override
    public int outputs(int inputs) {
      return inputs;
    }
  }

  /**
   * Adds N(0, stddev²) to every value, in training and when sampling: the noise that the paper's
   * theory permits in the middle of a generator.
   *
   * @param stddev standard deviation, ≥ 0
   */
  record GaussianNoise(double stddev) implements LayerSpec {
    public GaussianNoise {
      if (!(stddev >= 0 && stddev <= 1e6)) {
        throw new IllegalArgumentException("stddev must be 0 to 1e6, not " + stddev);
      }
    }

    @Override
    public int outputs(int inputs) {
      return inputs;
    }
  }

  private static void requireUnits(int units) {
    if (units < 1 || units > 1 << 20) {
      throw new IllegalArgumentException("a layer has 1 to 1048576 units, not " + units);
    }
  }

  private static void requirePresent(String name, Object value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
  }

  private static void requireConnections(WeightInit weights, int inputs) {
    if (weights instanceof WeightInit.Sparse sparse && sparse.connections() > inputs) {
      throw new IllegalArgumentException(
          "sparse weights ask for "
              + sparse.connections()
              + " connections, but the layer has only "
              + inputs
              + " inputs");
    }
  }
}
