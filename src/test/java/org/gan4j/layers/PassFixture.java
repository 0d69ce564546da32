package org.gan4j.layers;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;

/** A network on the CPU with one pass, random values, and outputs that begin as NaN. */
final class PassFixture implements AutoCloseable {
  static final int SITE = 512;
  static final Draws DRAWS = new Draws(77, 5);
  private static final float SLOPE_RANGE = 1;

  final List<LayerSpec> layers;
  final int inputs;
  final int rows;
  final int outputs;
  final Network network;
  final NetworkPass pass;
  private final Device device = Device.cpu();
  private final DeviceArena arena;
  private final DeviceBuffer state;
  private final DeviceBuffer in;
  private final DeviceBuffer out;
  private final DeviceBuffer delta;
  private final DeviceBuffer inDelta;
  private final DeviceBuffer rowScale;

  PassFixture(List<LayerSpec> layers, int inputs, int rows, boolean training, long seed) {
    this.layers = layers;
    this.inputs = inputs;
    this.rows = rows;
    this.network = new Network(device, layers, inputs, 1);
    this.outputs = network.outputs();
    this.arena = device.arena(1);
    this.pass = network.pass(arena, rows, training);
    this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
    this.in = arena.floats(rows * inputs);
    this.out = arena.floats(rows * outputs);
    this.delta = arena.floats(rows * outputs);
    this.inDelta = arena.floats(rows * inputs);
    this.rowScale = arena.floats(rows);
    arena.freeze();
    fill(seed);
  }

  private void fill(long seed) {
    NetworkValues.randomise(network, seed, 0.5f);
    Random random = new Random(seed);
    Buffers.write(in, 0, NetworkValues.floats(random, rows * inputs, 1));
    Buffers.write(delta, 0, NetworkValues.floats(random, rows * outputs, SLOPE_RANGE));
    Buffers.write(rowScale, 0, NetworkValues.floats(random, rows, 1));
    spoil(out);
    spoil(inDelta);
    state(1, 0);
  }

  private static void spoil(DeviceBuffer buffer) {
    float[] nan = new float[(int) buffer.length()];
    Arrays.fill(nan, Float.NaN);
    Buffers.write(buffer, 0, nan);
  }

  /** With a minus learning rate of 1 and no momentum a velocity becomes the gradient itself. */
  void state(float minusRate, float momentum) {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = DRAWS.seed();
    words[StateLayout.STEP] = DRAWS.step();
    words[StateLayout.FACTORS] = NetworkValues.factors(minusRate, momentum);
    Buffers.write(state, 0, words);
  }

  DeviceBuffer stateBuffer() {
    return state;
  }

  double[] input() {
    return NetworkValues.doubles(in, 0, rows * inputs);
  }

  double[] slopes() {
    return NetworkValues.doubles(delta, 0, rows * outputs);
  }

  double[] rowScales() {
    return NetworkValues.doubles(rowScale, 0, rows);
  }

  double[] forward() {
    pass.forward(out, in, state, SITE);
    return NetworkValues.doubles(out, 0, rows * outputs);
  }

  /** Leaves the gradient of Σ slope · out; call it once after {@link #forward}. */
  void backward(boolean parameters, boolean scaled, int inputRows) {
    Gradients request = new Gradients(parameters, scaled ? rowScale : null, inputRows);
    DeviceBuffer target = inputRows == 0 ? null : inDelta.view(0, (long) inputRows * inputs);
    pass.backward(out, in, delta, request, target, state, SITE);
  }

  /**
   * Once more from the same slopes, into the beginning of one buffer, whatever rows are asked for.
   */
  void backwardAgain(double[] slopes, int inputRows) {
    float[] again = new float[slopes.length];
    for (int i = 0; i < again.length; i++) {
      again[i] = (float) slopes[i];
    }
    Buffers.write(delta, 0, again);
    pass.forward(out, in, state, SITE);
    Gradients request = new Gradients(false, null, inputRows);
    pass.backward(out, in, delta, request, inDelta, state, SITE);
  }

  /** The same, with a factor of each example in the gradient of the input. */
  void backwardWithInputFactors(int inputRows) {
    Gradients request = new Gradients(true, null, inputRows, null, rowScale.view(0, inputRows));
    DeviceBuffer target = inDelta.view(0, (long) inputRows * inputs);
    pass.backward(out, in, delta, request, target, state, SITE);
  }

  List<double[]> velocities() {
    return NetworkValues.velocities(network, 0);
  }

  double[] inputGradient(int inputRows) {
    return NetworkValues.doubles(inDelta, 0, inputRows * inputs);
  }

  /** Rows that were not asked for must be left alone. */
  boolean untouchedFrom(int inputRows) {
    double[] all = inputGradient(rows);
    return Arrays.stream(all, inputRows * inputs, all.length).allMatch(Double::isNaN);
  }

  double tolerance() {
    return Rounding.chain(layers, inputs, rows);
  }

  @Override
  public void close() {
    arena.close();
    network.close();
    device.close();
  }
}
