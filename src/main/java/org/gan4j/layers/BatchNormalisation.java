package org.gan4j.layers;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.ConvolutionShape;

/**
 * Batch normalisation (Ioffe and Szegedy, 2015): y = activation(scale · (x − mean) / √(variance +
 * epsilon) + shift), each of the values that enter by itself. In training mean and variance are
 * those of the minibatch, through which the gradient goes too; when sampling they are those that
 * ran along, an exponential moving average over the minibatches of training (of variances with the
 * divisor rows − 1). These are kept beside the parameters, and no optimiser changes them.
 *
 * <p>An example's values depend on the minibatch that it is in: a discriminator, whose minibatches
 * have generated and real examples together, can't have it.
 *
 * @param rate by which the averages move towards a minibatch's, in (0, 1]
 * @param epsilon what is added to a variance, above 0
 * @param activation the non-linearity; a layer before it that has none may be all that it
 *     normalises
 * @param scales whether the scales learn; they begin as 1
 */
@SuppressWarnings("exports") // LayerPass: whoever adds a layer does so here
public record BatchNormalisation(
    @Default("0.1") double rate,
    @Default("1.0e-5") double epsilon,
    @Default("linear") Activation activation,
    @Default("learnt") Scales scales)
    implements LayerSpec {
  private static final BiasInit ZERO = new BiasInit.Constant(0);
  private static final BiasInit ONE = new BiasInit.Constant(1);

  /** Checks the ranges. */
  public BatchNormalisation {
    if (!(rate > 0 && rate <= 1)) {
      throw new IllegalArgumentException("rate must be above 0, at most 1, not " + rate);
    }
    Checks.range("epsilon", epsilon, 1e-30, 1e3);
    Checks.present("activation", activation);
    Checks.present("scales", scales);
  }

  /**
   * Linear, with scales that learn.
   *
   * @param rate by which the averages move towards a minibatch's, in (0, 1]
   * @param epsilon what is added to a variance, above 0
   */
  public BatchNormalisation(double rate, double epsilon) {
    this(rate, epsilon, Activation.LINEAR, Scales.LEARNT);
  }

  @Override
  public int outputs(int inputs) {
    return inputs;
  }

  @Override
  public Planes image(Planes beforeOrNull) {
    return beforeOrNull;
  }

  @Override
  public Optional<Planes> requiredImage() {
    return Optional.empty();
  }

  @Override
  public List<ParameterShape> parameters(int inputs) {
    return List.of(
        new ParameterShape(ParameterShape.SCALE, 1, inputs, ONE),
        new ParameterShape(ParameterShape.SHIFT, 1, inputs, ZERO),
        new ParameterShape(ParameterShape.MEAN, 1, inputs, ZERO),
        new ParameterShape(ParameterShape.VARIANCE, 1, inputs, ONE));
  }

  @Override
  public List<ConvolutionShape> convolutions() {
    return List.of();
  }

  @Override
  public boolean endsIn(Activation which) {
    return which == activation;
  }

  @Override
  public boolean mixesRows() {
    return true;
  }

  @Override
  public String structure() {
    String linear = "batch normalisation, epsilon " + epsilon;
    return activation == Activation.LINEAR ? linear : linear + ", " + activation.lowerCase();
  }

  @Override
  public boolean drops() {
    return false;
  }

  @Override
  public LayerPass pass(PassPlan plan) {
    return plan.training() && plan.others().ranks() > 1
        ? new SplitBatchNormalisationPass(plan, this)
        : new BatchNormalisationPass(plan, this);
  }
}
