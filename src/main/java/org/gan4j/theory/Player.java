package org.gan4j.theory;

import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.Philox;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.RandomStreams;

/** One of the two networks, with a training state of its own: each learns by its own schedule. */
final class Player implements AutoCloseable {
  private final Kernels kernels;
  private final Network network;
  private final DeviceArena arena;
  private final DeviceBuffer state;

  /** A state that takes in plain gradients: rate 1, no momentum. */
  private final DeviceBuffer plain;

  Player(
      Device device,
      List<LayerSpec> layers,
      int inputs,
      TrainingSchedule schedule,
      long seed,
      int site) {
    this.kernels = device.kernels();
    this.network = new Network(device, layers, inputs, 1);
    this.arena = device.arena(1);
    this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
    this.plain = arena.reserve(DataType.LONG, StateLayout.WORDS);
    try {
      arena.freeze();
      begin(state, schedule, seed);
      begin(plain, new TrainingSchedule(1, 1, 1, 0), seed);
      network.initialise(new long[] {seed}, site, new double[0]);
      spreadBiases(seed, site);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void begin(DeviceBuffer words, TrainingSchedule schedule, long seed) {
    long[] values =
        StateLayout.words(seed, schedule.rate(), schedule.decay(), schedule.momentum(), 1);
    Buffers.write(words, 0, values);
    kernels.schedule(words);
  }

  /**
   * In one or two dimensions units that all begin with the same bias would all bend at the origin;
   * so those below the last layer get biases from U(−2, 2).
   */
  private void spreadBiases(long seed, int site) {
    List<Parameter> parameters = network.parameters();
    for (int i = 0; i < parameters.size() - 1; i++) {
      Parameter parameter = parameters.get(i);
      if (!parameter.isWeights()) {
        Philox random = new Philox(seed, RandomStreams.GAME_BIASES.site(site + i), 0);
        float[] biases = new float[parameter.size()];
        for (int b = 0; b < biases.length; b++) {
          biases[b] = 2 * random.nextSymmetric();
        }
        Buffers.write(parameter.value(), 0, biases);
      }
    }
  }

  Network network() {
    return network;
  }

  DeviceBuffer state() {
    return state;
  }

  DeviceBuffer plain() {
    return plain;
  }

  /** Takes the step that the velocities hold. */
  void update() {
    network.update(state, 0);
    kernels.advance(state);
  }

  /**
   * Runs a backward pass that took in {@link #plain} gradients, and puts the velocities back.
   *
   * @return the Euclidean norm of the gradient
   */
  double gradientNorm(Runnable backward) {
    List<Parameter> parameters = network.parameters();
    List<float[]> before = parameters.stream().map(p -> read(p.velocity())).toList();
    backward.run();
    double square = 0;
    for (int i = 0; i < parameters.size(); i++) {
      DeviceBuffer velocity = parameters.get(i).velocity();
      for (float v : read(velocity)) {
        square += (double) v * v;
      }
      Buffers.write(velocity, 0, before.get(i));
    }
    return Math.sqrt(square);
  }

  private static float[] read(DeviceBuffer buffer) {
    float[] values = new float[(int) buffer.length()];
    Buffers.read(buffer, 0, values);
    return values;
  }

  @Override
  public void close() {
    network.close();
    arena.close();
  }
}
