package org.gan4j.layers;

import java.util.List;

/**
 * A parameter that a layer has.
 *
 * @param role what it is to the layer, one of its kind
 * @param rows inputs of the layer, or filters; 1 for biases
 * @param columns outputs of the layer's linear part, weights of a filter, or biases
 * @param init how it begins
 */
public record ParameterShape(String role, int rows, int columns, ParameterInit init) {
  /** A matrix whose columns are the incoming weights of a unit; their norms can be capped. */
  static final String WEIGHTS = "weights";

  static final String FILTERS = "filters";
  static final String BIASES = "biases";
  static final String SCALE = "scale";
  static final String SHIFT = "shift";

  /** What ran along in training, and no optimiser changes. */
  static final String MEAN = "mean";

  static final String VARIANCE = "variance";

  static List<ParameterShape> matrix(int inputs, int outputs, WeightInit weights, BiasInit bias) {
    return List.of(
        new ParameterShape(WEIGHTS, inputs, outputs, weights),
        new ParameterShape(BIASES, 1, outputs, bias));
  }

  static List<ParameterShape> filters(
      int filters, int filterSize, int biases, WeightInit weights, BiasInit bias) {
    return List.of(
        new ParameterShape(FILTERS, filters, filterSize, weights),
        new ParameterShape(BIASES, 1, biases, bias));
  }

  /**
   * Values of one replica.
   *
   * @return rows · columns
   */
  public long count() {
    return (long) rows * columns;
  }
}
