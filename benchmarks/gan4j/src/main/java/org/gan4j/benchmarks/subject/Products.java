package org.gan4j.benchmarks.subject;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Buffers;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/**
 * The matrix products of an iteration, in its order and by its calls (bias and non-linearity
 * included where a call includes them), and nothing between them.
 */
final class Products implements Work {
  /** The buffers of one layer for one number of rows. */
  private record Layer(
      DeviceBuffer in,
      DeviceBuffer out,
      DeviceBuffer inDelta,
      DeviceBuffer weights,
      DeviceBuffer biases,
      DeviceBuffer velocity,
      Epilogue epilogue,
      int inputs,
      int outputs) {}

  private final Workload workload;
  private final Device device;
  private final DeviceArena parameters;
  private final DeviceArena activations;
  private final DeviceBuffer state;
  private final List<Runnable> calls = new ArrayList<>();
  private final List<DeviceBuffer> random = new ArrayList<>();

  /**
   * Prepares the products.
   *
   * @param device closed by this
   */
  Products(Workload workload, Device device) {
    this.workload = workload;
    this.device = device;
    this.parameters = device.arena(workload.population());
    this.activations = device.arena(workload.population());
    this.state = LayerKernel.reserveState(activations);
    int m = workload.batch();
    List<Layer> generator = generator();
    List<Layer> discriminator = discriminator(2 * m);
    if (workload.alternating()) {
      List<Layer> judge = rows(discriminator, m);
      forward(generator, m);
      forward(discriminator, 2 * m);
      backward(discriminator, 2 * m, true, 0);
      forward(generator, m);
      forward(judge, m);
      backward(judge, m, false, m);
    } else {
      forward(generator, m);
      forward(discriminator, 2 * m);
      backward(discriminator, 2 * m, true, m);
    }
    backward(generator, m, true, 0);
    parameters.freeze();
    activations.freeze();
    fill();
  }

  private List<Layer> generator() {
    List<Layer> layers = new ArrayList<>();
    int[] widths = workload.generatorWidths();
    for (int i = 0; i < Workload.LAYERS; i++) {
      Epilogue epilogue =
          switch (workload.activations().get(i)) {
            case LINEAR -> Epilogue.NONE;
            case RELU -> Epilogue.RELU;
            case SIGMOID -> Epilogue.SIGMOID;
          };
      layers.add(layer(workload.batch(), widths[i], widths[i + 1], epilogue));
    }
    return layers;
  }

  private List<Layer> discriminator(int rows) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < Workload.LAYERS; i++) {
      layers.add(
          layer(
              rows,
              workload.discriminatorInputs(i),
              workload.discriminatorOutputs(i),
              Epilogue.NONE));
    }
    return layers;
  }

  private Layer layer(int rows, int inputs, int outputs, Epilogue epilogue) {
    long size = (long) inputs * outputs;
    Layer layer =
        new Layer(
            activations.floats((long) rows * inputs),
            activations.floats((long) rows * outputs),
            activations.floats((long) rows * inputs),
            parameters.floats(size),
            parameters.floats(outputs),
            parameters.floats(size),
            epilogue,
            inputs,
            outputs);
    random.addAll(List.of(layer.in, layer.weights));
    return layer;
  }

  /** The same weights with activations of their own. */
  private List<Layer> rows(List<Layer> layers, int rows) {
    List<Layer> others = new ArrayList<>();
    for (Layer l : layers) {
      DeviceBuffer in = activations.floats((long) rows * l.inputs);
      random.add(in);
      others.add(
          new Layer(
              in,
              activations.floats((long) rows * l.outputs),
              activations.floats((long) rows * l.inputs),
              l.weights,
              l.biases,
              l.velocity,
              l.epilogue,
              l.inputs,
              l.outputs));
    }
    return others;
  }

  private void forward(List<Layer> layers, int rows) {
    Kernels kernels = device.kernels();
    for (Layer l : layers) {
      calls.add(
          () ->
              kernels.affine(
                  l.out, l.in, l.weights, l.biases, l.epilogue, rows, l.outputs, l.inputs));
    }
  }

  private void backward(List<Layer> layers, int rows, boolean learns, int inputRows) {
    Kernels kernels = device.kernels();
    for (int i = layers.size() - 1; i >= 0; i--) {
      Layer l = layers.get(i);
      int wanted = i == 0 ? inputRows : rows;
      if (wanted > 0) {
        calls.add(
            () ->
                kernels.productTransposed(
                    l.inDelta, l.out, l.weights, wanted, l.inputs, l.outputs));
      }
      if (learns) {
        calls.add(
            () ->
                kernels.weightGradient(
                    l.velocity, l.in, l.out, new DenseShape(rows, l.inputs, l.outputs), state));
      }
    }
  }

  private void fill() {
    for (int i = 0; i < random.size(); i++) {
      DeviceBuffer buffer = random.get(i);
      float[] values = Numbers.uniform(i, Math.toIntExact(buffer.length()), 0.05);
      for (int r = 0; r < buffer.replicas(); r++) {
        Buffers.write(buffer, r, values);
      }
    }
    LayerKernel.begin(device, state, workload.learningRate(), Workload.MOMENTUM);
  }

  @Override
  public void run() {
    queue();
    device.synchronize();
  }

  /** Queues the products once: what a device records. */
  void queue() {
    for (int i = 0; i < calls.size(); i++) {
      calls.get(i).run();
    }
  }

  @Override
  public void close() {
    activations.close();
    parameters.close();
    device.close();
  }
}
