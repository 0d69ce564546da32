package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;

/** Matrix products by oneDNN, everything else by {@link NativeKernels}. */
final class CpuKernels extends CpuImageKernels {
  private record Prepared(MatmulPlan.Shape shape, MatmulPlan plan) {}

  private final List<Prepared> plans = new ArrayList<>();

  @Override
  protected void doUniform(DeviceBuffer out, float scale, DeviceBuffer state, int site) {
    NativeKernels.uniform(
        address(out),
        stride(out),
        out.length(),
        scale,
        address(state),
        stride(state),
        site,
        out.replicas());
  }

  @Override
  protected void doNormal(
      DeviceBuffer out, DeviceBuffer inOrNull, float scale, DeviceBuffer state, int site) {
    NativeKernels.normal(
        address(out),
        stride(out),
        addressOrZero(inOrNull),
        strideOrZero(inOrNull),
        out.length(),
        scale,
        address(state),
        stride(state),
        site,
        out.replicas());
  }

  @Override
  protected void doDropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state, int site) {
    NativeKernels.dropout(
        address(out),
        stride(out),
        address(in),
        stride(in),
        out.length(),
        threshold(keep),
        (float) (1 / keep),
        address(state),
        stride(state),
        site,
        out.replicas());
  }

  @Override
  protected void doGather(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      int rows,
      int width,
      int minibatch,
      DeviceBuffer state) {
    NativeKernels.gather(
        address(out),
        stride(out),
        address(pixels),
        address(scaling),
        rows,
        width,
        pixels.length() / width,
        minibatch,
        address(state),
        stride(state),
        out.replicas());
  }

  @Override
  protected void doExpand(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      long first,
      int rows,
      int width) {
    NativeKernels.expand(
        address(out),
        stride(out),
        address(pixels),
        address(scaling),
        first,
        rows,
        width,
        out.replicas());
  }

  @Override
  protected void doProduct(
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
  protected void doInnerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    doProduct(out, a, b, null, Epilogue.NONE, true, rows, columns, inner);
  }

  @Override
  protected void doWeightGradient(
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
    for (int r = 0; r < v.replicas(); r++) {
      long s = address(state) + r * stride(state) * Long.BYTES;
      int status =
          dnnl_sgemm(
              (byte) 'T',
              (byte) 'N',
              inputs,
              outputs,
              rows,
              NativeKernels.minusLearningRate(s),
              in.pointer(r),
              inputs,
              d.pointer(r),
              outputs,
              NativeKernels.momentum(s),
              v.pointer(r),
              outputs);
      if (status != dnnl_success) {
        throw new DeviceException("oneDNN could not run a matrix product: status " + status);
      }
    }
  }

  @Override
  protected void doMaxoutForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state,
      int site) {
    boolean dropping = keep < 1;
    NativeKernels.maxoutForward(
        address(out),
        stride(out),
        address(winner),
        stride(winner),
        address(in),
        stride(in),
        rows,
        units,
        pieces,
        dropping ? threshold(keep) : 0,
        (float) (1 / keep),
        dropping ? address(state) : 0,
        stride(state),
        site,
        out.replicas());
  }

  @Override
  protected void doMaxoutBackward(
      DeviceBuffer out,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer delta,
      DeviceBuffer winner,
      DeviceBuffer rowScaleOrNull,
      int rows,
      int units,
      int pieces,
      double keep,
      DeviceBuffer state) {
    NativeKernels.maxoutBackward(
        address(out),
        stride(out),
        addressOrZero(biasVelocityOrNull),
        strideOrZero(biasVelocityOrNull),
        address(delta),
        stride(delta),
        address(winner),
        stride(winner),
        addressOrZero(rowScaleOrNull),
        strideOrZero(rowScaleOrNull),
        rows,
        units,
        pieces,
        (float) (1 / keep),
        address(state),
        stride(state),
        out.replicas());
  }

  @Override
  protected void doActivationBackward(
      DeviceBuffer delta,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer y,
      DeviceBuffer rowScaleOrNull,
      int rows,
      int units,
      Epilogue activation,
      DeviceBuffer state) {
    NativeKernels.activationBackward(
        address(delta),
        stride(delta),
        addressOrZero(biasVelocityOrNull),
        strideOrZero(biasVelocityOrNull),
        address(y),
        stride(y),
        addressOrZero(rowScaleOrNull),
        strideOrZero(rowScaleOrNull),
        rows,
        units,
        activation.ordinal(),
        address(state),
        stride(state),
        delta.replicas());
  }

  @Override
  protected void doScaleRows(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer rowScale, int rows, int width) {
    NativeKernels.scaleRows(
        address(out),
        stride(out),
        address(in),
        stride(in),
        address(rowScale),
        stride(rowScale),
        rows,
        width,
        out.replicas());
  }

  @Override
  protected void doGanLoss(
      DeviceBuffer dSlopeOrNull,
      DeviceBuffer gSlopeOrNull,
      DeviceBuffer logits,
      int fakeRows,
      int realRows,
      boolean minimax,
      double weight,
      DeviceBuffer state) {
    NativeKernels.ganLoss(
        addressOrZero(dSlopeOrNull),
        strideOrZero(dSlopeOrNull),
        addressOrZero(gSlopeOrNull),
        strideOrZero(gSlopeOrNull),
        address(logits),
        stride(logits),
        fakeRows,
        realRows,
        minimax ? 1 : 0,
        weight,
        address(state),
        stride(state),
        logits.replicas());
  }

  @Override
  protected void doUpdate(DeviceBuffer weights, DeviceBuffer velocity, DeviceBuffer state) {
    NativeKernels.update(
        address(weights),
        stride(weights),
        address(velocity),
        stride(velocity),
        weights.length(),
        address(state),
        stride(state),
        weights.replicas());
  }

  @Override
  protected void doCapColumns(DeviceBuffer weights, int rows, int columns, float cap) {
    NativeKernels.capColumns(
        address(weights), stride(weights), rows, columns, cap, weights.replicas());
  }

  @Override
  protected void doSchedule(DeviceBuffer state) {
    NativeKernels.schedule(address(state), stride(state), state.replicas());
  }

  @Override
  protected void doAdvance(DeviceBuffer state) {
    NativeKernels.advance(address(state), stride(state), state.replicas());
  }

  @Override
  protected void doFill(DeviceBuffer out, float value) {
    NativeKernels.fill(address(out), stride(out), out.length(), value, out.replicas());
  }

  @Override
  protected void doAddRow(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer row, int rows, int width) {
    NativeKernels.addRow(
        address(out),
        stride(out),
        address(in),
        stride(in),
        address(row),
        stride(row),
        rows,
        width,
        out.replicas());
  }

  @Override
  protected void doSquaredNorms(DeviceBuffer out, DeviceBuffer in, int rows, int width) {
    NativeKernels.squaredNorms(
        address(out), stride(out), address(in), stride(in), rows, width, out.replicas());
  }

  @Override
  protected void doParzenTile(
      DeviceBuffer nearest,
      DeviceBuffer sums,
      DeviceBuffer products,
      DeviceBuffer rowNorms,
      DeviceBuffer columnNorms,
      DeviceBuffer precisions,
      int rows,
      int columns) {
    NativeKernels.parzenTile(
        address(nearest),
        stride(nearest),
        address(sums),
        stride(sums),
        address(products),
        stride(products),
        address(rowNorms),
        stride(rowNorms),
        address(columnNorms),
        stride(columnNorms),
        address(precisions),
        precisions.length(),
        rows,
        columns,
        nearest.replicas());
  }

  @Override
  protected void doNearestTile(
      DeviceBuffer nearest,
      DeviceBuffer index,
      DeviceBuffer products,
      DeviceBuffer rowNorms,
      DeviceBuffer columnNorms,
      int rows,
      int columns,
      int first) {
    NativeKernels.nearestTile(
        address(nearest),
        stride(nearest),
        address(index),
        stride(index),
        address(products),
        stride(products),
        address(rowNorms),
        stride(rowNorms),
        address(columnNorms),
        stride(columnNorms),
        rows,
        columns,
        first,
        nearest.replicas());
  }

  @Override
  public void close() {
    plans.forEach(prepared -> prepared.plan.close());
    plans.clear();
    super.close();
  }
}
