package org.gan4j.eval;

import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.WeightInit;

/**
 * The features of labelled examples on a device, and a linear layer at work on all of them at once.
 * The parameters of that layer are [size][classes] weights, then [classes] biases, in one array.
 */
final class LabelledFeatures implements AutoCloseable {
  private static final Gradients LEARN = new Gradients(true, null, 0);

  private final Kernels kernels;
  private final int[] labels;
  private final int size;
  private final int classes;
  private final Network network;
  private final DeviceArena arena;
  private final DeviceBuffer state;
  private final DeviceBuffer in;
  private final DeviceBuffer logits;
  private final DeviceBuffer targets;
  private final DeviceBuffer slope;
  private final NetworkPass pass;

  /**
   * Computes the features and puts them on the device.
   *
   * @param images with labels, a part of the data or some of it
   * @param learns whether gradients will be asked for
   */
  LabelledFeatures(Device device, DataSet data, Images images, Features features, boolean learns) {
    int count = images.count();
    this.kernels = device.kernels();
    this.size = features.size();
    this.classes = images.classes();
    this.labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = images.label(i);
    }
    LayerSpec linear =
        new LayerSpec.Dense(
            classes, Activation.LINEAR, new WeightInit.Uniform(0), new BiasInit.Constant(0));
    this.network = new Network(device, List.of(linear), size, 1);
    this.arena = device.arena(1);
    try {
      this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      this.in = arena.floats((long) count * size);
      this.logits = arena.floats((long) count * classes);
      this.targets = learns ? arena.floats((long) count * classes) : null;
      this.slope = learns ? arena.floats((long) count * classes) : null;
      this.pass = network.pass(arena, count, learns);
      arena.freeze();
      network.initialise(new long[1], 0, new double[0]);
      fill(data, images, features, learns);
    } catch (RuntimeException | OutOfMemoryError e) {
      close();
      throw e;
    }
  }

  private void fill(DataSet data, Images images, Features features, boolean learns) {
    for (int first = 0; first < labels.length; first += Features.BLOCK) {
      int end = Math.min(first + Features.BLOCK, labels.length);
      float[] block = features.values(data, images, first, end);
      Buffers.write(in.view((long) first * size, block.length), 0, block);
    }
    if (learns) {
      Buffers.write(targets, 0, images.oneHotLabels());
    }
    // A rate of 1 and no momentum: velocities become minus the gradient.
    Buffers.write(state, 0, StateLayout.words(0, 1, 1, 0, 1));
    kernels.schedule(state);
  }

  /** How many weights the linear layer has, before its biases. */
  int weights() {
    return size * classes;
  }

  /** Parameters that are all 0. */
  double[] zeros() {
    return new double[weights() + classes];
  }

  /**
   * The mean cross-entropy.
   *
   * @param parameters not modified
   * @param gradient ← the gradient with respect to them; modified
   */
  double loss(double[] parameters, double[] gradient) {
    float[] values = forward(parameters);
    kernels.crossEntropySlope(slope, logits, targets, labels.length, classes);
    pass.backward(logits, in, slope, LEARN, null, state, 0);
    int at = 0;
    for (int p = 0; p < 2; p++) {
      float[] velocity = new float[network.parameters().get(p).size()];
      Buffers.read(network.parameters().get(p).velocity(), 0, velocity);
      for (float each : velocity) {
        gradient[at++] = -each;
      }
    }
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += crossEntropy(values, i * classes, labels[i]);
    }
    return sum / labels.length;
  }

  private double crossEntropy(float[] values, int from, int label) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, values[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(values[from + c] - largest);
    }
    return Math.log(sum) + largest - values[from + label];
  }

  /** The share of the examples, 0 to 1, for which another class has the largest logit. */
  double error(double[] parameters) {
    float[] values = forward(parameters);
    int wrong = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = values[i * classes + c] > values[i * classes + best] ? c : best;
      }
      wrong += best == labels[i] ? 0 : 1;
    }
    return (double) wrong / labels.length;
  }

  private float[] forward(double[] parameters) {
    int at = 0;
    for (int p = 0; p < 2; p++) {
      float[] values = new float[network.parameters().get(p).size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) parameters[at++];
      }
      Buffers.write(network.parameters().get(p).value(), 0, values);
    }
    pass.forward(logits, in, state, 0);
    float[] values = new float[Math.multiplyExact(labels.length, classes)];
    Buffers.read(logits, 0, values);
    return values;
  }

  @Override
  public void close() {
    arena.close();
    network.close();
  }
}
