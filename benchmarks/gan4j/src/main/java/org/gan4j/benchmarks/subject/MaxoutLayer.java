package org.gan4j.benchmarks.subject;

import java.util.SplittableRandom;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.MaxoutShape;

/** The gradients and the update of one maxout layer, by either way; half of the rows go further. */
final class MaxoutLayer implements AutoCloseable {
  private final MaxoutShape shape;
  private final Device device;
  private final Kernels kernels;
  private final DeviceArena arena;
  private final DeviceBuffer inDelta;
  private final DeviceBuffer weights;
  private final DeviceBuffer velocity;
  private final DeviceBuffer biases;
  private final DeviceBuffer biasVelocity;
  private final DeviceBuffer in;
  private final DeviceBuffer delta;
  private final DeviceBuffer winner;
  private final DeviceBuffer slopes;
  private final DeviceBuffer state;

  /**
   * Prepares a layer with random values.
   *
   * @param device closed by this
   */
  MaxoutLayer(MaxoutShape shape, Device device) {
    this.shape = shape;
    this.device = device;
    this.kernels = device.kernels();
    this.arena = device.arena(1);
    long size = (long) shape.inputs() * shape.columns();
    long n = (long) shape.rows() * shape.units();
    inDelta = arena.floats((long) halfRows() * shape.inputs());
    weights = arena.floats(size);
    velocity = arena.floats(size);
    biases = arena.floats(shape.columns());
    biasVelocity = arena.floats(shape.columns());
    in = arena.floats((long) shape.rows() * shape.inputs());
    delta = arena.floats(n);
    winner = arena.reserve(DataType.BYTE, n);
    slopes = arena.floats(n * shape.pieces());
    state = LayerKernel.reserveState(arena);
    arena.freeze();
    LayerKernel.draw(weights, 1);
    LayerKernel.draw(in, 2);
    LayerKernel.draw(delta, 3);
    Buffers.write(winner, 0, winners());
    LayerKernel.begin(device, state, 1e-6, Workload.MOMENTUM);
  }

  private int halfRows() {
    return (shape.rows() + 1) / 2;
  }

  private byte[] winners() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] won = new byte[shape.rows() * shape.units()];
    for (int i = 0; i < won.length; i++) {
      boolean kept = random.nextDouble() < shape.keep();
      won[i] = (byte) (kept ? random.nextInt(shape.pieces()) : 255);
    }
    return won;
  }

  void byWinners() {
    kernels.maxoutGradients(
        inDelta,
        weights,
        velocity,
        biases,
        biasVelocity,
        in,
        delta,
        winner,
        null,
        shape,
        halfRows(),
        true,
        state);
  }

  void bySlopes() {
    int rows = shape.rows();
    int inputs = shape.inputs();
    int columns = shape.columns();
    kernels.maxoutBackward(
        slopes,
        biasVelocity,
        delta,
        winner,
        null,
        rows,
        shape.units(),
        shape.pieces(),
        shape.keep(),
        state);
    kernels.productTransposed(inDelta, slopes, weights, halfRows(), inputs, columns);
    kernels.weightGradient(velocity, in, slopes, new DenseShape(rows, inputs, columns), state);
    kernels.update(weights, velocity, state);
    kernels.update(biases, biasVelocity, state);
  }

  @Override
  public void close() {
    arena.close();
    device.close();
  }
}
