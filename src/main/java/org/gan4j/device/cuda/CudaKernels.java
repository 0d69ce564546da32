package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_BIAS;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_DEFAULT;
import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_RELU_BIAS;

import org.gan4j.device.DeviceBuffer;

/**
 * Products by cuBLASLt, with bias and ReLU in them, and convolutions by cuDNN; everything else by
 * our own kernels.
 */
class CudaKernels extends CudaImageKernels {
  private final LtProducts products;
  private final KernelLauncher launcher;
  private final Scratch scratch;

  CudaKernels(
      CudaContext context,
      LtProducts products,
      KernelLauncher launcher,
      DnnConvolutions convolutions) {
    super(context, launcher, convolutions);
    this.products = products;
    this.launcher = launcher;
    this.scratch = new Scratch(context);
  }

  @Override
  protected void doUniform(DeviceBuffer out, float scale, DeviceBuffer state, int site) {
    launcher
        .of(out.replicas())
        .writes(out)
        .integer(out.length())
        .real(scale)
        .reads(state)
        .integer(site)
        .launch(Kernel.UNIFORM, out.length());
  }

  @Override
  protected void doNormal(
      DeviceBuffer out, DeviceBuffer inOrNull, float scale, DeviceBuffer state, int site) {
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(inOrNull)
        .integer(out.length())
        .real(scale)
        .reads(state)
        .integer(site)
        .launch(Kernel.NORMAL, out.length());
  }

  @Override
  protected void doDropout(
      DeviceBuffer out, DeviceBuffer in, double keep, DeviceBuffer state, int site) {
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(in)
        .integer(out.length())
        .integer(threshold(keep))
        .real((float) (1 / keep))
        .reads(state)
        .integer(site)
        .launch(Kernel.DROPOUT, out.length());
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
    launcher
        .of(out.replicas())
        .writes(out)
        .shared(pixels)
        .shared(scaling)
        .integer(rows)
        .integer(width)
        .integer(pixels.length() / width)
        .integer(minibatch)
        .reads(state)
        .launch(Kernel.GATHER, rows);
  }

  @Override
  protected void doExpand(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      long first,
      int rows,
      int width) {
    launcher
        .of(out.replicas())
        .writes(out)
        .shared(pixels)
        .shared(scaling)
        .integer(first)
        .integer(rows)
        .integer(width)
        .launch(Kernel.EXPAND, rows);
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
    int inProduct =
        switch (epilogue) {
          case NONE -> CUBLASLT_EPILOGUE_BIAS;
          case RELU -> CUBLASLT_EPILOGUE_RELU_BIAS;
          case SIGMOID -> CUBLASLT_EPILOGUE_DEFAULT;
        };
    boolean fused =
        biasOrNull != null
            && inProduct != CUBLASLT_EPILOGUE_DEFAULT
            && multiply(out, a, b, biasOrNull, inProduct, false, transposeB, rows, columns, inner);
    if (!fused) {
      multiply(out, a, b, null, CUBLASLT_EPILOGUE_DEFAULT, false, transposeB, rows, columns, inner);
      if (biasOrNull != null) {
        doBiasActivation(out, out, biasOrNull, epilogue, rows, columns, 1);
      }
    }
  }

  /** See {@link LtProducts#product}. */
  final boolean multiply(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      int epilogue,
      boolean strict,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    return products.product(
        launcher.here(out),
        launcher.here(a),
        launcher.here(b),
        biasOrNull == null ? null : launcher.here(biasOrNull),
        epilogue,
        strict,
        transposeB,
        rows,
        columns,
        inner);
  }

  @Override
  protected void doInnerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner) {
    multiply(out, a, b, null, CUBLASLT_EPILOGUE_DEFAULT, true, true, rows, columns, inner);
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
    products.weightGradient(
        launcher.here(velocity),
        launcher.here(x),
        launcher.here(delta),
        rows,
        inputs,
        outputs,
        launcher.here(state));
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
    launcher
        .of(out.replicas())
        .writes(out)
        .writes(winner)
        .reads(in)
        .integer(rows)
        .integer(units)
        .integer(pieces)
        .integer(dropping ? threshold(keep) : 0)
        .real((float) (1 / keep))
        .reads(dropping ? state : null)
        .integer(site)
        .launch(Kernel.MAXOUT_FORWARD, (long) rows * units);
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
    launcher
        .of(out.replicas())
        .writes(out)
        .writes(biasVelocityOrNull)
        .reads(delta)
        .reads(winner)
        .reads(rowScaleOrNull)
        .integer(rows)
        .integer(units)
        .integer(pieces)
        .real((float) (1 / keep))
        .reads(state)
        .launch(Kernel.MAXOUT_BACKWARD, (long) units * pieces);
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
    launcher
        .of(delta.replicas())
        .writes(delta)
        .writes(biasVelocityOrNull)
        .reads(y)
        .reads(rowScaleOrNull)
        .integer(rows)
        .integer(units)
        .integer(activation.ordinal())
        .reads(state)
        .launch(Kernel.ACTIVATION_BACKWARD, units);
  }

  @Override
  protected void doScaleRows(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer rowScale, int rows, int width) {
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(in)
        .reads(rowScale)
        .integer(rows)
        .integer(width)
        .launch(Kernel.SCALE_ROWS, rows);
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
    launcher
        .of(logits.replicas())
        .writes(dSlopeOrNull)
        .writes(gSlopeOrNull)
        .reads(logits)
        .integer(fakeRows)
        .integer(realRows)
        .integer(minimax ? 1 : 0)
        .real(weight)
        .writes(state)
        .launch(Kernel.GAN_LOSS, 1);
  }

  @Override
  protected void doUpdate(DeviceBuffer weights, DeviceBuffer velocity, DeviceBuffer state) {
    scratch.require(weights.replicas());
    launcher
        .of(weights.replicas())
        .writes(weights)
        .reads(velocity)
        .integer(weights.length())
        .writes(state)
        .integer(scratch.partialSums())
        .integer(scratch.counters())
        .launch(Kernel.UPDATE, weights.length());
  }

  @Override
  protected void doCapColumns(DeviceBuffer weights, int rows, int columns, float cap) {
    launcher
        .of(weights.replicas())
        .writes(weights)
        .integer(rows)
        .integer(columns)
        .real(cap)
        .launch(Kernel.CAP_COLUMNS, columns);
  }

  @Override
  protected void doSchedule(DeviceBuffer state) {
    launcher.of(state.replicas()).writes(state).launch(Kernel.SCHEDULE, 1);
  }

  @Override
  protected void doAdvance(DeviceBuffer state) {
    launcher.of(state.replicas()).writes(state).launch(Kernel.ADVANCE, 1);
  }

  @Override
  protected void doFill(DeviceBuffer out, float value) {
    launcher
        .of(out.replicas())
        .writes(out)
        .integer(out.length())
        .real(value)
        .launch(Kernel.FILL, out.length());
  }

  @Override
  protected void doAddRow(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer row, int rows, int width) {
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(in)
        .reads(row)
        .integer(rows)
        .integer(width)
        .launch(Kernel.ADD_ROW, rows);
  }

  @Override
  protected void doSquaredNorms(DeviceBuffer out, DeviceBuffer in, int rows, int width) {
    launcher
        .of(out.replicas())
        .writes(out)
        .reads(in)
        .integer(rows)
        .integer(width)
        .launch(Kernel.SQUARED_NORMS, rows);
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
    launcher
        .of(nearest.replicas())
        .writes(nearest)
        .writes(sums)
        .reads(products)
        .reads(rowNorms)
        .reads(columnNorms)
        .shared(precisions)
        .integer(precisions.length())
        .integer(rows)
        .integer(columns)
        .launch(Kernel.PARZEN_TILE, rows);
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
    launcher
        .of(nearest.replicas())
        .writes(nearest)
        .writes(index)
        .reads(products)
        .reads(rowNorms)
        .reads(columnNorms)
        .integer(rows)
        .integer(columns)
        .integer(first)
        .launch(Kernel.NEAREST_TILE, rows);
  }
}
