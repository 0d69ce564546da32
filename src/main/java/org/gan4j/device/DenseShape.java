package org.gan4j.device;

/**
 * A dense layer at work on a minibatch.
 *
 * @param rows examples, ≥ 1
 * @param inputs values per example that enter, ≥ 1
 * @param outputs values per example that leave, ≥ 1
 */
public record DenseShape(int rows, int inputs, int outputs) {
  public DenseShape {
    Sizes.range("rows", rows, 1, Integer.MAX_VALUE);
    Sizes.range("inputs", inputs, 1, Integer.MAX_VALUE);
    Sizes.range("outputs", outputs, 1, Integer.MAX_VALUE);
  }

  /** Fails unless the operands of the weights' gradient are of this shape, and on one device. */
  void require(DeviceBuffer velocity, DeviceBuffer x, DeviceBuffer delta, DeviceBuffer state) {
    Require.matrix(velocity, inputs, outputs);
    Require.matrix(x, rows, inputs);
    Require.matrix(delta, rows, outputs);
    Require.replicas(velocity, x, delta);
    Require.state(state, velocity);
  }
}
