package org.gan4j.layers;

import java.util.List;
import org.gan4j.device.DeviceBuffer;

/**
 * One weight matrix, set of filters or bias vector of a network, with its velocity.
 *
 * @param name layer and role, for example 0.weights
 * @param rows inputs of the layer, or filters; 1 for biases
 * @param columns outputs of the layer, weights of a filter, or biases
 * @param value [rows][columns] of every replica
 * @param velocity [rows][columns] of every replica: what the last update added
 * @param moments [rows][columns] of every replica: the decaying means of the gradient and of its
 *     square, where the network has Adam; else none
 */
public record Parameter(
    String name,
    int rows,
    int columns,
    DeviceBuffer value,
    DeviceBuffer velocity,
    List<DeviceBuffer> moments) {
  /**
   * Elements of one replica.
   *
   * @return rows · columns
   */
  public int size() {
    return rows * columns;
  }

  boolean has(String role) {
    return name.endsWith("." + role);
  }

  /**
   * Whether this is a weight matrix.
   *
   * @return false for filters and biases
   */
  public boolean isWeights() {
    return has(ParameterShape.WEIGHTS);
  }

  /**
   * Whether this is a vector of biases.
   *
   * @return false for all that is multiplied
   */
  public boolean isBiases() {
    return has(ParameterShape.BIASES);
  }
}
