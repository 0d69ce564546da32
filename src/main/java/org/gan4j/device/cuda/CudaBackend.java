package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_BIAS;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_DEFAULT;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_RELU_BIAS;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.gan4j.device.Backend;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernel;
import org.gan4j.device.StateLayout;

/**
 * Products by cuBLASLt, with bias and ReLU in them, and convolutions by cuDNN; everything else by
 * our own kernels.
 */
class CudaBackend extends Backend {
  private final CudaContext context;
  private final LtProducts products;
  private final KernelLauncher launcher;
  private final DnnConvolutions convolutions;
  private final DeviceOptions options;
  private final Workspaces partialSums;
  private final Workspaces scaled;
  private final Workspaces counters;
  private Set<CudaArena> recorded;
  private final List<CudaBuffer> states = new ArrayList<>();

  CudaBackend(
      CudaContext context,
      LtProducts products,
      KernelLauncher launcher,
      DnnConvolutions convolutions,
      DeviceOptions options) {
    this.context = context;
    this.products = products;
    this.launcher = launcher;
    this.convolutions = convolutions;
    this.options = options;
    this.partialSums = new Workspaces(context);
    this.scaled = new Workspaces(context);
    this.counters = new Workspaces(context);
    launcher.takeArgumentsFrom(arguments().memory());
  }

  final CudaContext context() {
    return context;
  }

  /** Whether kernels run, and are not only prepared. */
  final boolean runs() {
    return context.streams().mode() != Streams.Mode.PREPARING;
  }

  /**
   * From now on, notes the arenas of all buffers, and keeps all plans that are used as long as the
   * recording is not closed; null ends that.
   */
  final void note(Set<CudaArena> arenasOrNull, Object recordingOrNull) {
    recorded = arenasOrNull;
    products.plans().record(recordingOrNull);
    convolutions.plans().record(recordingOrNull);
  }

  /** A recording is closed. */
  final void release(Object recording) {
    products.plans().release(recording);
    convolutions.plans().release(recording);
  }

  /** Plans that there are now. */
  final int planCount() {
    return products.plans().size() + convolutions.plans().size();
  }

  /** The buffer as this backend's, its use noted; fails where the device can't be used. */
  private CudaBuffer here(DeviceBuffer buffer) {
    context.require();
    if (buffer instanceof CudaBuffer here && here.arena().context() == context) {
      if (recorded != null) {
        recorded.add(here.arena());
      }
      here.address();
      return here;
    }
    throw new IllegalArgumentException("a buffer of another device was given to a GPU");
  }

  private CudaBuffer hereOrNull(DeviceBuffer bufferOrNull) {
    return bufferOrNull == null ? null : here(bufferOrNull);
  }

  /** The buffer as this backend's, about to be written by calls of a library. */
  final CudaBuffer writes(DeviceBuffer any) {
    context.enter();
    CudaBuffer buffer = here(any);
    context.streams().library(buffer, true);
    return buffer;
  }

  /** The buffer as this backend's, about to be read by calls of a library. */
  final CudaBuffer reads(DeviceBuffer any) {
    context.enter();
    CudaBuffer buffer = here(any);
    context.streams().library(buffer, false);
    return buffer;
  }

  @Override
  protected void enter() {
    context.enter();
    context.streams().forget();
    states.clear();
  }

  @Override
  protected void use(DeviceBuffer buffer, boolean written) {
    CudaBuffer used = here(buffer);
    if (written && used.arena().isShared()) {
      throw new IllegalStateException("this buffer is shared: nothing may be written to it");
    }
    if (used.type() == DataType.LONG) {
      states.add(used);
    } else {
      context.streams().announce(used, written);
    }
  }

  /**
   * Kernels use parts of the training state: only what they have in common makes them wait for each
   * other.
   */
  private void announceStates(Kernel kernel) {
    for (CudaBuffer state : states) {
      switch (kernel) {
        case UNIFORM,
            NORMAL,
            DROPOUT,
            MAXOUT_FORWARD,
            MAX_POOL_FORWARD,
            GATHER,
            GATHER_ROWS,
            MASKS ->
            announceRandomness(state);
        case ADVANCE -> announce(state, StateLayout.STEP, StateLayout.LEARNING_RATE, true);
        case SETTLE -> {
          announceRandomness(state);
          announceRates(state, true);
          announce(state, StateLayout.UPDATE_NORM, StateLayout.ADAM_BETA1, true);
        }
        case SCHEDULE -> {
          announceRandomness(state);
          announceRates(state, true);
        }
        case ACTIVATION_BACKWARD,
            MAXOUT_BACKWARD,
            ACCUMULATE,
            TAKE_FACTORS,
            BIAS_GRADIENT,
            BATCH_NORM_BACKWARD,
            WEIGHT_NORM_VELOCITY ->
            announceRates(state, false);
        case WEIGHT_STEP -> {
          announceRates(state, false);
          announce(state, StateLayout.UPDATE_SQUARE, StateLayout.ADAM_BETA1, true);
        }
        case GAN_LOSS, MATCHING_LOSS ->
            announce(state, StateLayout.D_LOSS, StateLayout.UPDATE_NORM, true);
        case UPDATE -> announce(state, StateLayout.UPDATE_SQUARE, StateLayout.ADAM_BETA1, true);
        case ADAM -> {
          announce(state, 0, StateLayout.D_LOSS, false);
          announce(state, StateLayout.STANDING, StateLayout.PAUSED, false);
          announce(state, StateLayout.UPDATE_SQUARE, StateLayout.ADAM_BETA1, true);
        }
        default -> announce(state, 0, StateLayout.WORDS, true);
      }
    }
  }

  /** What random numbers and the choice of examples depend on, and the schedules. */
  private void announceRandomness(CudaBuffer state) {
    announce(state, 0, StateLayout.LEARNING_RATE, false);
    announce(state, StateLayout.LEARNING_RATE_INITIAL, StateLayout.D_LOSS, false);
  }

  /** What an iteration's gradients go into velocities by. */
  private void announceRates(CudaBuffer state, boolean written) {
    announce(state, StateLayout.LEARNING_RATE, StateLayout.LEARNING_RATE_INITIAL, written);
  }

  private void announce(CudaBuffer state, int first, int end, boolean written) {
    context.streams().announce(state, first, end - first, written);
  }

  @Override
  protected boolean overlaps() {
    return true;
  }

  /** Kernels whose blocks share sums get room for the parts, and counters that are 0. */
  @Override
  protected void launch(Kernel kernel, long items, long rows, int replicas) {
    announceStates(kernel);
    if (kernel == Kernel.ACCUMULATE) {
      // Its gradient lies in memory of the library's calls.
      context.streams().inOrderWithLibrary();
    }
    context.streams().begin();
    Blocks blocks = Blocks.of(kernel.grid(), items, rows);
    if (blocks.counters() > 0) {
      long partBytes = blocks.parts() * Double.BYTES;
      long counterBytes = blocks.counters() * Integer.BYTES;
      arguments()
          .pointer(partialSums.require(partBytes * replicas), partBytes)
          .pointer(counters.require(counterBytes * replicas), counterBytes);
    }
    arguments().end();
    if (runs()) {
      launcher.launch(kernel, Math.toIntExact(blocks.count()), replicas);
    }
  }

  @Override
  protected boolean product(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      Epilogue epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    int inProduct =
        switch (epilogue) {
          case NONE -> CUBLASLT_EPILOGUE_BIAS;
          case RELU -> CUBLASLT_EPILOGUE_RELU_BIAS;
          case SIGMOID, SOFTPLUS, TANH -> CUBLASLT_EPILOGUE_DEFAULT;
        };
    return multiply(out, a, b, biasOrNull, inProduct, transposeB, rows, columns, inner);
  }

  /**
   * A product with a bias in it if cuBLASLt can do that, without one if not.
   *
   * @param epilogue what goes into the product; the default one if the bias does not
   * @return whether the bias, if there is one, and that epilogue are done
   */
  final boolean multiply(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      int epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    CudaBuffer o = here(out);
    CudaBuffer x = here(a);
    CudaBuffer y = here(b);
    CudaBuffer bias = hereOrNull(biasOrNull);
    int none = CUBLASLT_EPILOGUE_DEFAULT;
    if (bias != null
        && epilogue != none
        && products.product(o, x, y, bias, epilogue, false, transposeB, rows, columns, inner)) {
      return true;
    }
    products.product(o, x, y, null, none, false, transposeB, rows, columns, inner);
    return bias == null;
  }

  @Override
  protected void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    products.product(
        here(out),
        here(a),
        here(b),
        null,
        CUBLASLT_EPILOGUE_DEFAULT,
        true,
        true,
        rows,
        columns,
        inner);
  }

  @Override
  protected void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    CudaBuffer v = here(velocity);
    boolean ofX = shape.inputs() < shape.outputs();
    long n = (long) shape.rows() * Math.min(shape.inputs(), shape.outputs());
    long stride = v.replicas() == 1 ? 0 : CudaContext.aligned(n * Float.BYTES);
    Optional<LtPlan> plan =
        products.gradients(v, here(x), here(delta), shape, ofX ? stride : 0, ofX ? 0 : stride);
    if (plan.isEmpty()) {
      stepByKernel(null, v, null, null, x, delta, shape, options.math(), state);
    } else if (v.replicas() == 1) {
      products.weightGradient(plan.get(), v, here(x), here(delta), here(state));
    } else {
      gradientsInOneBatch(plan.get(), v, here(x), here(delta), shape, stride, here(state));
    }
  }

  /**
   * cuBLASLt has one pair of factors for a batch: those in which replicas may differ go onto the
   * narrower of the operands first.
   *
   * @param stride bytes from one replica's operand with its factor to the next one's
   */
  private void gradientsInOneBatch(
      LtPlan plan,
      CudaBuffer velocity,
      CudaBuffer x,
      CudaBuffer delta,
      DenseShape shape,
      long stride,
      CudaBuffer state) {
    boolean ofX = shape.inputs() < shape.outputs();
    CudaBuffer narrow = ofX ? x : delta;
    int replicas = velocity.replicas();
    long n = (long) shape.rows() * Math.min(shape.inputs(), shape.outputs());
    long weights = (long) shape.inputs() * shape.outputs();
    takesFactors(velocity, weights, narrow, n, state);
    use(ofX ? delta : x, false);
    announceStates(Kernel.TAKE_FACTORS);
    context.streams().begin();
    long room = products.room(plan);
    long factors = scaled.require(CudaContext.aligned(1) + replicas * stride);
    long out = factors + CudaContext.aligned(1);
    arguments().pointer(factors, 0).pointer(out, stride).end();
    if (runs()) {
      Blocks blocks = Blocks.of(Kernel.TAKE_FACTORS.grid(), n, 1);
      launcher.launch(Kernel.TAKE_FACTORS, Math.toIntExact(blocks.count()), replicas);
    }
    products.run(
        plan,
        factors,
        velocity.address(),
        ofX ? out : x.address(),
        ofX ? delta.address() : out,
        room);
  }

  @Override
  protected boolean stepsWithGradient() {
    return options.updates() == DeviceOptions.Updates.FUSED;
  }

  @Override
  protected boolean weightStep(
      DeviceBuffer weights,
      DeviceBuffer velocity,
      DeviceBuffer biases,
      DeviceBuffer biasVelocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    stepByKernel(weights, velocity, biases, biasVelocity, x, delta, shape, options.math(), state);
    return true;
  }

  @Override
  protected boolean convolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer biasOrNull,
      ConvolutionShape shape,
      int rows) {
    convolutions.forward(writes(out), reads(in), reads(filters), shape, rows);
    return biasOrNull == null;
  }

  @Override
  protected void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    convolutions.transposed(writes(out), reads(in), reads(filters), shape, rows);
  }

  @Override
  protected void filterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state) {
    long gradient = convolutions.filters(reads(in), reads(delta), shape, rows);
    long weights = (long) shape.filters() * shape.filterSize();
    accumulate(velocity, gradient, weights, state, 0, velocity.replicas());
  }
}
