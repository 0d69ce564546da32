package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/**
 * R networks of the same layers: their parameters and velocities, in one arena each. What they
 * compute with is a {@link NetworkPass}.
 */
public final class Network implements AutoCloseable {
  /** Floats to which a layer's biases are aligned behind its weights: enough for every device. */
  private static final int ALIGNMENT = 16;

  /** Sites that the layers of one pass may use. */
  public static final int SITES = 256;

  private final Kernels kernels;
  private final List<LayerSpec> layers;
  private final int inputs;
  private final int replicas;
  private final DeviceArena values;
  private final DeviceArena velocities;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<LayerWeights> weightsOfLayer = new ArrayList<>();
  private final boolean updatesWhole;
  // Views that every update uses: made once, so that a step allocates nothing.
  private final DeviceBuffer allValues;
  private final DeviceBuffer allVelocities;

  /**
   * Allocates the parameters; they are zero until {@link #initialise}.
   *
   * @param device where
   * @param layers what the network is made of, 1 to 256 layers
   * @param inputs values per example that enter, ≥ 1
   * @param replicas R ≥ 1
   * @throws IllegalArgumentException if a layer can't take what the one before it gives
   */
  public Network(Device device, List<LayerSpec> layers, int inputs, int replicas) {
    if (layers.isEmpty() || layers.size() > SITES) {
      throw new IllegalArgumentException(
          "a network has 1 to " + SITES + " layers, not " + layers.size());
    }
    outputs(layers, inputs);
    this.kernels = device.kernels();
    this.layers = List.copyOf(layers);
    this.inputs = inputs;
    this.replicas = replicas;
    this.values = device.arena(replicas);
    this.velocities = device.arena(replicas);
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      weightsOfLayer.add(reserve(i, width));
      width = layers.get(i).outputs(width);
    }
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("a network needs a layer with weights");
    }
    allocate();
    this.allValues = values.all();
    this.allVelocities = velocities.all();
    this.updatesWhole = device.usesHostMemory();
  }

  private void allocate() {
    values.freeze();
    try {
      velocities.freeze();
    } catch (RuntimeException e) {
      values.close();
      throw e;
    }
  }

  /**
   * What a stack of layers gives.
   *
   * @param layers first to last
   * @param inputs values per example that enter
   * @return values per example that leave
   * @throws IllegalArgumentException naming the layer that can't take its inputs
   */
  public static int outputs(List<LayerSpec> layers, int inputs) {
    image(layers, null);
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      try {
        width = layers.get(i).outputs(width);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
      }
    }
    return width;
  }

  /**
   * How many parameters a stack of layers has, without allocating them.
   *
   * @param layers first to last
   * @param inputs values per example that enter
   * @return weights and biases of one replica
   * @throws IllegalArgumentException naming the layer that can't take its inputs
   */
  public static long parameterCount(List<LayerSpec> layers, int inputs) {
    outputs(layers, inputs);
    long count = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      count += layer.parameters(width).map(ParameterShape::count).orElse(0L);
      width = layer.outputs(width);
    }
    return count;
  }

  /**
   * The convolutions of a stack of layers, and those whose adjoints its deconvolutions are.
   *
   * @param layers first to last
   * @return their geometries, in that order
   */
  public static List<ConvolutionShape> convolutions(List<LayerSpec> layers) {
    return layers.stream().flatMap(layer -> layer.convolution().stream()).toList();
  }

  /**
   * What image a stack of layers gives.
   *
   * @param layers first to last
   * @param beforeOrNull the image that enters; null if that is not known
   * @return the image that leaves; null if what leaves is none
   * @throws IllegalArgumentException naming the layer that needs another image than it is given
   */
  public static Planes image(List<LayerSpec> layers, Planes beforeOrNull) {
    Planes image = beforeOrNull;
    for (int i = 0; i < layers.size(); i++) {
      try {
        image = layers.get(i).image(image);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
      }
    }
    return image;
  }

  /** Reserves a layer's parameters; null if it has none. */
  private LayerWeights reserve(int layer, int width) {
    return layers.get(layer).parameters(width).map(shape -> reserve(layer, shape)).orElse(null);
  }

  private LayerWeights reserve(int layer, ParameterShape shape) {
    if ((long) shape.rows() * shape.columns() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "layer "
              + layer
              + ": "
              + shape.rows()
              + " x "
              + shape.columns()
              + " weights are more than the "
              + Integer.MAX_VALUE
              + " that a layer may have");
    }
    long size = (long) shape.rows() * shape.columns();
    long biasesAt = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    DeviceBuffer value = values.floats(biasesAt + shape.biases());
    DeviceBuffer velocity = velocities.floats(biasesAt + shape.biases());
    Parameter matrix =
        new Parameter(
            layer + "." + shape.role(),
            shape.rows(),
            shape.columns(),
            value.view(0, size),
            velocity.view(0, size));
    Parameter biases =
        new Parameter(
            layer + ".biases",
            1,
            shape.biases(),
            value.view(biasesAt, shape.biases()),
            velocity.view(biasesAt, shape.biases()));
    parameters.add(matrix);
    parameters.add(biases);
    return new LayerWeights(matrix, biases, value, velocity);
  }

  /**
   * Draws the initial parameters and clears the velocities.
   *
   * @param seeds one of each replica
   * @param site keeps the draws of several networks apart
   * @param dataMean mean of every value of the data, in [0, 1], for biases that begin there
   * @throws IllegalArgumentException if there is not one seed for each replica, or biases begin at
   *     the data's mean in a layer of another size
   */
  public void initialise(long[] seeds, int site, double[] dataMean) {
    if (seeds.length != replicas) {
      throw new IllegalArgumentException(
          replicas + " replicas need a seed each, not " + seeds.length);
    }
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      ParameterShape shape = layers.get(i).parameters(width).orElse(null);
      if (shape != null) {
        initialise(i, shape, seeds, site + i, dataMean);
      }
      width = layers.get(i).outputs(width);
    }
    kernels.fill(allVelocities, 0);
  }

  private void initialise(int i, ParameterShape shape, long[] seeds, int site, double[] dataMean) {
    LayerWeights weights = weightsOfLayer.get(i);
    float[] biases;
    try {
      biases = Initialiser.biases(shape.bias(), shape.biases(), dataMean);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
    }
    for (int r = 0; r < replicas; r++) {
      Initialiser.draw(shape.weights(), weights.matrix(), r, seeds[r], site);
      Buffers.write(weights.biases().value(), r, biases);
    }
  }

  /**
   * Prepares this network for minibatches of one size.
   *
   * @param arena where activations and gradients are reserved; R replicas, not frozen yet
   * @param rows examples of a minibatch
   * @param training true: dropout works, and {@link NetworkPass#backward} may be called; false:
   *     plain weights
   * @return the pass; usable once the arena is frozen
   */
  public NetworkPass pass(DeviceArena arena, int rows, boolean training) {
    return pass(kernels, arena, rows, training, training);
  }

  /**
   * Prepares this network for gradients of what it gives when sampling: plain weights, no dropout,
   * and yet {@link NetworkPass#backward} may be called.
   *
   * @param arena where activations and gradients are reserved; R replicas, not frozen yet
   * @param rows examples of a minibatch
   * @return the pass; usable once the arena is frozen
   */
  public NetworkPass differentiable(DeviceArena arena, int rows) {
    return pass(kernels, arena, rows, false, true);
  }

  /**
   * Shares the parameters: from now on nothing may write them, and every thread may read them in a
   * {@link #reader}.
   */
  public void share() {
    values.share();
  }

  /**
   * Prepares the shared parameters for sampling on another device, which another thread may use.
   *
   * @param device that can read them
   * @param arena of that device, where activations are reserved; R replicas, not frozen yet
   * @param rows examples of a minibatch
   * @return the pass; usable once the arena is frozen
   */
  public NetworkPass reader(Device device, DeviceArena arena, int rows) {
    return pass(device.kernels(), arena, rows, false, false);
  }

  private NetworkPass pass(
      Kernels on, DeviceArena arena, int rows, boolean training, boolean backward) {
    List<LayerPass> work = new ArrayList<>();
    List<Integer> sites = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec spec = layers.get(i);
      width = spec.outputs(width);
      LayerPass layer = spec.pass(plan(i, on, arena, rows, training, backward));
      if (layer != null) {
        work.add(layer);
        // The site of a dropout is its own, also where the layer before it draws the mask.
        sites.add(spec.drops() ? i + 1 : i);
        widths.add(width);
      }
    }
    return new NetworkPass(arena, work, sites, widths, inputs, rows, backward);
  }

  private PassPlan plan(
      int i, Kernels on, DeviceArena arena, int rows, boolean training, boolean backward) {
    double next = i + 1 < layers.size() && layers.get(i).drops() ? layers.get(i + 1).keep() : 1;
    return new PassPlan(
        on,
        arena,
        weightsOfLayer.get(i),
        rows,
        training,
        backward,
        training ? next : 1,
        i > 0 && layers.get(i - 1).drops());
  }

  /**
   * weights ← weights + velocities, then the cap on the columns of the weight matrices; filters
   * have none.
   *
   * @param state training state; modified
   * @param maxColumnNorm the cap; 0: none
   */
  public void update(DeviceBuffer state, double maxColumnNorm) {
    if (updatesWhole) {
      kernels.update(allValues, allVelocities, state);
    }
    // In the order in which a backward pass makes the gradients: on a GPU each update begins as
    // soon
    // as its own is there, and nothing waits for more than the last, small one.
    for (int i = weightsOfLayer.size() - 1; i >= 0; i--) {
      LayerWeights weights = weightsOfLayer.get(i);
      if (weights != null) {
        if (!updatesWhole) {
          kernels.update(weights.values(), weights.velocities(), state);
        }
        cap(weights.matrix(), maxColumnNorm);
      }
    }
  }

  private void cap(Parameter matrix, double maxColumnNorm) {
    if (maxColumnNorm > 0 && matrix.isWeights()) {
      kernels.capColumns(matrix.value(), matrix.rows(), matrix.columns(), maxColumnNorm);
    }
  }

  /**
   * The parameters, first layer first, weights before biases.
   *
   * @return an unmodifiable list
   */
  public List<Parameter> parameters() {
    return List.copyOf(parameters);
  }

  /**
   * Values per example that enter.
   *
   * @return ≥ 1
   */
  public int inputs() {
    return inputs;
  }

  /**
   * Values per example that leave.
   *
   * @return ≥ 1
   */
  public int outputs() {
    return outputs(layers, inputs);
  }

  /**
   * R.
   *
   * @return ≥ 1
   */
  public int replicas() {
    return replicas;
  }

  @Override
  public void close() {
    values.close();
    velocities.close();
  }
}
