package org.gan4j.layers;

import java.util.List;

/**
 * A dense layer whose weights are normalised (Salimans and Kingma, 2016): y = activation(x·W + b),
 * where a column of W is scale · v / ‖v‖ and the columns v and, if wanted, their scales are what is
 * learnt. So the length of a column and its direction learn apart.
 *
 * @param units output units, ≥ 1
 * @param activation the non-linearity
 * @param weights how the columns v [inputs × units] begin
 * @param scale how the lengths [units] of the columns of W begin
 * @param bias how b [units] begins
 * @param start whether scale and bias begin so, or with what the data says
 * @param scales whether the scales learn
 */
@SuppressWarnings("exports") // LayerPass: whoever adds a layer does so here
public record WeightNormalised(
    int units,
    Activation activation,
    WeightInit weights,
    @Default("{type: constant, value: 1}") BiasInit scale,
    @Default(LayerSpec.NO_BIAS) BiasInit bias,
    @Default("given") StartFrom start,
    @Default("learnt") Scales scales)
    implements Units {
  /** Checks the ranges. */
  public WeightNormalised {
    LayerChecks.units(units);
    Checks.present("activation", activation);
    Checks.present("weights", weights);
    Checks.present("scale", scale);
    Checks.present("bias", bias);
    Checks.present("start", start);
    Checks.present("scales", scales);
  }

  /**
   * A layer that begins as it says, and whose scales learn.
   *
   * @param units output units, ≥ 1
   * @param activation the non-linearity
   * @param weights how the columns v [inputs × units] begin
   * @param scale how the lengths [units] of the columns of W begin
   * @param bias how b [units] begins
   */
  public WeightNormalised(
      int units, Activation activation, WeightInit weights, BiasInit scale, BiasInit bias) {
    this(units, activation, weights, scale, bias, StartFrom.GIVEN, Scales.LEARNT);
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
  public boolean startsFromData() {
    return start == StartFrom.DATA;
  }

  @Override
  public void startFrom(float[] in, int rows, List<float[]> parameters) {
    if (startsFromData()) {
      begin(directions(in, rows, parameters.get(0)), rows, parameters.get(1), parameters.get(2));
    }
  }

  @Override
  public boolean isOnHost() {
    return true;
  }

  @Override
  public float[] onHost(float[] in, int rows, List<float[]> parameters) {
    double[] sums = directions(in, rows, parameters.get(0));
    float[] out = new float[sums.length];
    for (int i = 0; i < out.length; i++) {
      int unit = i % units;
      out[i] = (float) activation.of(parameters.get(1)[unit] * sums[i] + parameters.get(2)[unit]);
    }
    return out;
  }

  /** [rows][units]: x·v / ‖v‖; 0 for a column of zeros. */
  private double[] directions(float[] in, int rows, float[] columns) {
    double[] squares = new double[units];
    for (int i = 0; i < columns.length; i++) {
      squares[i % units] += (double) columns[i] * columns[i];
    }
    double[] sums = HostProducts.of(in, rows, columns, units);
    for (int i = 0; i < sums.length; i++) {
      double norm = Math.sqrt(squares[i % units]);
      sums[i] = norm > 0 ? sums[i] / norm : 0;
    }
    return sums;
  }

  /** A unit that is the same for all examples keeps its scale. */
  private void begin(double[] sums, int rows, float[] scale, float[] bias) {
    for (int unit = 0; unit < units; unit++) {
      double mean = 0;
      for (int row = 0; row < rows; row++) {
        mean += sums[row * units + unit] / rows;
      }
      double variance = 0;
      for (int row = 0; row < rows; row++) {
        double difference = sums[row * units + unit] - mean;
        variance += difference * difference / rows;
      }
      scale[unit] = variance > 0 ? (float) (1 / Math.sqrt(variance)) : scale[unit];
      bias[unit] = (float) (-mean * scale[unit]);
    }
  }

  @Override
  public boolean drops() {
    return false;
  }

  @Override
  public LayerPass pass(PassPlan plan) {
    return new WeightNormalisedPass(plan, activation, scales);
  }
}
