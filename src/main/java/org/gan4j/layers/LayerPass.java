package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;

/**
 * One layer at work on minibatches of one size. It owns what it must remember between forward and
 * backward.
 */
interface LayerPass {
  /**
   * out ← layer(in).
   *
   * @param out [rows][outputs]; modified
   * @param in [rows][inputs]; not modified
   * @param state training state
   * @param site of the layer's noise, if it has any
   */
  void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site);

  /**
   * The gradient of the forward pass that was made last.
   *
   * @param in [rows][inputs] of the forward pass; not modified
   * @param out [rows][outputs] of the forward pass; not modified
   * @param delta [rows][outputs], the gradient with respect to out; modified
   * @param request what is wanted of the parameters
   * @param inDeltaOrNull [inputRows][inputs] ← the gradient with respect to in; modified
   * @param inputRows of how many examples, from the first, that is wanted
   * @param state training state
   * @param site as in the forward pass
   */
  void backward(
      DeviceBuffer in,
      DeviceBuffer out,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state,
      int site);

  /**
   * Whether the gradient with respect to the input is made in place of delta.
   *
   * @return true if backward's inDelta is to be the same buffer as delta
   */
  boolean inPlace();

  /**
   * Whether the gradient with respect to the input is scaled as the request says, where this layer
   * is the network's first.
   *
   * @return false if that is left to the caller
   */
  default boolean scalesInput() {
    return false;
  }
}
