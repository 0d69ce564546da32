package org.gan4j.layers;

import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/**
 * Batch normalisation of a minibatch that several ranks share: each gathers the whole's values and
 * normalises all of them, so that all have the same statistics and go on with their own rows.
 */
final class SplitBatchNormalisationPass implements LayerPass {
  private final Kernels kernels;
  private final Communicator others;
  private final BatchNormalisationPass whole;
  private final int rows;
  private final int width;
  private final DeviceBuffer in;
  private final DeviceBuffer out;
  private final DeviceBuffer delta;
  private final DeviceBuffer inDelta;
  private final DeviceBuffer ownOut;
  private final DeviceBuffer ownInDelta;
  private final DeviceBuffer factors;

  SplitBatchNormalisationPass(PassPlan plan, BatchNormalisation spec) {
    this.kernels = plan.kernels();
    this.others = plan.others();
    this.rows = plan.rows();
    this.width = plan.parameter(ParameterShape.SCALE).columns();
    PassPlan ofWhole = plan.withRows(rows * others.ranks());
    this.whole = new BatchNormalisationPass(ofWhole, spec);
    long own = (long) rows * width;
    long all = own * others.ranks();
    this.in = plan.arena().floats(all);
    this.out = plan.arena().floats(all);
    this.delta = plan.arena().floats(all);
    this.inDelta = plan.arena().floats(all);
    this.ownOut = out.view(own * others.rank(), own);
    this.ownInDelta = inDelta.view(own * others.rank(), own);
    this.factors = plan.arena().floats((long) rows * others.ranks());
  }

  @Override
  public void forward(DeviceBuffer to, DeviceBuffer from, DeviceBuffer state, int site) {
    others.gather(in, from);
    whole.forward(out, in, state, site);
    kernels.copyColumns(to, 0, width, ownOut, 0, width, rows, width);
  }

  /**
   * The ranks' gradients are averaged later. Each sees the whole's deltas as parts of a mean over
   * all rows, so that its own scale and shift get the whole's gradient; what goes on to its rows is
   * of a mean over these alone again.
   */
  @Override
  public void backward(
      DeviceBuffer unused,
      DeviceBuffer alsoUnused,
      DeviceBuffer ownDelta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state,
      int site) {
    int ranks = others.ranks();
    others.gather(delta, ownDelta);
    kernels.fill(factors, 1f / ranks);
    kernels.scaleRows(delta, delta, factors, rows * ranks, width);
    boolean wanted = inDeltaOrNull != null;
    int all = wanted ? rows * ranks : 0;
    whole.backward(in, out, delta, request, wanted ? inDelta : null, all, state, site);
    if (wanted) {
      kernels.fill(factors, ranks);
      kernels.scaleRows(inDeltaOrNull, ownInDelta, factors, inputRows, width);
    }
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
