package org.gan4j.layers;

/**
 * The parameters that a layer has.
 *
 * @param role of the matrix: weights or filters
 * @param rows inputs of the layer, or filters
 * @param columns outputs of the layer's linear part, or weights of a filter
 * @param biases how many
 * @param weights how the matrix begins
 * @param bias how the biases begin
 */
public record ParameterShape(
    String role, int rows, int columns, int biases, WeightInit weights, BiasInit bias) {
  static ParameterShape matrix(int inputs, int outputs, WeightInit weights, BiasInit bias) {
    return new ParameterShape(Parameter.WEIGHTS, inputs, outputs, outputs, weights, bias);
  }

  static ParameterShape filters(
      int filters, int filterSize, int biases, WeightInit weights, BiasInit bias) {
    return new ParameterShape("filters", filters, filterSize, biases, weights, bias);
  }

  /**
   * All parameters of one replica.
   *
   * @return weights and biases
   */
  public long count() {
    return (long) rows * columns + biases;
  }
}
