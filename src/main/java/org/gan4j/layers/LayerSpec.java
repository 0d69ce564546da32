package org.gan4j.layers;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.Philox;
import org.gan4j.device.PoolShape;

/**
 * The immutable description of one layer. A network is a list of them; what a layer receives
 * follows from the layer before it.
 */
@SuppressWarnings("exports") // LayerPass: whoever adds a layer does so here
public sealed interface LayerSpec permits Units, Filters, Elementwise, Join, BatchNormalisation {
  /** How biases begin where a text does not say: at 0. */
  String NO_BIAS = "{type: constant, value: 0}";

  /**
   * Values per example that leave the layer.
   *
   * @param inputs values per example that enter it, ≥ 1
   * @return values per example, ≥ 1
   * @throws IllegalArgumentException if the layer can't take that many inputs
   */
  int outputs(int inputs);

  /**
   * The image that leaves the layer.
   *
   * @param beforeOrNull the image that enters; null if the values that enter are known as no image
   * @return its geometry; null if what leaves is none
   * @throws IllegalArgumentException if the layer needs another image than the one that enters
   */
  Planes image(Planes beforeOrNull);

  /**
   * The image that the layer takes.
   *
   * @return its geometry; empty if the layer takes any values
   */
  Optional<Planes> requiredImage();

  /**
   * The parameters of the layer.
   *
   * @param inputs values per example that enter it
   * @return their shapes; empty if it has none
   */
  List<ParameterShape> parameters(int inputs);

  /**
   * The convolutions in the layer, or those whose adjoints it has.
   *
   * @return their geometries; empty if there is none
   */
  List<ConvolutionShape> convolutions();

  /**
   * Whether the values that leave are those of a non-linearity.
   *
   * @param activation which
   * @return false also if the layer has none of its own
   */
  boolean endsIn(Activation activation);

  /**
   * Whether what leaves is random when sampling, for one and the same input.
   *
   * @return true: the network is no function of what enters it
   */
  default boolean isNoisy() {
    return false;
  }

  /**
   * Whether what leaves for an example depends on the others of its minibatch in training.
   *
   * @return true: minibatches can't be put together, nor rows have factors of their own
   */
  default boolean mixesRows() {
    return false;
  }

  /**
   * Whether parameters begin with what the data says.
   *
   * @return true: the networks of a game call {@link #startFrom} once they are drawn
   */
  default boolean startsFromData() {
    return false;
  }

  /**
   * Lets parameters begin with what the data says.
   *
   * @param in [rows][values] that enter; not modified
   * @param rows examples
   * @param parameters of one replica, in the order of {@link #parameters}; perhaps modified
   */
  default void startFrom(float[] in, int rows, List<float[]> parameters) {}

  /**
   * Whether {@link #onHost} can be called.
   *
   * @return false: no layer above can begin with what the data says
   */
  default boolean isOnHost() {
    return false;
  }

  /**
   * What leaves the layer when sampling, without any noise of its own, computed on the host.
   *
   * @param in [rows][values] that enter; not modified
   * @param rows examples
   * @param parameters of one replica, in the order of {@link #parameters}; not modified
   * @return [rows][values]; perhaps {@code in} itself
   * @throws UnsupportedOperationException unless {@link #isOnHost}
   */
  default float[] onHost(float[] in, int rows, List<float[]> parameters) {
    throw new UnsupportedOperationException(structure() + " is not computed on the host");
  }

  /**
   * The same as {@link #onHost} for {@link #startFrom} of the layers above: with the noise that is
   * added in training, without dropout.
   *
   * @param random where the noise comes from
   */
  default float[] atStart(float[] in, int rows, List<float[]> parameters, Philox random) {
    return onHost(in, rows, parameters);
  }

  /**
   * What the layer computes, without how its parameters begin.
   *
   * @return for messages; layers of the same text compute the same with the same parameters
   */
  String structure();

  /**
   * Dropout.
   *
   * @return the probability to keep a value; 1 for every other layer
   */
  default double keep() {
    return 1;
  }

  /**
   * Whether the layer's own kernels do the dropout that follows it.
   *
   * @return true: the mask is theirs, and that layer has no work of its own
   */
  boolean drops();

  /**
   * How many places the layer takes among those that draw random numbers.
   *
   * @return ≥ 0; 1 for all but those that hold other layers
   */
  default int sites() {
    return 1;
  }

  /**
   * The layer at work.
   *
   * @param plan for what
   * @return null if it has nothing to do there
   */
  LayerPass pass(PassPlan plan);

  /**
   * y = activation(x·W + b).
   *
   * @param units output units, ≥ 1
   * @param activation the non-linearity
   * @param weights how W [inputs × units] begins
   * @param bias how b [units] begins
   */
  record Dense(
      int units, Activation activation, WeightInit weights, @Default(NO_BIAS) BiasInit bias)
      implements Units {
    public Dense {
      LayerChecks.units(units);
      Checks.present("activation", activation);
      Checks.present("weights", weights);
      Checks.present("bias", bias);
    }

    @Override
    public int outputs(int inputs) {
      weights.requireInputs(inputs);
      return units;
    }

    @Override
    public List<ParameterShape> parameters(int inputs) {
      return ParameterShape.matrix(inputs, units, weights, bias);
    }

    @Override
    public boolean endsIn(Activation which) {
      return which == activation;
    }

    @Override
    public String structure() {
      return "dense with " + units + " units, " + activation.lowerCase();
    }

    @Override
    public boolean isOnHost() {
      return true;
    }

    @Override
    public float[] onHost(float[] in, int rows, List<float[]> parameters) {
      double[] sums = HostProducts.of(in, rows, parameters.get(0), units);
      float[] out = new float[sums.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) activation.of(sums[i] + parameters.get(1)[i % units]);
      }
      return out;
    }

    @Override
    public boolean drops() {
      return false;
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      return new DensePass(plan, activation);
    }
  }

  /**
   * Maxout (Goodfellow et al., 2013): each unit is the largest of its linear pieces, each with its
   * own weights and bias; column unit·pieces + piece of W belongs to that unit's piece.
   *
   * @param units output units, ≥ 1
   * @param pieces linear pieces of one unit, 1 to 254
   * @param weights how W [inputs × units·pieces] begins
   * @param bias how b [units·pieces] begins
   */
  record Maxout(int units, int pieces, WeightInit weights, @Default(NO_BIAS) BiasInit bias)
      implements Units {
    /** One byte holds which piece won; one value of it is kept for "dropped". */
    public static final int MAX_PIECES = 254;

    public Maxout {
      LayerChecks.units(units);
      if (pieces < 1 || pieces > MAX_PIECES) {
        throw new IllegalArgumentException(
            "maxout takes 1 to " + MAX_PIECES + " pieces, not " + pieces);
      }
      LayerChecks.units(Math.multiplyExact(units, pieces));
      Checks.present("weights", weights);
      Checks.present("bias", bias);
    }

    @Override
    public int outputs(int inputs) {
      weights.requireInputs(inputs);
      return units;
    }

    @Override
    public List<ParameterShape> parameters(int inputs) {
      return ParameterShape.matrix(inputs, units * pieces, weights, bias);
    }

    @Override
    public boolean endsIn(Activation which) {
      return false;
    }

    @Override
    public String structure() {
      return "maxout with " + units + " units of " + pieces + " pieces";
    }

    @Override
    public boolean drops() {
      return true;
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      return new MaxoutPass(plan, units, pieces);
    }
  }

  /**
   * In training each value is kept with probability keep and divided by it, else set to 0, per
   * element and per example (Srivastava et al., 2014). When sampling or evaluating it does nothing.
   *
   * @param keep the probability to keep a value, in (0, 1]
   */
  record Dropout(double keep) implements Elementwise {
    public Dropout {
      if (!(keep > 0 && keep <= 1)) {
        throw new IllegalArgumentException(
            "keep must be a probability above 0, at most 1, not " + keep);
      }
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      boolean works = plan.training() && !plan.dropped() && keep < 1;
      return works ? new DropoutPass(plan.kernels(), keep, plan.first()) : null;
    }
  }

  /**
   * Adds N(0, stddev²) to every value: always, the noise that the paper's theory permits in the
   * middle of a generator, or in training alone, as discriminators have it against overfitting.
   *
   * @param stddev standard deviation, ≥ 0
   * @param when in training and when sampling, or in training alone
   */
  record GaussianNoise(double stddev, @Default("always") NoisyWhen when) implements Elementwise {
    public GaussianNoise {
      if (!(stddev >= 0 && stddev <= 1e6)) {
        throw new IllegalArgumentException("stddev must be 0 to 1e6, not " + stddev);
      }
      Checks.present("when", when);
    }

    /**
     * Noise in training and when sampling.
     *
     * @param stddev standard deviation, ≥ 0
     */
    public GaussianNoise(double stddev) {
      this(stddev, NoisyWhen.ALWAYS);
    }

    @Override
    public boolean isNoisy() {
      return stddev > 0 && when == NoisyWhen.ALWAYS;
    }

    @Override
    public String structure() {
      String trains = when == NoisyWhen.TRAINING ? " in training" : "";
      return "GaussianNoise[stddev=" + stddev + "]" + trains;
    }

    @Override
    public float[] atStart(float[] in, int rows, List<float[]> parameters, Philox random) {
      float[] out = new float[in.length];
      for (int i = 0; i < out.length; i++) {
        out[i] = (float) (in[i] + stddev * random.nextNormal());
      }
      return out;
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      boolean works = plan.training() || when == NoisyWhen.ALWAYS;
      return works ? new NoisePass(plan.kernels(), stddev) : null;
    }
  }

  /**
   * Convolution, then maxout over groups of its filters and max pooling: each output is the largest
   * value over a window of pixels and all pieces of its channel. Filter channel·pieces + piece
   * belongs to that channel's piece. Windows that reach beyond the lower and right edges are cut
   * off there, and as many of them are taken as are needed to see every pixel.
   *
   * @param input the image that enters
   * @param channels of the image that leaves, ≥ 1
   * @param pieces filters of one channel, ≥ 1
   * @param kernel height and width of a filter, ≥ 1
   * @param stride pixels from one place of a filter to the next, ≥ 1
   * @param padding rows and columns of zeros on each side, 0 to kernel − 1
   * @param pool height and width of a window, ≥ 1; pieces · pool² ≤ 254
   * @param poolStride pixels from one window to the next, 1 to pool
   * @param weights how the filters [channels·pieces × input channels × kernel × kernel] begin;
   *     uniform
   * @param bias how the biases, one of each filter, begin
   */
  record Convolution(
      Planes input,
      int channels,
      @Default("1") int pieces,
      int kernel,
      @Default("1") int stride,
      @Default("0") int padding,
      @Default("1") int pool,
      @Default("1") int poolStride,
      WeightInit weights,
      @Default(NO_BIAS) BiasInit bias)
      implements Filters {
    public Convolution {
      Checks.present("input", input);
      Checks.range("channels", channels, 1, Checks.MAX_UNITS);
      Checks.range("pieces", pieces, 1, Maxout.MAX_PIECES);
      ConvolutionShape shape = shape(input, channels * pieces, kernel, stride, padding);
      int side = Math.min(shape.outputHeight(), shape.outputWidth());
      Checks.range("pool", pool, 1, side);
      Checks.range("pool_stride", poolStride, 1, pool);
      pooling(shape, channels, pieces, pool, poolStride);
      LayerChecks.uniform(weights);
      Checks.present("bias", bias);
    }

    private static ConvolutionShape shape(
        Planes input, int filters, int kernel, int stride, int padding) {
      return new ConvolutionShape(
          input.channels(), input.height(), input.width(), filters, kernel, stride, padding);
    }

    private static PoolShape pooling(
        ConvolutionShape shape, int channels, int pieces, int pool, int poolStride) {
      return new PoolShape(
          channels, pieces, shape.outputHeight(), shape.outputWidth(), pool, poolStride);
    }

    @Override
    public ConvolutionShape shape() {
      return shape(input, channels * pieces, kernel, stride, padding);
    }

    PoolShape pooling() {
      return pooling(shape(), channels, pieces, pool, poolStride);
    }

    @Override
    public int outputs(int inputs) {
      LayerChecks.input(input, inputs);
      return pooling().outputs();
    }

    @Override
    public Planes image(Planes beforeOrNull) {
      LayerChecks.image(input, beforeOrNull);
      return new Planes(channels, pooling().outputHeight(), pooling().outputWidth());
    }

    @Override
    public List<ParameterShape> parameters(int inputs) {
      int filters = shape().filters();
      return ParameterShape.filters(filters, shape().filterSize(), filters, weights, bias);
    }

    @Override
    public boolean endsIn(Activation which) {
      return false;
    }

    @Override
    public String structure() {
      return String.format(
          "convolution of %s to %d channels of %d pieces, kernel %d, stride %d, padding %d, pool %d,"
              + " pool stride %d",
          input, channels, pieces, kernel, stride, padding, pool, poolStride);
    }

    @Override
    public boolean drops() {
      return true;
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      return new ConvolutionPass(plan, shape(), pooling());
    }
  }

  /**
   * Transposed convolution: y = activation(the adjoint of a convolution, applied to x, + b). An
   * image of h rows becomes one of (h − 1)·stride + kernel − 2·padding rows.
   *
   * @param input the image that enters
   * @param channels of the image that leaves, ≥ 1
   * @param kernel height and width of a filter, ≥ 1
   * @param stride pixels that leave, from those of one pixel that enters to those of the next, ≥ 1
   * @param padding rows and columns that are cut off on each side, 0 to kernel − 1
   * @param activation the non-linearity
   * @param biasPer what has a bias of its own
   * @param weights how the filters [input channels × channels × kernel × kernel] begin; uniform
   * @param bias how the biases begin
   */
  record Deconvolution(
      Planes input,
      int channels,
      int kernel,
      @Default("1") int stride,
      @Default("0") int padding,
      Activation activation,
      @Default("channel") BiasPer biasPer,
      WeightInit weights,
      @Default(NO_BIAS) BiasInit bias)
      implements Filters {
    public Deconvolution {
      Checks.present("input", input);
      Checks.range("channels", channels, 1, Checks.MAX_UNITS);
      Checks.range("kernel", kernel, 1, Checks.MAX_UNITS);
      Checks.range("stride", stride, 1, Checks.MAX_UNITS);
      Checks.range("padding", padding, 0, kernel - 1);
      shape(input, output(input, channels, kernel, stride, padding), kernel, stride, padding);
      Checks.present("activation", activation);
      Checks.present("bias_per", biasPer);
      LayerChecks.uniform(weights);
      Checks.present("bias", bias);
    }

    private static Planes output(Planes input, int channels, int kernel, int stride, int padding) {
      long height = (input.height() - 1L) * stride + kernel - 2L * padding;
      long width = (input.width() - 1L) * stride + kernel - 2L * padding;
      if (Math.min(height, width) < 1 || Math.max(height, width) > Checks.MAX_UNITS) {
        throw new IllegalArgumentException(
            "stride, kernel and padding must give an image of 1 to "
                + Checks.MAX_UNITS
                + " rows and columns, not of "
                + height
                + " x "
                + width);
      }
      return new Planes(channels, (int) height, (int) width);
    }

    /** Of the convolution whose adjoint this is: from what leaves here to what enters. */
    private static ConvolutionShape shape(
        Planes input, Planes output, int kernel, int stride, int padding) {
      return new ConvolutionShape(
          output.channels(),
          output.height(),
          output.width(),
          input.channels(),
          kernel,
          stride,
          padding);
    }

    private Planes output() {
      return output(input, channels, kernel, stride, padding);
    }

    @Override
    public ConvolutionShape shape() {
      return shape(input, output(), kernel, stride, padding);
    }

    int biases() {
      return biasPer == BiasPer.CHANNEL ? channels : output().size();
    }

    @Override
    public int outputs(int inputs) {
      LayerChecks.input(input, inputs);
      return output().size();
    }

    @Override
    public Planes image(Planes beforeOrNull) {
      LayerChecks.image(input, beforeOrNull);
      return output();
    }

    @Override
    public List<ParameterShape> parameters(int inputs) {
      int filters = shape().filters();
      return ParameterShape.filters(filters, shape().filterSize(), biases(), weights, bias);
    }

    @Override
    public boolean endsIn(Activation which) {
      return which == activation;
    }

    @Override
    public String structure() {
      return String.format(
          "deconvolution of %s to %d channels, kernel %d, stride %d, padding %d, %s, a bias per %s",
          input,
          channels,
          kernel,
          stride,
          padding,
          activation.lowerCase(),
          biasPer.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public boolean drops() {
      return false;
    }

    @Override
    public LayerPass pass(PassPlan plan) {
      return new DeconvolutionPass(plan, this);
    }
  }
}
