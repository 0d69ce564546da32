package org.gan4j.layers;

import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** Batch normalisation at work; it remembers what it normalised by. */
final class BatchNormalisationPass implements LayerPass {
  private final Kernels kernels;
  private final BatchNormalisation spec;
  private final Parameter scale;
  private final Parameter shift;
  private final Parameter runningMean;
  private final Parameter runningVariance;
  private final DeviceBuffer mean;
  private final DeviceBuffer inverse;
  private final int rows;
  private final int width;
  private final boolean training;

  BatchNormalisationPass(PassPlan plan, BatchNormalisation spec) {
    this.kernels = plan.kernels();
    this.spec = spec;
    this.scale = plan.parameter(ParameterShape.SCALE);
    this.shift = plan.parameter(ParameterShape.SHIFT);
    this.runningMean = plan.parameter(ParameterShape.MEAN);
    this.runningVariance = plan.parameter(ParameterShape.VARIANCE);
    this.rows = plan.rows();
    this.width = scale.columns();
    this.training = plan.training();
    this.mean = plan.arena().floats(width);
    this.inverse = plan.arena().floats(width);
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.batchNormForward(
        out,
        mean,
        inverse,
        runningMean.value(),
        runningVariance.value(),
        in,
        scale.value(),
        shift.value(),
        rows,
        width,
        spec.rate(),
        spec.epsilon(),
        spec.activation().epilogue(),
        training);
  }

  @Override
  public void backward(
      DeviceBuffer in,
      DeviceBuffer out,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state,
      int site) {
    if (request.rowScaleOrNull() != null) {
      throw new IllegalArgumentException(
          "batch normalisation mixes the rows of a minibatch: none of them can have a factor of its"
              + " own in the gradients");
    }
    boolean learns = request.parameters();
    kernels.activationBackward(
        delta, null, out, null, rows, width, spec.activation().epilogue(), state);
    kernels.batchNormBackward(
        inDeltaOrNull,
        learns && spec.scales() == Scales.LEARNT ? scale.velocity() : null,
        learns ? shift.velocity() : null,
        delta,
        in,
        mean,
        inverse,
        scale.value(),
        rows,
        inDeltaOrNull == null ? 0 : inputRows,
        width,
        training,
        state);
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
