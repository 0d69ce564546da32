package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.gan4j.device.Backend;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernel;

/** Products and convolutions by oneDNN, everything else by {@link NativeKernels}. */
final class CpuBackend extends Backend implements AutoCloseable {
  private record Prepared(MatmulPlan.Shape shape, MatmulPlan plan) {}

  private final engine cpuEngine = new engine(engine.kind.cpu, 0);
  private final stream cpuStream = new stream(cpuEngine);
  private final Convolutions convolutions = new Convolutions(cpuEngine, cpuStream);
  private final List<Prepared> plans = new ArrayList<>();
  private final int[] numbers = NativeKernels.numbers();
  private final long block = new BytePointer(arguments().memory()).address();

  private final CpuDevice device;

  CpuBackend(CpuDevice device) {
    this.device = device;
  }

  @Override
  protected void enter() {
    device.require();
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
  }

  @Override
  protected void launch(Kernel kernel, long items, long rows, int replicas) {
    int words = arguments().end();
    if (!NativeKernels.launch(numbers[kernel.ordinal()], block, replicas)) {
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
      Prepared prepared = plans.get(i);
      MatmulPlan.Shape s = prepared.shape;
      if (s.rows() == rows
          && s.columns() == columns
          && s.inner() == inner
          && s.transposeB() == transposeB
          && s.biased() == (biasOrNull != null)
          && s.epilogue() == epilogue) {
        return prepared.plan;
      }
    }
    MatmulPlan.Shape shape =
        new MatmulPlan.Shape(rows, columns, inner, transposeB, biasOrNull != null, epilogue);
    MatmulPlan plan = new MatmulPlan(shape, cpuEngine, cpuStream, o, x, y, biasOrNull);
    plans.add(new Prepared(shape, plan));
    return plan;
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
    return true;
  }

  @Override
  protected void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows) {
    convolutions.transposed(cpu(out), cpu(in), cpu(filters), shape, rows);
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
  }

  @Override
  public void close() {
    plans.forEach(prepared -> prepared.plan.close());
    plans.clear();
    convolutions.close();
    cpuStream.close();
    cpuEngine.close();
  }
}
