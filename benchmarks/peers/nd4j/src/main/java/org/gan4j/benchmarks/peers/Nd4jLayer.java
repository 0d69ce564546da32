package org.gan4j.benchmarks.peers;

import org.gan4j.benchmarks.Workload.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A layer's parameters with their velocities. */
final class Nd4jLayer {
  final INDArray weights;
  final INDArray biases;
  final INDArray weightVelocity;
  final INDArray biasVelocity;

  Nd4jLayer(INDArray weights, INDArray biases) {
    this.weights = weights;
    this.biases = biases;
    this.weightVelocity = Nd4jArrays.zeros(weights.rows(), weights.columns());
    this.biasVelocity = Nd4jArrays.zeros(1, weights.columns());
  }

  static void product(INDArray out, INDArray a, INDArray b, boolean ta, boolean tb) {
    Nd4j.gemm(a, b, out, ta, tb, 1, 0);
  }

  void forward(INDArray out, INDArray in) {
    product(out, in, weights, false, false);
    out.addiRowVector(biases);
  }

  static void activate(INDArray y, Activation activation) {
    if (activation == Activation.RELU) {
      Transforms.relu(y, false);
    } else if (activation == Activation.SIGMOID) {
      Transforms.sigmoid(y, false);
    }
  }

  /** Takes y's place where it can: after this nobody needs it. */
  static void slope(INDArray delta, INDArray y, Activation activation) {
    if (activation == Activation.RELU) {
      delta.muli(Transforms.sign(y, false));
    } else if (activation == Activation.SIGMOID) {
      delta.muli(y).muli(y.rsubi(1));
    }
  }

  /** The gradient goes straight into the velocity, by the product itself. */
  void learn(INDArray in, INDArray delta, float rate, float momentum) {
    Nd4j.gemm(in, delta, weightVelocity, true, false, -rate, momentum);
    biasVelocity.muli(momentum).subi(delta.sum(true, 0).muli(rate));
  }

  void update() {
    weights.addi(weightVelocity);
    biases.addi(biasVelocity);
  }

  static INDArray piece(INDArray linear, int units, int piece) {
    return linear.get(
        NDArrayIndex.all(), NDArrayIndex.interval((long) piece * units, (piece + 1L) * units));
  }

  static void maxout(INDArray out, INDArray linear, int units, int pieces) {
    out.assign(piece(linear, units, 0));
    for (int p = 1; p < pieces; p++) {
      Transforms.max(out, piece(linear, units, p), false);
    }
  }

  /** Overwrites the linear pieces with their gradient. */
  static void maxoutBackward(INDArray linear, INDArray out, INDArray delta, int units, int pieces) {
    for (int p = 0; p < pieces; p++) {
      INDArray piece = piece(linear, units, p);
      piece.assign(piece.eq(out).castTo(delta.dataType())).muli(delta);
    }
  }
}
