package org.gan4j.benchmarks.subject;

import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;

/** One operation of a layer. */
abstract class LayerKernel implements Work {
  private final Device device = Gan4jSubject.device();
  private final DeviceArena arena = device.arena(1);
  final Kernels kernels = device.kernels();
  final Case.Kernel kernel;
  final DeviceBuffer state = reserveState(arena);

  private LayerKernel(Case.Kernel kernel) {
    this.kernel = kernel;
  }

  static LayerKernel open(Case.Kernel kernel) {
    LayerKernel made =
        switch (kernel.operation()) {
          case DENSE_FORWARD -> new Forward(kernel, Epilogue.NONE);
          case DENSE_RELU_FORWARD -> new Forward(kernel, Epilogue.RELU);
          case DENSE_SIGMOID_FORWARD -> new Forward(kernel, Epilogue.SIGMOID);
          case DENSE_BACKWARD -> new Backward(kernel);
          case RELU_BACKWARD -> new Slope(kernel, Epilogue.RELU);
          case SIGMOID_BACKWARD -> new Slope(kernel, Epilogue.SIGMOID);
          case MAXOUT_FORWARD, MAXOUT_BACKWARD -> new Maxout(kernel);
          case DROPOUT -> new Dropout(kernel);
        };
    made.arena.freeze();
    // Without momentum and at rate 1 a velocity is minus the gradient.
    begin(made.device, made.state, 1, 0);
    made.prepare();
    return made;
  }

  static DeviceBuffer reserveState(DeviceArena arena) {
    return arena.reserve(DataType.LONG, StateLayout.WORDS);
  }

  static void begin(Device device, DeviceBuffer state, double learningRate, double momentum) {
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.ITERATIONS_PER_EPOCH] = 1;
    words[StateLayout.LEARNING_RATE_INITIAL] = Double.doubleToRawLongBits(learningRate);
    words[StateLayout.LEARNING_RATE_DECAY] = Double.doubleToRawLongBits(1);
    words[StateLayout.MOMENTUM_INITIAL] = Double.doubleToRawLongBits(momentum);
    words[StateLayout.MOMENTUM_LAST] = Double.doubleToRawLongBits(momentum);
    words[StateLayout.MOMENTUM_EPOCHS] = Double.doubleToRawLongBits(2);
    for (int r = 0; r < state.replicas(); r++) {
      Buffers.write(state, r, words);
    }
    device.kernels().schedule(state);
  }

  abstract void prepare();

  @Override
  public final void run() {
    compute();
    device.synchronize();
  }

  abstract void compute();

  final DeviceBuffer floats(int rows, int columns) {
    return arena.floats((long) rows * columns);
  }

  final DeviceBuffer bytes(int rows, int columns) {
    return arena.reserve(DataType.BYTE, (long) rows * columns);
  }

  static void draw(DeviceBuffer buffer, int input) {
    Buffers.write(buffer, 0, Numbers.uniform(input, Math.toIntExact(buffer.length()), 1));
  }

  static float[] read(DeviceBuffer buffer, float factor) {
    float[] values = new float[Math.toIntExact(buffer.length())];
    Buffers.read(buffer, 0, values);
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  @Override
  public final void close() {
    arena.close();
    device.close();
  }

  private static final class Forward extends LayerKernel {
    private final DeviceBuffer x = floats(kernel.rows(), kernel.inputs());
    private final DeviceBuffer w = floats(kernel.inputs(), kernel.outputs());
    private final DeviceBuffer b = floats(1, kernel.outputs());
    private final DeviceBuffer y = floats(kernel.rows(), kernel.outputs());
    private final Epilogue epilogue;

    Forward(Case.Kernel kernel, Epilogue epilogue) {
      super(kernel);
      this.epilogue = epilogue;
    }

    @Override
    void prepare() {
      draw(x, 0);
      draw(w, 1);
      draw(b, 2);
    }

    @Override
    void compute() {
      kernels.affine(y, x, w, b, epilogue, kernel.rows(), kernel.outputs(), kernel.inputs());
    }

    @Override
    public Tensors outputs() {
      return new Tensors().put("y", read(y, 1));
    }
  }

  private static final class Backward extends LayerKernel {
    private final DeviceBuffer x = floats(kernel.rows(), kernel.inputs());
    private final DeviceBuffer w = floats(kernel.inputs(), kernel.outputs());
    private final DeviceBuffer d = floats(kernel.rows(), kernel.outputs());
    private final DeviceBuffer dx = floats(kernel.rows(), kernel.inputs());
    private final DeviceBuffer dw = floats(kernel.inputs(), kernel.outputs());
    private final DeviceBuffer db = floats(1, kernel.outputs());

    Backward(Case.Kernel kernel) {
      super(kernel);
    }

    @Override
    void prepare() {
      draw(x, 0);
      draw(w, 1);
      draw(d, 2);
    }

    @Override
    void compute() {
      int rows = kernel.rows();
      int inputs = kernel.inputs();
      int outputs = kernel.outputs();
      kernels.activationBackward(d, db, d, null, rows, outputs, Epilogue.NONE, state);
      kernels.productTransposed(dx, d, w, rows, inputs, outputs);
      kernels.weightGradient(dw, x, d, new DenseShape(rows, inputs, outputs), state);
    }

    @Override
    public Tensors outputs() {
      return new Tensors().put("dx", read(dx, 1)).put("dw", read(dw, -1)).put("db", read(db, -1));
    }
  }

  private static final class Slope extends LayerKernel {
    private final DeviceBuffer y = floats(kernel.rows(), kernel.outputs());
    private final DeviceBuffer d = floats(kernel.rows(), kernel.outputs());
    private final Epilogue activation;

    Slope(Case.Kernel kernel, Epilogue activation) {
      super(kernel);
      this.activation = activation;
    }

    @Override
    void prepare() {
      draw(y, 0);
      draw(d, 1);
    }

    @Override
    void compute() {
      kernels.activationBackward(
          d, null, y, null, kernel.rows(), kernel.outputs(), activation, state);
    }

    @Override
    public Tensors outputs() {
      return new Tensors().put("dx", read(d, 1));
    }
  }

  private static final class Maxout extends LayerKernel {
    private final DeviceBuffer x = floats(kernel.rows(), kernel.outputs() * Workload.PIECES);
    private final DeviceBuffer winner = bytes(kernel.rows(), kernel.outputs());
    private final DeviceBuffer y = floats(kernel.rows(), kernel.outputs());
    private final DeviceBuffer d = floats(kernel.rows(), kernel.outputs());
    private final DeviceBuffer dx = floats(kernel.rows(), kernel.outputs() * Workload.PIECES);
    private final boolean forward;

    Maxout(Case.Kernel kernel) {
      super(kernel);
      this.forward = kernel.operation() == Case.Operation.MAXOUT_FORWARD;
    }

    @Override
    void prepare() {
      draw(x, 0);
      draw(d, 1);
      forward();
    }

    private void forward() {
      kernels.maxoutForward(
          y, winner, x, kernel.rows(), kernel.outputs(), Workload.PIECES, 1, state, 0);
    }

    @Override
    void compute() {
      if (forward) {
        forward();
      } else {
        kernels.maxoutBackward(
            dx, null, d, winner, null, kernel.rows(), kernel.outputs(), Workload.PIECES, 1, state);
      }
    }

    @Override
    public Tensors outputs() {
      return forward ? new Tensors().put("y", read(y, 1)) : new Tensors().put("dx", read(dx, 1));
    }
  }

  private static final class Dropout extends LayerKernel {
    private final DeviceBuffer x = floats(kernel.rows(), kernel.outputs());
    private final DeviceBuffer y = floats(kernel.rows(), kernel.outputs());

    Dropout(Case.Kernel kernel) {
      super(kernel);
    }

    @Override
    void prepare() {
      draw(x, 0);
    }

    @Override
    void compute() {
      kernels.dropout(y, x, Workload.KEEP_INPUT, state, 0);
    }

    @Override
    public Tensors outputs() {
      return new Tensors().put("y", read(y, 1));
    }
  }
}
