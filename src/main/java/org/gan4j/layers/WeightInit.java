package org.gan4j.layers;

/** How the weights of a layer begin. */
public sealed interface WeightInit {
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
  }
}
