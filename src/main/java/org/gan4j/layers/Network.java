package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.Communicator;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.Philox;

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
  private final List<DeviceArena> moments;
  private final List<Parameter> parameters;
  private final List<LayerParameters> parametersOfLayer = new ArrayList<>();
  private final boolean updatesWhole;
  private final Steps steps;
  // Views that every update uses: made once, so that a step allocates nothing.
  private final DeviceBuffer allValues;
  private final DeviceBuffer allVelocities;
  private final List<DeviceBuffer> allMoments;

  /**
   * Allocates the parameters of a network that learns by momentum SGD, or not at all.
   *
   * @param device where
   * @param layers what the network is made of, 1 to 256 layers
   * @param inputs values per example that enter, ≥ 1
   * @param replicas R ≥ 1
   * @throws IllegalArgumentException if a layer can't take what the one before it gives
   */
  public Network(Device device, List<LayerSpec> layers, int inputs, int replicas) {
    this(device, layers, inputs, replicas, false);
  }

  /**
   * Allocates the parameters; they are zero until {@link #initialise}.
   *
   * @param device where
   * @param layers what the network is made of, 1 to 256 layers
   * @param inputs values per example that enter, ≥ 1
   * @param replicas R ≥ 1
   * @param adam whether it learns by Adam, which keeps two moments of every gradient
   * @throws IllegalArgumentException if a layer can't take what the one before it gives
   */
  public Network(Device device, List<LayerSpec> layers, int inputs, int replicas, boolean adam) {
    int sites = layers.stream().mapToInt(LayerSpec::sites).sum();
    if (layers.isEmpty() || sites > SITES) {
      throw new IllegalArgumentException(
          "a network has 1 to " + SITES + " layers, not " + Math.max(sites, layers.size()));
    }
    LayerStack.outputs(layers, inputs);
    this.kernels = device.kernels();
    this.layers = List.copyOf(layers);
    this.inputs = inputs;
    this.replicas = replicas;
    this.values = device.arena(replicas);
    this.velocities = device.arena(replicas);
    this.moments =
        adam ? List.of(device.arena(replicas), device.arena(replicas)) : List.<DeviceArena>of();
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      parametersOfLayer.add(
          LayerParameters.reserve(i, layers.get(i).parameters(width), values, velocities, moments));
      width = layers.get(i).outputs(width);
    }
    this.parameters = parametersOfLayer.stream().flatMap(each -> each.list().stream()).toList();
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("a network needs a layer with weights");
    }
    this.steps = new Steps(parameters);
    freeze();
    this.allValues = values.all();
    this.allVelocities = velocities.all();
    this.allMoments = moments.stream().map(DeviceArena::all).toList();
    this.updatesWhole = device.usesHostMemory();
  }

  private void freeze() {
    try {
      arenas().forEach(DeviceArena::freeze);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<DeviceArena> arenas() {
    List<DeviceArena> all = new ArrayList<>(List.of(values, velocities));
    all.addAll(moments);
    return all;
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
      List<ParameterShape> shapes = layers.get(i).parameters(width);
      for (int p = 0; p < shapes.size(); p++) {
        for (int r = 0; r < replicas; r++) {
          Philox random = Initialiser.stream(seeds[r], site + i, p);
          draw(
              i, shapes.get(p).init(), parametersOfLayer.get(i).list().get(p), r, random, dataMean);
        }
      }
      width = layers.get(i).outputs(width);
    }
    kernels.fill(allVelocities, 0);
    allMoments.forEach(each -> kernels.fill(each, 0));
  }

  private static void draw(
      int layer, ParameterInit init, Parameter to, int r, Philox random, double[] dataMean) {
    try {
      Initialiser.draw(init, to, r, random, dataMean);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + layer + ": " + e.getMessage(), e);
    }
  }

  /**
   * Lets layers that begin with what the data says do so, after {@link #initialise}.
   *
   * @param examples [rows][inputs]; not modified
   * @param seeds one of each replica, for noise between the layers
   * @param site as in {@link #initialise}
   * @throws IllegalArgumentException if a layer below one of them can't be computed on the host
   */
  public void startFrom(float[] examples, long[] seeds, int site) {
    int last = LayerStack.lastFromData(layers);
    for (int r = 0; r < replicas; r++) {
      float[] x = examples;
      for (int i = 0; i <= last; i++) {
        List<Parameter> own = parametersOfLayer.get(i).list();
        List<float[]> begun = new ArrayList<>();
        for (Parameter parameter : own) {
          begun.add(new float[parameter.size()]);
          Buffers.read(parameter.value(), r, begun.get(begun.size() - 1));
        }
        layers.get(i).startFrom(x, examples.length / inputs, begun);
        // A layer with noise draws no parameters here.
        Philox noise = Initialiser.stream(seeds[r], site + i, 0);
        x = layers.get(i).atStart(x, examples.length / inputs, begun, noise);
        for (int p = 0; p < own.size(); p++) {
          Buffers.write(own.get(p).value(), r, begun.get(p));
        }
      }
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
    return pass(kernels, arena, rows, training, training, Communicator.ALONE);
  }

  /**
   * Prepares this network for minibatches that several ranks share, in training.
   *
   * @param arena where activations and gradients are reserved; R replicas, not frozen yet
   * @param rows examples of this rank's part
   * @param others the other ranks, for layers that mix the rows
   * @return the pass; usable once the arena is frozen
   */
  public NetworkPass pass(DeviceArena arena, int rows, Communicator others) {
    return pass(kernels, arena, rows, true, true, others);
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
    return pass(kernels, arena, rows, false, true, Communicator.ALONE);
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
    return pass(device.kernels(), arena, rows, false, false, Communicator.ALONE);
  }

  private NetworkPass pass(
      Kernels on,
      DeviceArena arena,
      int rows,
      boolean training,
      boolean backward,
      Communicator others) {
    PassPlan plan =
        new PassPlan(on, arena, List.of(), rows, training, backward, others, 1, false, true);
    List<List<Parameter>> own = parametersOfLayer.stream().map(LayerParameters::list).toList();
    return NetworkPass.of(layers, own, inputs, plan);
  }

  /**
   * What lets layers update their parameters in the backward pass; the network's update follows.
   *
   * @param maxColumnNorm the cap of that update; 0: none
   * @return null if they may not: Adam and a cap need all gradients first
   */
  public Steps steps(double maxColumnNorm) {
    return allMoments.isEmpty() && maxColumnNorm == 0 ? steps : null;
  }

  private void updateOthers(DeviceBuffer state) {
    for (int i = parameters.size() - 1; i >= 0; i--) {
      if (!steps.wasTaken(i)) {
        kernels.update(parameters.get(i).value(), parameters.get(i).velocity(), state);
      }
    }
  }

  /**
   * The only update of an iteration.
   *
   * @param state training state of this network; modified
   * @param maxColumnNorm the cap; 0: none
   */
  public void update(DeviceBuffer state, double maxColumnNorm) {
    update(state, 1, 0, maxColumnNorm);
  }

  /**
   * weights ← weights + velocities, with Adam after it has made these of the gradients; then the
   * cap on the columns of the weight matrices; filters have none.
   *
   * @param state training state of this network; modified
   * @param updates of an iteration
   * @param update which of them this is, from 0
   * @param maxColumnNorm the cap; 0: none
   */
  public void update(DeviceBuffer state, int updates, int update, double maxColumnNorm) {
    boolean adam = !allMoments.isEmpty();
    boolean begun = steps.any();
    if (adam) {
      kernels.adam(
          allValues, allVelocities, allMoments.get(0), allMoments.get(1), updates, update, state);
    } else if (begun) {
      updateOthers(state);
    } else if (updatesWhole) {
      kernels.update(allValues, allVelocities, state);
    }
    // In the order in which a backward pass makes the gradients: on a GPU each update begins as
    // soon as its own is there, and nothing waits for more than the last, small one.
    for (int i = parametersOfLayer.size() - 1; i >= 0; i--) {
      LayerParameters layer = parametersOfLayer.get(i);
      if (!adam && !updatesWhole && !begun) {
        layer.update(kernels, state);
      }
      if (maxColumnNorm > 0) {
        layer.cap(kernels, maxColumnNorm);
      }
    }
  }

  /**
   * Moves the parameters towards those of another network: part of a step.
   *
   * @param other of the same layers and replicas; not modified
   * @param rate which part of the way, in [0, 1]
   */
  public void follow(Network other, double rate) {
    kernels.follow(allValues, other.allValues, rate);
  }

  /**
   * The velocities of all parameters, between a backward pass and the update that follows: where
   * several ranks average them.
   *
   * @return one buffer, with what fills the gaps between parameters; 0 there
   */
  public DeviceBuffer velocities() {
    return allVelocities;
  }

  /**
   * The parameters, first layer first, weights before biases.
   *
   * @return an unmodifiable list
   */
  public List<Parameter> parameters() {
    return parameters;
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
    return LayerStack.outputs(layers, inputs);
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
    arenas().forEach(DeviceArena::close);
  }
}
