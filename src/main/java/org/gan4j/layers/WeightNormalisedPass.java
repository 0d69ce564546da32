package org.gan4j.layers;

import java.util.List;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Epilogue;
import org.gan4j.device.Kernels;

/** A dense layer at work with weights that are made of its columns and their scales. */
final class WeightNormalisedPass implements LayerPass {
  private final Kernels kernels;
  private final Parameter columns;
  private final Parameter scale;
  private final DeviceBuffer scaleVelocityOrNull;
  private final Parameter normalised;
  private final Affine affine;
  private final Epilogue activation;

  // The last request and the same without steps, made once: a step allocates nothing.
  private Gradients asked;
  private Gradients withoutSteps;

  WeightNormalisedPass(PassPlan plan, Activation activation, Scales scales) {
    this.kernels = plan.kernels();
    this.columns = plan.parameter(ParameterShape.WEIGHTS);
    this.scale = plan.parameter(ParameterShape.SCALE);
    this.scaleVelocityOrNull = scales == Scales.LEARNT ? scale.velocity() : null;
    this.normalised =
        new Parameter(
            "normalised " + columns.name(),
            columns.rows(),
            columns.columns(),
            plan.arena().floats(columns.size()),
            plan.backward() ? plan.arena().floats(columns.size()) : null,
            List.of());
    this.affine = new Affine(plan, normalised);
    this.activation = activation.epilogue();
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    kernels.weightNorm(
        normalised.value(), columns.value(), scale.value(), columns.rows(), columns.columns());
    affine.forward(out, in, activation);
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
    boolean learns = request.parameters();
    kernels.activationBackward(
        delta,
        learns ? affine.biases().velocity() : null,
        out,
        request.rowScaleOrNull(),
        affine.rows(),
        affine.outputs(),
        activation,
        state);
    if (learns) {
      // The product adds its step to what is there.
      kernels.fill(normalised.velocity(), 0);
    }
    affine.backward(in, delta, plain(request), inDeltaOrNull, inputRows, state);
    if (learns) {
      kernels.weightNormVelocity(
          columns.velocity(),
          scaleVelocityOrNull,
          normalised.velocity(),
          columns.value(),
          scale.value(),
          columns.rows(),
          columns.columns(),
          state);
    }
  }

  /** What the product makes is no parameter, and takes no step. */
  private Gradients plain(Gradients request) {
    if (request.stepsOrNull() == null) {
      return request;
    }
    if (request != asked) {
      asked = request;
      withoutSteps =
          new Gradients(request.parameters(), request.rowScaleOrNull(), request.inputRows());
    }
    return withoutSteps;
  }

  @Override
  public boolean inPlace() {
    return false;
  }
}
