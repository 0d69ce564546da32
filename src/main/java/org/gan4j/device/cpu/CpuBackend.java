package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.gan4j.device.Backend;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DenseShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernel;
import org.gan4j.device.MaxoutShape;
import org.gan4j.device.PlanCache;

/** Products and convolutions by oneDNN, everything else by {@link NativeKernels}. */
final class CpuBackend extends Backend implements AutoCloseable {
  /** A kernel takes fewer buffers. */
  private static final int MOST_BUFFERS = 32;

  private final engine cpuEngine = new engine(engine.kind.cpu, 0);
  private final stream cpuStream = new stream(cpuEngine);
  private final Convolutions convolutions = new Convolutions(cpuEngine, cpuStream);
  private final PlanCache<MatmulPlan.Shape, MatmulPlan> plans = new PlanCache<>(MatmulPlan::close);
  private final int[] numbers = NativeKernels.numbers();
  private final long block = new BytePointer(arguments().memory()).address();

  private final Workspace winners = new Workspace();
  private final Workspace gradient = new Workspace();
  private final CpuDevice device;
  private final boolean prefersWinners;

  /** Whether factors are rounded to bf16. */
  private final boolean half;

  /** What the next kernel uses: it must not be taken for forgotten while that runs. */
  private final DeviceBuffer[] held = new DeviceBuffer[MOST_BUFFERS];

  private int holds;

  CpuBackend(CpuDevice device, DeviceOptions options) {
    this.device = device;
    this.prefersWinners = options.maxout() == DeviceOptions.Maxout.WINNERS;
    this.half = options.cpuMath() == DeviceOptions.CpuMath.BF16;
  }

  @Override
  protected void enter() {
    device.require();
    letGo();
  }

  private void letGo() {
    Arrays.fill(held, 0, holds, null);
    holds = 0;
  }

  /** A recording begins to run, or ends with null: what it uses is kept until it is closed. */
  void record(Object recordingOrNull) {
    plans.record(recordingOrNull);
    convolutions.plans().record(recordingOrNull);
  }

  /** A recording is closed. */
  void release(Object recording) {
    plans.release(recording);
    convolutions.plans().release(recording);
  }

  /** Plans that there are now. */
  int planCount() {
    return plans.size() + convolutions.plans().size();
  }

  private static CpuBuffer cpu(DeviceBuffer buffer) {
    if (buffer instanceof CpuBuffer here) {
      // Fails unless its memory and its device are there.
      here.address();
      return here;
    }
    throw new IllegalArgumentException("a buffer of another device was given to the CPU");
  }

  @Override
  protected void use(DeviceBuffer buffer, boolean written) {
    CpuBuffer here = cpu(buffer);
    if (written) {
      here.written();
    }
    held[holds++] = buffer;
  }

  @Override
  protected void launch(Kernel kernel, long items, long rows, int replicas) {
    int words = arguments().end();
    boolean taken = NativeKernels.launch(numbers[kernel.ordinal()], block, replicas);
    Reference.reachabilityFence(this);
    letGo();
    if (!taken) {
      throw new IllegalStateException(kernel.symbol() + " does not take " + words + " words");
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
    device.require();
    CpuBuffer bias = biasOrNull == null ? null : cpu(biasOrNull);
    MatmulPlan plan =
        plan(half, transposeB, bias != null, epilogue, rows, columns, inner, cpu(out));
    run(half, plan, cpu(out), cpu(a), cpu(b), bias);
    return true;
  }

  @Override
  protected void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    device.require();
    MatmulPlan plan = plan(false, true, false, Epilogue.NONE, rows, columns, inner, cpu(out));
    run(false, plan, cpu(out), cpu(a), cpu(b), null);
  }

  private void run(
      boolean inHalf,
      MatmulPlan plan,
      CpuBuffer out,
      CpuBuffer a,
      CpuBuffer b,
      CpuBuffer biasOrNull) {
    out.written();
    if (inHalf) {
      refresh(a);
      refresh(b);
    }
    for (int r = 0; r < out.replicas(); r++) {
      plan.run(
          out.pointer(r),
          inHalf ? a.rounded().pointer(r) : a.pointer(r),
          inHalf ? b.rounded().pointer(r) : b.pointer(r),
          biasOrNull == null ? null : biasOrNull.pointer(r));
    }
    fence(out, a, b, biasOrNull);
  }

  /** Makes the copy of a factor again if that was written since. */
  private void refresh(CpuBuffer factor) {
    RoundedCopy copy = factor.rounded();
    // Of shared weights other threads' devices make use at the same time.
    synchronized (copy) {
      if (copy.isStale()) {
        round(factor, copy.base());
        copy.made();
      }
    }
  }

  /** A search through some dozens of plans, which allocates nothing when it finds one. */
  private MatmulPlan plan(
      boolean inHalf,
      boolean transposeB,
      boolean biased,
      Epilogue epilogue,
      int rows,
      int columns,
      int inner,
      CpuBuffer any) {
    for (int i = 0; i < plans.size(); i++) {
      MatmulPlan.Shape s = plans.key(i);
      if (s.rows() == rows
          && s.columns() == columns
          && s.inner() == inner
          && s.half() == inHalf
          && s.transposeB() == transposeB
          && s.biased() == biased
          && s.epilogue() == epilogue) {
        return plans.use(i);
      }
    }
    MatmulPlan.Shape shape =
        new MatmulPlan.Shape(rows, columns, inner, inHalf, transposeB, biased, epilogue);
    return plans.add(shape, new MatmulPlan(shape, cpuEngine, cpuStream, any.pointer(0)));
  }

  @Override
  protected void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    device.require();
    if (half) {
      halfGradient(null, cpu(velocity), cpu(x), cpu(delta), shape, cpu(state));
    } else {
      addGradient(cpu(velocity), cpu(x), cpu(delta), shape, cpu(state));
    }
  }

  @Override
  protected boolean stepsWithGradient() {
    return half;
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
    device.require();
    CpuBuffer w = cpu(weights);
    w.written();
    halfGradient(w, cpu(velocity), cpu(x), cpu(delta), shape, cpu(state));
    w.rounded().made();
    return false;
  }

  /** The sum goes into the velocity as it is made. */
  private void addGradient(
      CpuBuffer velocity, CpuBuffer x, CpuBuffer delta, DenseShape shape, CpuBuffer state) {
    velocity.written();
    for (int r = 0; r < velocity.replicas(); r++) {
      int status =
          dnnl_sgemm(
              (byte) 'T',
              (byte) 'N',
              shape.inputs(),
              shape.outputs(),
              shape.rows(),
              NativeKernels.gradientFactor(state.address(r)),
              x.pointer(r),
              shape.inputs(),
              delta.pointer(r),
              shape.outputs(),
              NativeKernels.momentum(state.address(r)),
              velocity.pointer(r),
              shape.outputs());
      if (status != dnnl_success) {
        throw new DeviceException("oneDNN could not run a matrix product: status " + status);
      }
    }
    fence(velocity, x, delta, state);
  }

  private void halfGradient(
      CpuBuffer weightsOrNull,
      CpuBuffer velocity,
      CpuBuffer x,
      CpuBuffer delta,
      DenseShape shape,
      CpuBuffer state) {
    velocity.written();
    gradient.require(
        NativeKernels.halfGradientBytes(shape.rows(), shape.inputs(), shape.outputs()));
    refresh(x);
    refresh(delta);
    for (int r = 0; r < velocity.replicas(); r++) {
      NativeKernels.halfGradient(
          weightsOrNull == null ? 0 : weightsOrNull.address(r),
          velocity.address(r),
          weightsOrNull == null ? 0 : weightsOrNull.rounded().address(r),
          x.rounded().address(r),
          delta.rounded().address(r),
          gradient.base(),
          shape.rows(),
          shape.inputs(),
          shape.outputs(),
          state.address(r));
    }
    fence(weightsOrNull, velocity, x, delta);
    fence(state, null, null, null);
  }

  /** Nothing that oneDNN works on may be taken for forgotten before it is done. */
  private void fence(Object a, Object b, Object c, Object d) {
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    Reference.reachabilityFence(c);
    Reference.reachabilityFence(d);
    Reference.reachabilityFence(this);
  }

  @Override
  protected boolean prefersWinners() {
    return prefersWinners;
  }

  @Override
  protected long winnersSpace(MaxoutShape shape, int inputRows) {
    device.require();
    winners.require(
        NativeKernels.winnersBytes(
            shape.rows(), inputRows, shape.inputs(), shape.units(), shape.pieces()));
    return winners.base();
  }

  @Override
  protected boolean convolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer biasOrNull,
      ConvolutionShape shape,
      int rows) {
    device.require();
    CpuBuffer bias = biasOrNull == null ? null : cpu(biasOrNull);
    cpu(out).written();
    convolutions.forward(cpu(out), cpu(in), cpu(filters), bias, shape, rows);
    fence(out, in, filters, bias);
    return true;
  }

  @Override
  protected void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    device.require();
    cpu(out).written();
    convolutions.transposed(cpu(out), cpu(in), cpu(filters), shape, rows);
    fence(out, in, filters, null);
  }

  @Override
  protected void filterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state) {
    device.require();
    long weights = (long) shape.filters() * shape.filterSize();
    for (int r = 0; r < velocity.replicas(); r++) {
      long gradient = convolutions.filters(cpu(in), cpu(delta), shape, rows, r);
      accumulate(velocity, gradient, weights, state, r, 1);
    }
    fence(in, delta, null, null);
  }

  @Override
  public void close() {
    plans.close();
    convolutions.close();
    winners.close();
    gradient.close();
    cpuStream.close();
    cpuEngine.close();
  }
}
