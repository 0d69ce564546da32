package org.gan4j.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Workload;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The discriminator at work on one minibatch, real or generated. */
final class Nd4jJudge {
  private final Workload w;
  private final List<Nd4jLayer> layers;
  private final List<INDArray> ones = new ArrayList<>();
  private final List<INDArray> masks = new ArrayList<>();
  private final List<INDArray> inputs = new ArrayList<>();
  private final List<INDArray> inputDeltas = new ArrayList<>();
  private final List<INDArray> linear = new ArrayList<>();
  private final List<INDArray> kept = new ArrayList<>();
  private final List<INDArray> maxima = new ArrayList<>();

  Nd4jJudge(Workload w, List<Nd4jLayer> layers) {
    this.w = w;
    this.layers = layers;
    for (int i = 0; i < Workload.LAYERS; i++) {
      int width = w.discriminatorInputs(i);
      ones.add(Nd4jArrays.zeros(w.batch(), width).assign(1));
      masks.add(Nd4jArrays.zeros(w.batch(), width));
      inputs.add(Nd4jArrays.zeros(w.batch(), width));
      inputDeltas.add(Nd4jArrays.zeros(w.batch(), width));
      linear.add(Nd4jArrays.zeros(w.batch(), w.discriminatorOutputs(i)));
      kept.add(Nd4jArrays.zeros(w.batch(), w.discriminatorOutputs(i)));
      maxima.add(Nd4jArrays.zeros(w.batch(), w.units()));
    }
  }

  INDArray ones(int layer) {
    return ones.get(layer);
  }

  INDArray mask(int layer) {
    return masks.get(layer);
  }

  INDArray logits() {
    return linear.get(Workload.LAYERS - 1);
  }

  void forward(INDArray x) {
    INDArray in = x;
    for (int i = 0; i < Workload.LAYERS; i++) {
      inputs.get(i).assign(in).muli(masks.get(i));
      layers.get(i).forward(linear.get(i), inputs.get(i));
      if (i < Workload.LAYERS - 1) {
        in = maxima.get(i);
        Nd4jLayer.maxout(in, linear.get(i), w.units(), Workload.PIECES);
      }
    }
  }

  /** Keeps the linear pieces for a second backward pass, as the first overwrites them. */
  void remember() {
    for (int i = 0; i < Workload.LAYERS - 1; i++) {
      kept.get(i).assign(linear.get(i));
    }
  }

  void recall() {
    for (int i = 0; i < Workload.LAYERS - 1; i++) {
      linear.get(i).assign(kept.get(i));
    }
  }

  /** Returns the gradient with respect to x, if it is wanted; else null. */
  INDArray backward(INDArray slope, float rate, float momentum, boolean learns, boolean onward) {
    INDArray delta = slope;
    for (int i = Workload.LAYERS - 1; i >= 0; i--) {
      if (i < Workload.LAYERS - 1) {
        Nd4jLayer.maxoutBackward(linear.get(i), maxima.get(i), delta, w.units(), Workload.PIECES);
        delta = linear.get(i);
      }
      if (learns) {
        layers.get(i).learn(inputs.get(i), delta, rate, momentum);
      }
      if (i > 0 || onward) {
        Nd4jLayer.product(inputDeltas.get(i), delta, layers.get(i).weights, false, true);
        delta = inputDeltas.get(i).muli(masks.get(i));
      }
    }
    return onward ? delta : null;
  }
}
