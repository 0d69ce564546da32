package org.gan4j.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;

/** A network's parameters, weights [outputs, inputs] and biases in turn, and their optimizer. */
final class DjlNetwork {
  private final String name;
  private final NDManager manager;
  private final List<NDArray> parameters = new ArrayList<>();
  private final List<NDArray> constants = new ArrayList<>();
  private final Optimizer optimizer;
  private long step;

  DjlNetwork(String name, NDManager manager, Workload w) {
    this.name = name;
    this.manager = manager;
    // Its formula is the recipe's: v ← m·v + rate·g, W ← W − v.
    this.optimizer =
        Optimizer.sgd().setLearningRateTracker(rate(w)).optMomentum(Workload.MOMENTUM).build();
  }

  private Tracker rate(Workload w) {
    return new Tracker() {
      @Override
      public float getNewValue(int numUpdate) {
        return w.learningRate(step);
      }
    };
  }

  void add(Tensors from, int layer, int inputs, int outputs) {
    float[] weights = transposed(from.get(name + layer + ".weights"), inputs, outputs);
    add(manager.create(weights, new Shape(outputs, inputs)));
    add(manager.create(from.get(name + layer + ".biases"), new Shape(outputs)));
  }

  private void add(NDArray parameter) {
    parameter.setRequiresGradient(true);
    parameters.add(parameter);
    // The same memory, for passes in which this network does not learn.
    constants.add(parameter.stopGradient());
  }

  NDArray affine(int layer, NDArray x, boolean learns) {
    List<NDArray> from = learns ? parameters : constants;
    return Linear.linear(x, from.get(2 * layer), from.get(2 * layer + 1)).singletonOrThrow();
  }

  /**
   * Updates by the gradients that lie there; DJL's optimizer clears them.
   *
   * @param recordOrNull takes the gradients and the new values
   */
  void update(Tensors recordOrNull) {
    for (int i = 0; i < parameters.size(); i++) {
      try (NDArray gradient = parameters.get(i).getGradient()) {
        if (recordOrNull != null) {
          recordOrNull.put("gradient." + role(i), values(gradient));
        }
        optimizer.update(name + i, parameters.get(i), gradient);
        if (recordOrNull != null) {
          recordOrNull.put("after." + role(i), values(constants.get(i)));
        }
      }
    }
    step++;
  }

  private String role(int i) {
    return name + i / 2 + (i % 2 == 0 ? ".weights" : ".biases");
  }

  private static float[] values(NDArray array) {
    float[] values = array.toFloatArray();
    Shape shape = array.getShape();
    return shape.dimension() == 1
        ? values
        : transposed(values, (int) shape.get(0), (int) shape.get(1));
  }

  static float[] transposed(float[] values, int rows, int columns) {
    float[] other = new float[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        other[j * rows + i] = values[i * columns + j];
      }
    }
    return other;
  }

  static NDArray maxout(NDArray linear, int rows, int units) {
    return linear.reshape(rows, units, Workload.PIECES).max(new int[] {2});
  }
}
