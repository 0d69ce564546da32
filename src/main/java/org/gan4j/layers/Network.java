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
  /** Sites that the layers of one pass may use. */
  public static final int SITES = 256;

  private final Kernels kernels;
  private final List<LayerSpec> layers;
  private final int inputs;
  private final int replicas;
  private final DeviceArena values;
  private final DeviceArena velocities;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Affine.Weights> weightsOfLayer = new ArrayList<>();
  // Views and a list that every update uses: made once, so that a step allocates nothing.
  private final DeviceBuffer allValues;
  private final DeviceBuffer allVelocities;
  private final Parameter[] matrices;

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
    this.matrices = parameters.stream().filter(Parameter::isWeights).toArray(Parameter[]::new);
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
    long width = inputs;
    for (LayerSpec layer : layers) {
      count += parameterCount(layer, width);
      width = layer.outputs((int) width);
    }
    return count;
  }

  private static long parameterCount(LayerSpec layer, long inputs) {
    if (layer instanceof LayerSpec.Convolution convolution) {
      ConvolutionShape shape = convolution.shape();
      return shape.filters() * (shape.filterSize() + 1L);
    }
    if (layer instanceof LayerSpec.Deconvolution deconvolution) {
      ConvolutionShape shape = deconvolution.shape();
      return (long) shape.filters() * shape.filterSize() + deconvolution.biases();
    }
    return (inputs + 1) * linearOutputs(layer);
  }

  /**
   * The convolutions of a stack of layers, and those whose adjoints its deconvolutions are.
   *
   * @param layers first to last
   * @return their geometries, in that order
   */
  public static List<ConvolutionShape> convolutions(List<LayerSpec> layers) {
    List<ConvolutionShape> shapes = new ArrayList<>();
    for (LayerSpec layer : layers) {
      if (layer instanceof LayerSpec.Convolution convolution) {
        shapes.add(convolution.shape());
      } else if (layer instanceof LayerSpec.Deconvolution deconvolution) {
        shapes.add(deconvolution.shape());
      }
    }
    return shapes;
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

  private Affine.Weights reserve(int layer, int width) {
    if (layers.get(layer) instanceof LayerSpec.Convolution convolution) {
      return filters(layer, convolution.shape(), convolution.shape().filters());
    }
    if (layers.get(layer) instanceof LayerSpec.Deconvolution deconvolution) {
      return filters(layer, deconvolution.shape(), deconvolution.biases());
    }
    int columns = linearOutputs(layers.get(layer));
    if (columns == 0) {
      return null;
    }
    if ((long) width * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "layer "
              + layer
              + ": "
              + width
              + " x "
              + columns
              + " weights are more than the "
              + Integer.MAX_VALUE
              + " that a layer may have");
    }
    Parameter matrix = reserve(layer + ".weights", width, columns);
    Parameter biases = reserve(layer + ".biases", 1, columns);
    return new Affine.Weights(matrix, biases);
  }

  private Affine.Weights filters(int layer, ConvolutionShape shape, int biases) {
    Parameter filters = reserve(layer + ".filters", shape.filters(), shape.filterSize());
    return new Affine.Weights(filters, reserve(layer + ".biases", 1, biases));
  }

  private static int linearOutputs(LayerSpec spec) {
    if (spec instanceof LayerSpec.Dense dense) {
      return dense.units();
    }
    return spec instanceof LayerSpec.Maxout maxout ? maxout.units() * maxout.pieces() : 0;
  }

  private Parameter reserve(String name, int rows, int columns) {
    long size = (long) rows * columns;
    Parameter parameter =
        new Parameter(name, rows, columns, values.floats(size), velocities.floats(size));
    parameters.add(parameter);
    return parameter;
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
    for (int i = 0; i < layers.size(); i++) {
      if (weightsOfLayer.get(i) != null) {
        initialise(i, seeds, site + i, dataMean);
      }
    }
    kernels.fill(allVelocities, 0);
  }

  private void initialise(int i, long[] seeds, int site, double[] dataMean) {
    LayerSpec spec = layers.get(i);
    Parameter matrix = weightsOfLayer.get(i).matrix();
    float[] biases;
    try {
      int count = weightsOfLayer.get(i).biases().columns();
      biases = Initialiser.biases(biasInit(spec), count, dataMean);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
    }
    for (int r = 0; r < replicas; r++) {
      Initialiser.draw(weightInit(spec), matrix, r, seeds[r], site);
      Buffers.write(weightsOfLayer.get(i).biases().value(), r, biases);
    }
  }

  private static WeightInit weightInit(LayerSpec spec) {
    if (spec instanceof LayerSpec.Convolution convolution) {
      return convolution.weights();
    }
    if (spec instanceof LayerSpec.Deconvolution deconvolution) {
      return deconvolution.weights();
    }
    return spec instanceof LayerSpec.Dense dense
        ? dense.weights()
        : ((LayerSpec.Maxout) spec).weights();
  }

  private static BiasInit biasInit(LayerSpec spec) {
    if (spec instanceof LayerSpec.Convolution convolution) {
      return convolution.bias();
    }
    if (spec instanceof LayerSpec.Deconvolution deconvolution) {
      return deconvolution.bias();
    }
    return spec instanceof LayerSpec.Dense dense ? dense.bias() : ((LayerSpec.Maxout) spec).bias();
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
    return pass(arena, rows, training, training);
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
    return pass(arena, rows, false, true);
  }

  private NetworkPass pass(DeviceArena arena, int rows, boolean drops, boolean backward) {
    List<LayerPass> work = new ArrayList<>();
    List<Integer> sites = new ArrayList<>();
    List<Integer> widths = new ArrayList<>();
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec spec = layers.get(i);
      width = spec.outputs(width);
      boolean fused = i > 0 && drops(layers.get(i - 1));
      LayerPass layer = layerPass(i, arena, rows, drops, backward);
      if (layer == null || spec instanceof LayerSpec.Dropout && fused) {
        continue;
      }
      work.add(layer);
      // The site of a dropout is its own, also where the layer before it draws the mask.
      sites.add(drops(spec) ? i + 1 : i);
      widths.add(width);
    }
    return new NetworkPass(arena, work, sites, widths, inputs, rows, backward);
  }

  /** Whether the layer's own kernels do the dropout that comes next. */
  private static boolean drops(LayerSpec spec) {
    return spec instanceof LayerSpec.Maxout || spec instanceof LayerSpec.Convolution;
  }

  /** The work of a layer; null if it has none here. */
  private LayerPass layerPass(int i, DeviceArena arena, int rows, boolean drops, boolean backward) {
    LayerSpec spec = layers.get(i);
    Affine.Weights weights = weightsOfLayer.get(i);
    if (spec instanceof LayerSpec.Dense dense) {
      return new DensePass(kernels, backward ? arena : null, weights, dense.activation(), rows);
    }
    if (spec instanceof LayerSpec.Maxout maxout) {
      return new MaxoutPass(kernels, arena, weights, maxout, keepAfter(i, drops), rows, backward);
    }
    if (spec instanceof LayerSpec.Convolution convolution) {
      return new ConvolutionPass(kernels, arena, weights, convolution, keepAfter(i, drops), rows);
    }
    if (spec instanceof LayerSpec.Deconvolution deconvolution) {
      return new DeconvolutionPass(kernels, weights, deconvolution, rows);
    }
    if (spec instanceof LayerSpec.GaussianNoise noise) {
      return new NoisePass(kernels, noise.stddev());
    }
    double keep = ((LayerSpec.Dropout) spec).keep();
    return drops && keep < 1 ? new DropoutPass(kernels, keep) : null;
  }

  private double keepAfter(int i, boolean drops) {
    boolean dropped =
        drops && i + 1 < layers.size() && layers.get(i + 1) instanceof LayerSpec.Dropout;
    return dropped ? ((LayerSpec.Dropout) layers.get(i + 1)).keep() : 1;
  }

  /**
   * weights ← weights + velocities, then the cap on the columns of the weight matrices; filters
   * have none.
   *
   * @param state training state; modified
   * @param maxColumnNorm the cap; 0: none
   */
  public void update(DeviceBuffer state, double maxColumnNorm) {
    kernels.update(allValues, allVelocities, state);
    if (maxColumnNorm > 0) {
      for (Parameter matrix : matrices) {
        kernels.capColumns(matrix.value(), matrix.rows(), matrix.columns(), maxColumnNorm);
      }
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
