package org.gan4j.device.cpu;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.PlanCache;

/**
 * The convolutions that were asked for so far, prepared. Replicas are convolved one after the
 * other, so that each gets the same bits in any population.
 */
final class Convolutions implements AutoCloseable {
  private final engine cpuEngine;
  private final stream cpuStream;
  private final Workspace workspace = new Workspace();
  private final PlanCache<ConvolutionPlan.Key, ConvolutionPlan> plans =
      new PlanCache<>(ConvolutionPlan::close);

  Convolutions(engine cpuEngine, stream cpuStream) {
    this.cpuEngine = cpuEngine;
    this.cpuStream = cpuStream;
  }

  /** A search through some dozens of plans, which allocates nothing when it finds one. */
  private ConvolutionPlan plan(
      ConvolutionPlan.Kind kind, ConvolutionShape shape, int rows, boolean biased, CpuBuffer any) {
    for (int i = 0; i < plans.size(); i++) {
      ConvolutionPlan.Key key = plans.key(i);
      if (key.kind() == kind
          && key.rows() == rows
          && key.biased() == biased
          && key.shape().equals(shape)) {
        return plans.use(i);
      }
    }
    ConvolutionPlan.Key key = new ConvolutionPlan.Key(kind, shape, rows, biased);
    return plans.add(
        key, new ConvolutionPlan(key, cpuEngine, cpuStream, workspace, any.pointer(0)));
  }

  PlanCache<ConvolutionPlan.Key, ConvolutionPlan> plans() {
    return plans;
  }

  void forward(
      CpuBuffer out,
      CpuBuffer in,
      CpuBuffer filters,
      CpuBuffer biasOrNull,
      ConvolutionShape shape,
      int rows) {
    ConvolutionPlan plan = plan(ConvolutionPlan.Kind.FORWARD, shape, rows, biasOrNull != null, out);
    for (int r = 0; r < out.replicas(); r++) {
      plan.run(
          in.pointer(r),
          filters.pointer(r),
          out.pointer(r),
          biasOrNull == null ? null : biasOrNull.pointer(r));
    }
  }

  void transposed(
      CpuBuffer out, CpuBuffer in, CpuBuffer filters, ConvolutionShape shape, int rows) {
    ConvolutionPlan plan = plan(ConvolutionPlan.Kind.TRANSPOSED, shape, rows, false, out);
    for (int r = 0; r < out.replicas(); r++) {
      plan.run(out.pointer(r), filters.pointer(r), in.pointer(r), null);
    }
  }

  /**
   * Computes the gradient of one replica's filters.
   *
   * @return where it is until the next call
   */
  long filters(CpuBuffer in, CpuBuffer delta, ConvolutionShape shape, int rows, int replica) {
    ConvolutionPlan plan = plan(ConvolutionPlan.Kind.FILTERS, shape, rows, false, in);
    return plan.filters(in.pointer(replica), delta.pointer(replica));
  }

  @Override
  public void close() {
    plans.close();
    workspace.close();
  }
}
