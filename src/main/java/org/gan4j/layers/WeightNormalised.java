package org.gan4j.layers;

import java.util.List;

/**
 * A dense layer whose weights are normalised (Salimans and Kingma, 2016): y = activation(x·W + b),
 * where a column of W is scale · v / ‖v‖ and the columns v and their scales are what is learnt. So
 * the length of a column and its direction learn apart.
 *
 * @param units output units, ≥ 1
 * @param activation the non-linearity
 * @param weights how the columns v [inputs × units] begin
 * @param scale how the lengths [units] of the columns of W begin
 * @param bias how b [units] begins
 */
@SuppressWarnings("exports") // LayerPass: whoever adds a layer does so here
public record WeightNormalised(
    int units,
    Activation activation,
    WeightInit weights,
    @Default("{type: constant, value: 1}") BiasInit scale,
    @Default(LayerSpec.NO_BIAS) BiasInit bias)
    implements Units {
  /** Checks the ranges. */
  public WeightNormalised {
    LayerChecks.units(units);
    Checks.present("activation", activation);
    Checks.present("weights", weights);
    Checks.present("scale", scale);
    Checks.present("bias", bias);
  }

  @Override
  public int outputs(int inputs) {
    weights.requireInputs(inputs);
    return units;
  }

  @Override
  public List<ParameterShape> parameters(int inputs) {
    return List.of(
        new ParameterShape(ParameterShape.WEIGHTS, inputs, units, weights),
        new ParameterShape(ParameterShape.SCALE, 1, units, scale),
        new ParameterShape(ParameterShape.BIASES, 1, units, bias));
  }

  @Override
  public boolean endsIn(Activation which) {
    return which == activation;
  }

  @Override
  public String structure() {
    return "dense with " + units + " units, " + activation.lowerCase() + ", weights normalised";
  }

  @Override
  public boolean drops() {
    return false;
  }

  @Override
  public LayerPass pass(PassPlan plan) {
    return new WeightNormalisedPass(plan, activation);
  }
}
