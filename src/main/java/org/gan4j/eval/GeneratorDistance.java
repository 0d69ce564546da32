package org.gan4j.eval;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.RecordedStep;
import org.gan4j.gan.TrainingStep;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;

/**
 * ½‖x − G(z(u))‖² and its gradient with respect to u, by backpropagation through the generators:
 * for some examples x, and for each of them some chains. Row i·chains + c is example i's chain c.
 */
final class GeneratorDistance implements Potential, AutoCloseable {
  private final LatentSpace space;
  private final int replicas;
  private final int examples;
  private final int chains;
  private final int rows;
  private final int width;
  private final RecordedStep recorded;
  private Step step;

  GeneratorDistance(Device device, Network generator, LatentSpace space, int examples, int chains) {
    this.space = space;
    this.replicas = generator.replicas();
    this.examples = examples;
    this.chains = chains;
    this.rows = Math.multiplyExact(examples, chains);
    this.width = generator.outputs();
    this.recorded =
        new RecordedStep(device, replicas, arena -> step = new Step(device, generator, arena));
  }

  /** Forward, the distances, and their gradient back to z. */
  private final class Step implements TrainingStep {
    private final Kernels kernels;
    private final NetworkPass pass;
    private final Gradients request = new Gradients(false, null, rows);
    private final DeviceBuffer state;
    private final DeviceBuffer noise;
    private final DeviceBuffer generated;
    private final DeviceBuffer minusX;
    private final DeviceBuffer delta;
    private final DeviceBuffer norms;
    private final DeviceBuffer gradient;

    Step(Device device, Network generator, DeviceArena arena) {
      this.kernels = device.kernels();
      this.pass = generator.differentiable(arena, rows);
      this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      this.noise = arena.floats((long) rows * space.size());
      this.generated = arena.floats((long) rows * width);
      this.minusX = arena.floats((long) examples * width);
      this.delta = arena.floats((long) rows * width);
      this.norms = arena.floats(rows);
      this.gradient = arena.floats((long) rows * space.size());
    }

    @Override
    public void run() {
      pass.forward(generated, noise, state, 0);
      // The examples are not copied for each chain: a block of rows has one row to add.
      for (int i = 0; i < examples; i++) {
        long first = (long) i * chains * width;
        long length = (long) chains * width;
        kernels.addRow(
            delta.view(first, length),
            generated.view(first, length),
            minusX.view((long) i * width, width),
            chains,
            width);
      }
      kernels.squaredNorms(norms, delta, rows, width);
      pass.backward(generated, noise, delta, request, gradient, state, 0);
    }
  }

  @Override
  public int replicas() {
    return replicas;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int chains() {
    return chains;
  }

  @Override
  public LatentSpace space() {
    return space;
  }

  /** Sets one replica's examples, [examples][width]. */
  void examples(int replica, float[] x) {
    float[] minus = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      minus[i] = -x[i];
    }
    Buffers.write(step.minusX, replica, minus);
  }

  /**
   * Runs the step.
   *
   * @param u [R][rows · size]; not modified
   */
  private void run(double[][] u) {
    for (int r = 0; r < u.length; r++) {
      float[] z = new float[u[r].length];
      double[] values = u[r];
      eachRow(i -> z[i] = (float) space.noise(values[i]));
      Buffers.write(step.noise, r, z);
    }
    recorded.run(1);
  }

  /**
   * What G makes of the first chain of every example.
   *
   * @param u [R][rows · size]; not modified
   * @return [R][examples · width]
   */
  @Override
  public float[][] samples(double[][] u) {
    run(u);
    float[][] samples = new float[u.length][examples * width];
    float[] one = new float[width];
    for (int r = 0; r < u.length; r++) {
      for (int i = 0; i < examples; i++) {
        Buffers.read(step.generated, r, (long) i * chains * width, one);
        System.arraycopy(one, 0, samples[r], i * width, width);
      }
    }
    return samples;
  }

  /**
   * Evaluates every row.
   *
   * @param u [R][rows · size]; not modified
   * @param half [R][rows] ← ½‖x − G(z(u))‖²; modified
   * @param slope [R][rows · size] ← its gradient with respect to u; modified
   */
  @Override
  public void evaluate(double[][] u, double[][] half, double[][] slope) {
    run(u);
    float[] squared = new float[rows];
    float[] byNoise = new float[rows * space.size()];
    for (int r = 0; r < u.length; r++) {
      Buffers.read(step.norms, r, squared);
      for (int i = 0; i < rows; i++) {
        half[r][i] = squared[i] / 2.0;
      }
      Buffers.read(step.gradient, r, byNoise);
      double[] values = u[r];
      double[] out = slope[r];
      eachRow(i -> out[i] = byNoise[i] * space.derivative(values[i]));
    }
  }

  /** For every element of every row; rows on all cores, for the transform costs a tanh each. */
  private void eachRow(IntConsumer element) {
    int size = space.size();
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              for (int i = row * size; i < (row + 1) * size; i++) {
                element.accept(i);
              }
            });
  }

  @Override
  public void close() {
    recorded.close();
  }
}
