package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;

/**
 * What a backward pass is asked for.
 *
 * @param parameters whether velocities take in the gradients of weights and biases
 * @param rowScaleOrNull [rows]: factor of each example in those gradients, not in the gradient that
 *     goes on to the input; null: ones
 * @param inputRows of how many examples, from the first, the gradient with respect to the network's
 *     input is wanted; 0: of none
 * @param stepsOrNull of the network, if its update follows: a layer that makes the gradients of its
 *     parameters may update them at once; null: none may
 * @param inputScaleOrNull [inputRows]: factor of each example in the gradient with respect to the
 *     network's input; null: ones
 */
public record Gradients(
    boolean parameters,
    DeviceBuffer rowScaleOrNull,
    int inputRows,
    Steps stepsOrNull,
    DeviceBuffer inputScaleOrNull) {
  /**
   * Without any update.
   *
   * @param parameters whether velocities take in the gradients of weights and biases
   * @param rowScaleOrNull [rows]: factor of each example in those gradients; null: ones
   * @param inputRows of how many examples the gradient with respect to the input is wanted
   */
  public Gradients(boolean parameters, DeviceBuffer rowScaleOrNull, int inputRows) {
    this(parameters, rowScaleOrNull, inputRows, null, null);
  }
}
