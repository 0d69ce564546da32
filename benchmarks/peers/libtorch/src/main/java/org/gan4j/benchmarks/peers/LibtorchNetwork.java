package org.gan4j.benchmarks.peers;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;

/** A network's parameters: weights and biases in turn, with their velocities. */
final class LibtorchNetwork {
  private final String name;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final List<Tensor> velocities = new ArrayList<>();
  private final TensorVector vector = new TensorVector();

  LibtorchNetwork(String name) {
    this.name = name;
  }

  void add(Tensors from, int layer, int inputs, int outputs) {
    add(Tensor.create(from.get(name + layer + ".weights"), inputs, outputs));
    add(Tensor.create(from.get(name + layer + ".biases"), outputs));
  }

  private void add(Tensor value) {
    // The same memory, for updates that no graph takes notice of.
    values.add(value.detach());
    parameters.add(value.requires_grad_(true));
    velocities.add(torch.zeros(value.sizes()));
    vector.push_back(value);
  }

  Tensor affine(int layer, Tensor x) {
    return torch.addmm(parameters.get(2 * layer + 1), x, parameters.get(2 * layer));
  }

  /** The gradients of a loss with respect to these parameters alone. */
  TensorVector gradients(Tensor loss, boolean again) {
    return torch.grad(
        new TensorVector(loss), vector, new TensorVector(), new BoolOptional(again), false, false);
  }

  void update(TensorVector gradients, float rate, float momentum) {
    Scalar down = new Scalar(-rate);
    Scalar keep = new Scalar(momentum);
    for (int i = 0; i < values.size(); i++) {
      velocities.get(i).mul_(keep).add_(gradients.get(i), down);
      values.get(i).add_(velocities.get(i));
    }
  }

  /** After the first iteration a velocity is −rate times the gradient. */
  void record(Tensors all, float rate) {
    for (int i = 0; i < values.size(); i++) {
      String role = name + i / 2 + (i % 2 == 0 ? ".weights" : ".biases");
      float[] gradient = floats(velocities.get(i));
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] /= -rate;
      }
      all.put("gradient." + role, gradient);
      all.put("after." + role, floats(values.get(i)));
    }
  }

  static float[] floats(Tensor tensor) {
    FloatBuffer buffer = tensor.contiguous().createBuffer();
    float[] copy = new float[Math.toIntExact(tensor.numel())];
    buffer.get(copy);
    return copy;
  }

  static Tensor maxout(Tensor linear, int rows, int units) {
    return linear.view(rows, units, Workload.PIECES).max(2).get0();
  }
}
