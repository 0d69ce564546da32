package org.gan4j.device.cuda;

import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.PlanCache;

/**
 * Convolutions by cuDNN, a {@link DnnConvolution} for every shape that has come up. Replicas are
 * convolved one after the other, so that each gets the same bits in any population.
 */
final class DnnConvolutions implements AutoCloseable {
  private final CudaContext context;
  private final DnnHandle dnn;
  private final boolean strict;
  private final PlanCache<DnnConvolution.Key, DnnConvolution> plans =
      new PlanCache<>(DnnConvolution::close);
  private final Workspace workspace;
  private final Workspace gradients;

  DnnConvolutions(CudaContext context, DnnHandle dnn, DeviceOptions.Math math) {
    this.context = context;
    this.dnn = dnn;
    this.strict = math == DeviceOptions.Math.FP32;
    this.workspace = new Workspace(context);
    this.gradients = new Workspace(context);
  }

  PlanCache<DnnConvolution.Key, DnnConvolution> plans() {
    return plans;
  }

  private DnnConvolution plan(DnnConvolution.Kind kind, ConvolutionShape shape, int rows) {
    context.enter();
    DnnConvolution.Key key = new DnnConvolution.Key(kind, shape, rows);
    DnnConvolution known = plans.find(key);
    if (known != null) {
      return known;
    }
    dnn.requirePrepared();
    return plans.add(key, new DnnConvolution(context, dnn, key, strict, workspace));
  }

  /** See {@link org.gan4j.device.ImageKernels#convolve}; without the bias. */
  void forward(
      CudaBuffer out, CudaBuffer in, CudaBuffer filters, ConvolutionShape shape, int rows) {
    run(plan(DnnConvolution.Kind.FORWARD, shape, rows), in, filters, out);
  }

  /** See {@link org.gan4j.device.ImageKernels#convolveTransposed}. */
  void transposed(
      CudaBuffer out, CudaBuffer in, CudaBuffer filters, ConvolutionShape shape, int rows) {
    run(plan(DnnConvolution.Kind.TRANSPOSED, shape, rows), out, filters, in);
  }

  private void run(DnnConvolution plan, CudaBuffer image, CudaBuffer filters, CudaBuffer result) {
    Address room = new Address(workspace.require(plan.workspaceBytes()));
    if (dnn.runs()) {
      for (int r = 0; r < image.replicas(); r++) {
        plan.run(
            new Address(image.address(r)),
            new Address(filters.address(r)),
            new Address(result.address(r)),
            room);
      }
    }
  }

  /**
   * Computes the gradient of the filters, which cuDNN can't add to a velocity with a learning rate
   * that lies on the device.
   *
   * @return where it is until the next call: [R][filters][channels][kernel][kernel]
   */
  long filters(CudaBuffer in, CudaBuffer delta, ConvolutionShape shape, int rows) {
    DnnConvolution plan = plan(DnnConvolution.Kind.FILTERS, shape, rows);
    long bytes = (long) Float.BYTES * shape.filters() * shape.filterSize();
    long gradient = gradients.require(bytes * in.replicas());
    Address room = new Address(workspace.require(plan.workspaceBytes()));
    if (dnn.runs()) {
      for (int r = 0; r < in.replicas(); r++) {
        plan.run(
            new Address(in.address(r)),
            new Address(gradient + r * bytes),
            new Address(delta.address(r)),
            room);
      }
    }
    return gradient;
  }

  @Override
  public void close() {
    plans.close();
  }
}
