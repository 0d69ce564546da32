package org.gan4j.layers;

import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Forward and backward of networks on a device, against the reference. */
class NetworkPassTest {
  private static final WeightInit ZERO = new WeightInit.Uniform(0);
  private static final BiasInit NONE = new BiasInit.Constant(0);
  private static final int ROWS = 7;

  private static LayerSpec dense(int units, Activation activation) {
    return new LayerSpec.Dense(units, activation, ZERO, NONE);
  }

  private static LayerSpec maxout(int units, int pieces) {
    return new LayerSpec.Maxout(units, pieces, ZERO, NONE);
  }

  private static LayerSpec drop(double keep) {
    return new LayerSpec.Dropout(keep);
  }

  private static LayerSpec training(double stddev) {
    return new LayerSpec.GaussianNoise(stddev, NoisyWhen.TRAINING);
  }

  private static LayerSpec noise(double stddev) {
    return new LayerSpec.GaussianNoise(stddev);
  }

  /** Stride 1, 2 pieces. */
  private static LayerSpec convolution(
      Planes input, int channels, int kernel, int padding, int pool, int poolStride) {
    return new LayerSpec.Convolution(
        input, channels, 2, kernel, 1, padding, pool, poolStride, ZERO, NONE);
  }

  private static LayerSpec strided(Planes input, int pieces, int stride) {
    return new LayerSpec.Convolution(input, 3, pieces, 3, stride, 1, 1, 1, ZERO, NONE);
  }

  private static LayerSpec deconvolution(
      Planes input, int stride, int padding, Activation activation, BiasPer biasPer) {
    return new LayerSpec.Deconvolution(
        input, 3, 3, stride, padding, activation, biasPer, ZERO, NONE);
  }

  static Stream<Arguments> imageNetworks() {
    Planes five = new Planes(2, 5, 6);
    Planes two = new Planes(4, 2, 3);
    BiasPer each = BiasPer.POSITION;
    BiasPer channel = BiasPer.CHANNEL;
    return Stream.of(
        network("convolution", 60, convolution(five, 3, 3, 1, 3, 2)),
        network("convolution, then dropout", 60, convolution(five, 3, 4, 2, 2, 2), drop(0.5)),
        network("convolution with a stride", 60, strided(five, 1, 2)),
        network("convolution with a stride, pieces", 60, strided(five, 3, 3), drop(0.5)),
        network("deconvolution", 24, deconvolution(two, 1, 0, Activation.LINEAR, each)),
        network("deconvolution, ReLU", 24, deconvolution(two, 2, 1, Activation.RELU, each)),
        network("gaps and shared biases", 24, deconvolution(two, 4, 0, Activation.RELU, channel)),
        network("shared biases", 24, deconvolution(two, 2, 0, Activation.SIGMOID, channel)),
        network("deconvolution, softplus", 24, deconvolution(two, 2, 1, Activation.SOFTPLUS, each)),
        network("deconvolution, tanh", 24, deconvolution(two, 2, 1, Activation.TANH, each)),
        network(
            "image generator",
            7,
            dense(13, Activation.RELU),
            dense(24, Activation.SIGMOID),
            deconvolution(two, 2, 1, Activation.RELU, channel),
            deconvolution(new Planes(3, 3, 5), 2, 2, Activation.LINEAR, each)),
        network(
            "image discriminator",
            60,
            drop(0.8),
            convolution(five, 3, 3, 2, 3, 2),
            drop(0.5),
            convolution(new Planes(3, 3, 4), 2, 3, 1, 2, 2),
            drop(0.5),
            maxout(5, 3),
            drop(0.5),
            dense(1, Activation.LINEAR)));
  }

  private static Arguments network(String name, int inputs, LayerSpec... layers) {
    return Arguments.of(name, inputs, List.of(layers));
  }

  static Stream<Arguments> networks() {
    return Stream.of(
        network("linear", 5, dense(3, Activation.LINEAR)),
        network("one by one", 1, dense(1, Activation.LINEAR)),
        network("rectified", 3, dense(33, Activation.RELU)),
        network("sigmoid", 33, dense(31, Activation.SIGMOID)),
        network("softplus", 9, dense(33, Activation.SOFTPLUS), dense(5, Activation.SOFTPLUS)),
        network("tanh", 9, dense(33, Activation.TANH), dense(5, Activation.TANH)),
        network("maxout", 11, maxout(5, 3)),
        network("maxout of one piece", 4, maxout(3, 1)),
        network("maxout of two pieces", 9, maxout(13, 2)),
        network("maxout, then dropout", 11, maxout(17, 5), drop(0.5)),
        network("maxout, dropout that keeps all", 6, maxout(4, 2), drop(1)),
        network("maxout, then two dropouts", 6, maxout(8, 2), drop(0.5), drop(0.75)),
        network("maxout, noise, dropout", 6, maxout(8, 2), noise(0.3), drop(0.75)),
        network("dropout at the bottom", 9, drop(0.8), dense(4, Activation.LINEAR)),
        network("two dropouts at the bottom", 9, drop(0.8), drop(0.9), maxout(4, 2)),
        network("dropout after dense", 5, dense(19, Activation.RELU), drop(0.5)),
        network("noise at the bottom", 5, noise(0.5), dense(4, Activation.SIGMOID)),
        network("two noises in a row", 5, noise(0.5), noise(0.25), dense(3, Activation.RELU)),
        network("noise at the top", 5, dense(4, Activation.SIGMOID), noise(0.1)),
        network(
            "noise in training alone",
            5,
            training(0.3),
            dense(4, Activation.SIGMOID),
            training(0.1)),
        network(
            "generator",
            7,
            dense(13, Activation.RELU),
            dense(9, Activation.RELU),
            dense(12, Activation.SIGMOID)),
        network(
            "generator with noise within",
            7,
            dense(13, Activation.RELU),
            drop(0.7),
            noise(0.2),
            noise(0.1),
            dense(9, Activation.SIGMOID),
            drop(0.9),
            dense(12, Activation.LINEAR)),
        network(
            "discriminator",
            12,
            drop(0.8),
            maxout(5, 3),
            drop(0.5),
            maxout(4, 5),
            drop(0.5),
            dense(1, Activation.LINEAR)),
        network("maxout first", 12, maxout(5, 3), maxout(4, 5), dense(1, Activation.LINEAR)),
        network(
            "rectified discriminator",
            12,
            dense(31, Activation.RELU),
            dense(33, Activation.RELU),
            dense(1, Activation.LINEAR)));
  }

  private static Join.Branch branch(int inputs, LayerSpec... layers) {
    return new Join.Branch(inputs, List.of(layers));
  }

  static Stream<Arguments> joinedNetworks() {
    LayerSpec one = dense(1, Activation.LINEAR);
    return Stream.of(
        network("two inputs", 8, join(branch(5), branch(3)), dense(4, Activation.RELU)),
        network(
            "two inputs to two outputs", 3, join(branch(1), branch(2)), drop(0.5), maxout(2, 2)),
        network(
            "a branch with layers, one without",
            8,
            join(branch(3), branch(5, dense(7, Activation.RELU), drop(0.6))),
            dense(4, Activation.SIGMOID)),
        network(
            "conditional discriminator",
            15,
            join(branch(12, drop(0.8), maxout(6, 5)), branch(3, maxout(5, 3), drop(0.5))),
            drop(0.5),
            maxout(4, 4),
            drop(0.5),
            one),
        network(
            "conditional generator with noise",
            9,
            join(branch(6, noise(0.1), dense(9, Activation.RELU)), branch(2), branch(1)),
            noise(0.2),
            dense(12, Activation.SIGMOID)),
        network(
            "an image beside a label",
            63,
            join(branch(60, convolution(new Planes(2, 5, 6), 3, 3, 1, 3, 2), drop(0.5)), branch(3)),
            one));
  }

  private static LayerSpec normal() {
    return normal(Activation.LINEAR, Scales.LEARNT);
  }

  private static LayerSpec normal(Activation activation, Scales scales) {
    return new BatchNormalisation(0.25, 0.1, activation, scales);
  }

  private static LayerSpec fixed(int units, Activation activation) {
    return new WeightNormalised(units, activation, ZERO, NONE, NONE, StartFrom.GIVEN, Scales.FIXED);
  }

  private static LayerSpec ofColumns(int units, Activation activation) {
    return new WeightNormalised(units, activation, ZERO, NONE, NONE);
  }

  static Stream<Arguments> columnNetworks() {
    return Stream.of(
        network("normalised weights", 9, ofColumns(5, Activation.LINEAR)),
        network("normalised weights of a few inputs", 4, ofColumns(3, Activation.SIGMOID)),
        network(
            "discriminator with normalised weights",
            12,
            noise(0.3),
            ofColumns(11, Activation.RELU),
            noise(0.5),
            ofColumns(33, Activation.RELU),
            drop(0.5),
            ofColumns(1, Activation.LINEAR)),
        network(
            "normalised weights of fixed lengths",
            12,
            fixed(11, Activation.RELU),
            noise(0.5),
            fixed(7, Activation.SOFTPLUS),
            ofColumns(3, Activation.LINEAR)),
        network(
            "a branch with normalised weights",
            8,
            join(branch(5, ofColumns(3, Activation.SOFTPLUS)), branch(3)),
            dense(4, Activation.SIGMOID)));
  }

  static Stream<Arguments> normalisedNetworks() {
    return Stream.of(
        network(
            "batch normalisation",
            9,
            dense(13, Activation.LINEAR),
            normal(),
            dense(4, Activation.SIGMOID)),
        network("normalisation at the bottom", 5, normal(), dense(4, Activation.SOFTPLUS)),
        network("normalisation at the top", 5, dense(6, Activation.LINEAR), normal()),
        network(
            "normalisation, then dropout",
            6,
            maxout(8, 2),
            normal(),
            drop(0.75),
            dense(3, Activation.RELU)),
        network(
            "normalisation, then smooth",
            7,
            dense(13, Activation.LINEAR),
            normal(Activation.SOFTPLUS, Scales.FIXED),
            dense(9, Activation.LINEAR),
            normal(Activation.RELU, Scales.LEARNT),
            dense(5, Activation.LINEAR),
            normal(Activation.SIGMOID, Scales.FIXED)),
        network(
            "a branch with normalisation",
            8,
            join(branch(5, dense(3, Activation.LINEAR), normal()), branch(3)),
            dense(4, Activation.SIGMOID)),
        network(
            "generator with normalisation",
            7,
            dense(13, Activation.SOFTPLUS),
            normal(),
            dense(9, Activation.SOFTPLUS),
            normal(),
            dense(12, Activation.SIGMOID)));
  }

  /** The parts of the inputs' gradients lie elsewhere where other rows are asked for. */
  @Test
  void branchesFollowTheRowsThatAreAskedFor() {
    List<LayerSpec> layers = List.of(join(branch(5), branch(3)), dense(4, Activation.SIGMOID));
    try (PassFixture fixture = open(layers, 8, true)) {
      double[] slopes = fixture.slopes();
      ReferenceNetwork.Trace trace = trace(fixture, true);
      double[] whole = reference(fixture).backward(trace, slopes).input();
      for (int inputRows : new int[] {4, 2, ROWS, 1}) {
        fixture.backwardAgain(slopes, inputRows);
        assertClose(
            ReferenceJoin.firstRows(layers, whole, ROWS, inputRows),
            fixture.inputGradient(inputRows),
            fixture.tolerance(),
            inputRows + " rows");
      }
    }
  }

  private static LayerSpec join(Join.Branch... branches) {
    return new Join(List.of(branches));
  }

  /** The first seed whose values keep away from every kink, so that rounding flips nothing. */
  private static PassFixture open(List<LayerSpec> layers, int inputs, boolean training) {
    for (long seed = 1; ; seed++) {
      PassFixture fixture = new PassFixture(layers, inputs, ROWS, training, seed);
      if (trace(fixture, training).margin() > FiniteDifferences.MARGIN) {
        return fixture;
      }
      fixture.close();
    }
  }

  private static ReferenceNetwork reference(PassFixture fixture) {
    return new ReferenceNetwork(fixture.layers, fixture.network, 0);
  }

  private static ReferenceNetwork.Trace trace(PassFixture fixture, boolean training) {
    return reference(fixture)
        .forward(fixture.input(), ROWS, training, PassFixture.DRAWS, PassFixture.SITE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "networks",
    "imageNetworks",
    "joinedNetworks",
    "columnNetworks",
    "normalisedNetworks"
  })
  void forwardIsTheReference(String name, int inputs, List<LayerSpec> layers) {
    for (boolean training : new boolean[] {true, false}) {
      try (PassFixture fixture = open(layers, inputs, training)) {
        double[] input = fixture.input();
        assertClose(
            trace(fixture, training).out(), fixture.forward(), fixture.tolerance(), "outputs");
        assertClose(input, fixture.input(), 0, "the input, which is not modified,");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "networks",
    "imageNetworks",
    "joinedNetworks",
    "columnNetworks",
    "normalisedNetworks"
  })
  void backwardIsTheReference(String name, int inputs, List<LayerSpec> layers) {
    for (int inputRows : new int[] {0, 1, 4, ROWS}) {
      try (PassFixture fixture = open(layers, inputs, true)) {
        ReferenceNetwork.Gradient expected =
            reference(fixture).backward(trace(fixture, true), fixture.slopes());
        fixture.forward();
        fixture.backward(true, false, inputRows);
        assertClose(expected.parameters(), fixture.velocities(), fixture.tolerance(), "gradients");
        assertClose(
            ReferenceJoin.firstRows(layers, expected.input(), ROWS, inputRows),
            fixture.inputGradient(inputRows),
            fixture.tolerance(),
            "gradient of the input");
        assertTrue(fixture.untouchedFrom(inputRows));
      }
    }
  }

  /** The slopes of the outputs, each example's times its factor. */
  private static double[] scaled(PassFixture fixture) {
    double[] scaled = fixture.slopes();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= fixture.rowScales()[i / fixture.outputs];
    }
    return scaled;
  }

  /** The factors count in the parameters' gradients, not in the one that goes on to the input. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"networks", "imageNetworks", "joinedNetworks", "columnNetworks"})
  void rowFactorsScaleTheParametersGradientsOnly(String name, int inputs, List<LayerSpec> layers) {
    try (PassFixture fixture = open(layers, inputs, true)) {
      double[] slopes = fixture.slopes();
      double[] scaled = scaled(fixture);
      ReferenceNetwork reference = reference(fixture);
      ReferenceNetwork.Trace trace = trace(fixture, true);
      fixture.forward();
      fixture.backward(true, true, 3);
      assertClose(
          reference.backward(trace, scaled).parameters(),
          fixture.velocities(),
          fixture.tolerance(),
          "gradients");
      assertClose(
          ReferenceJoin.firstRows(layers, reference.backward(trace, slopes).input(), ROWS, 3),
          fixture.inputGradient(3),
          fixture.tolerance(),
          "gradient of the input");
    }
  }

  /** And the other way round. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"networks", "imageNetworks", "joinedNetworks", "columnNetworks"})
  void inputFactorsScaleTheInputsGradientOnly(String name, int inputs, List<LayerSpec> layers) {
    for (int inputRows : new int[] {1, 3, ROWS}) {
      try (PassFixture fixture = open(layers, inputs, true)) {
        double[] slopes = fixture.slopes();
        double[] scaled = scaled(fixture);
        ReferenceNetwork reference = reference(fixture);
        ReferenceNetwork.Trace trace = trace(fixture, true);
        fixture.forward();
        fixture.backwardWithInputFactors(inputRows);
        assertClose(
            reference.backward(trace, slopes).parameters(),
            fixture.velocities(),
            fixture.tolerance(),
            "gradients");
        assertClose(
            ReferenceJoin.firstRows(
                layers, reference.backward(trace, scaled).input(), ROWS, inputRows),
            fixture.inputGradient(inputRows),
            fixture.tolerance(),
            "gradient of the input");
        assertTrue(fixture.untouchedFrom(inputRows));
      }
    }
  }

  /** Without backpropagation at all: device gradients against differences of the reference. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "networks",
    "imageNetworks",
    "joinedNetworks",
    "columnNetworks",
    "normalisedNetworks"
  })
  void gradientsAreFiniteDifferences(String name, int inputs, List<LayerSpec> layers) {
    try (PassFixture fixture = open(layers, inputs, true)) {
      ReferenceNetwork reference = reference(fixture);
      double[] input = fixture.input();
      double[] slopes = fixture.slopes();
      List<double[]> all = new ArrayList<>(reference.parameters());
      all.add(input);
      List<double[]> expected =
          FiniteDifferences.gradients(
              all,
              () -> {
                double[] out =
                    reference.forward(input, ROWS, true, PassFixture.DRAWS, PassFixture.SITE).out();
                double loss = 0;
                for (int i = 0; i < out.length; i++) {
                  loss += slopes[i] * out[i];
                }
                return loss;
              });
      leaveFixed(layers, inputs, expected);
      fixture.forward();
      fixture.backward(true, false, ROWS);
      List<double[]> actual = new ArrayList<>(fixture.velocities());
      actual.add(fixture.inputGradient(ROWS));
      assertClose(expected, actual, fixture.tolerance() + FiniteDifferences.ERROR, "gradients");
    }
  }

  /** Zeros for scales that don't learn. */
  private static void leaveFixed(List<LayerSpec> layers, int inputs, List<double[]> gradients) {
    int width = inputs;
    int first = 0;
    for (LayerSpec layer : layers) {
      if (layer instanceof BatchNormalisation n && n.scales() == Scales.FIXED) {
        Arrays.fill(gradients.get(first), 0);
      } else if (layer instanceof WeightNormalised n && n.scales() == Scales.FIXED) {
        Arrays.fill(gradients.get(first + 1), 0);
      }
      first += layer.parameters(width).size();
      width = layer.outputs(width);
    }
  }

  @Test
  void rowsThatAreMixedHaveNoFactors() {
    try (PassFixture fixture = open(List.of(dense(4, Activation.LINEAR), normal()), 6, true)) {
      fixture.forward();
      assertThrows(IllegalArgumentException.class, () -> fixture.backward(true, true, 0));
    }
  }

  /** Sampling takes what ran along, and changes nothing of it. */
  @Test
  void meansAndVariancesRunAlongInTraining() {
    List<LayerSpec> layers = List.of(normal(), dense(3, Activation.LINEAR));
    try (PassFixture fixture = open(layers, 6, true)) {
      List<double[]> expected = new ArrayList<>(reference(fixture).parameters());
      for (int time = 0; time < 3; time++) {
        List<double[]> ranAlong =
            new ReferenceNormalisation((BatchNormalisation) normal(), expected.subList(0, 4), ROWS)
                .ranAlong(fixture.input());
        expected.set(2, ranAlong.get(0));
        expected.set(3, ranAlong.get(1));
        fixture.forward();
        assertClose(
            expected, reference(fixture).parameters(), fixture.tolerance(), "what ran along");
      }
    }
    try (PassFixture fixture = open(layers, 6, false)) {
      List<double[]> before = reference(fixture).parameters();
      fixture.forward();
      assertClose(before, reference(fixture).parameters(), 0, "parameters");
    }
  }

  @Test
  void velocityTakesInMomentumAndLearningRate() {
    List<LayerSpec> layers = List.of(maxout(5, 3), drop(0.5), dense(2, Activation.SIGMOID));
    try (PassFixture fixture = open(layers, 6, true)) {
      fixture.forward();
      fixture.backward(true, false, 0);
      List<double[]> gradients = fixture.velocities();
      fixture.state(-0.25f, 0.5f);
      fixture.forward();
      double[] slopes = fixture.slopes();
      fixture.backward(true, false, 0);
      List<double[]> second = new ArrayList<>();
      gradients.forEach(g -> second.add(g.clone()));
      ReferenceNetwork reference = reference(fixture);
      List<double[]> again = reference.backward(trace(fixture, true), slopes).parameters();
      for (int p = 0; p < second.size(); p++) {
        for (int i = 0; i < second.get(p).length; i++) {
          second.get(p)[i] = 0.5 * gradients.get(p)[i] - 0.25 * again.get(p)[i];
        }
      }
      assertClose(second, fixture.velocities(), fixture.tolerance(), "velocities");
    }
  }

  @Test
  void parametersThatAreNotAskedForKeepTheirVelocities() {
    List<LayerSpec> layers = List.of(maxout(5, 3), dense(4, Activation.RELU));
    try (PassFixture fixture = open(layers, 6, true)) {
      fixture.forward();
      fixture.backward(false, false, ROWS);
      for (double[] velocity : fixture.velocities()) {
        assertEquals(0, Arrays.stream(velocity).map(Math::abs).max().orElseThrow());
      }
    }
  }

  @Test
  void passForSamplingHasNoGradients() {
    try (PassFixture fixture = open(List.of(dense(4, Activation.RELU)), 6, false)) {
      fixture.forward();
      Exception e =
          assertThrows(IllegalStateException.class, () -> fixture.backward(true, false, 0));
      assertEquals("this pass was made for sampling: it has no gradients", e.getMessage());
    }
  }
}
