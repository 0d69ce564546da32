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
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
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
  private final CpuDevice device;
  private final boolean prefersWinners;

  /** What the next kernel uses: it must not be taken for forgotten while that runs. */
  private final DeviceBuffer[] held = new DeviceBuffer[MOST_BUFFERS];

  private int holds;

  CpuBackend(CpuDevice device, boolean prefersWinners) {
    this.device = device;
    this.prefersWinners = prefersWinners;
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
    if (cpu(buffer).isShared() && written) {
      throw new IllegalStateException("this buffer is shared: nothing may be written to it");
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
    CpuBuffer o = cpu(out);
    CpuBuffer x = cpu(a);
    CpuBuffer y = cpu(b);
    CpuBuffer bias = biasOrNull == null ? null : cpu(biasOrNull);
    plan(o, x, y, bias, epilogue, transposeB, rows, columns, inner).run(o, x, y, bias);
    fence(o, x, y, bias);
    return true;
  }

  /** A search through some dozens of plans, which allocates nothing when it finds one. */
  private MatmulPlan plan(
      CpuBuffer o,
      CpuBuffer x,
      CpuBuffer y,
      CpuBuffer biasOrNull,
      Epilogue epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    for (int i = 0; i < plans.size(); i++) {
      MatmulPlan.Shape s = plans.key(i);
      if (s.rows() == rows
          && s.columns() == columns
          && s.inner() == inner
          && s.transposeB() == transposeB
          && s.biased() == (biasOrNull != null)
          && s.epilogue() == epilogue) {
        return plans.use(i);
      }
    }
    MatmulPlan.Shape shape =
        new MatmulPlan.Shape(rows, columns, inner, transposeB, biasOrNull != null, epilogue);
    return plans.add(shape, new MatmulPlan(shape, cpuEngine, cpuStream, o, x, y, biasOrNull));
  }

  @Override
  protected void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    product(out, a, b, null, Epilogue.NONE, true, rows, columns, inner);
  }

  @Override
  protected void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      int rows,
      int inputs,
      int outputs,
      DeviceBuffer state) {
    CpuBuffer v = cpu(velocity);
    CpuBuffer in = cpu(x);
    CpuBuffer d = cpu(delta);
    CpuBuffer s = cpu(state);
    for (int r = 0; r < v.replicas(); r++) {
      int status =
          dnnl_sgemm(
              (byte) 'T',
              (byte) 'N',
              inputs,
              outputs,
              rows,
              NativeKernels.gradientFactor(s.address(r)),
              in.pointer(r),
              inputs,
              d.pointer(r),
              outputs,
              NativeKernels.momentum(s.address(r)),
              v.pointer(r),
              outputs);
      if (status != dnnl_success) {
        throw new DeviceException("oneDNN could not run a matrix product: status " + status);
      }
    }
    fence(v, in, d, s);
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
    CpuBuffer bias = biasOrNull == null ? null : cpu(biasOrNull);
    convolutions.forward(cpu(out), cpu(in), cpu(filters), bias, shape, rows);
    fence(out, in, filters, bias);
    return true;
  }

  @Override
  protected void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
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
    cpuStream.close();
    cpuEngine.close();
  }
}
