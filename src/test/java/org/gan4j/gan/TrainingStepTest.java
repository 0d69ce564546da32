package org.gan4j.gan;

import static org.gan4j.layers.NetworkValues.parameters;
import static org.gan4j.layers.NetworkValues.velocities;
import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Scaling;
import org.gan4j.device.Device;
import org.gan4j.recipe.Labels;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Momentum;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole iterations, replayed by the reference. */
class TrainingStepTest {
  private static final int ITERATIONS = 10;

  private static Arguments run(String name, Recipe recipe) {
    return Arguments.of(name, recipe, SmallGans.data());
  }

  private static Arguments labelled(String name, Recipe recipe, Objective objective, int count) {
    Labels labels = new Labels(SmallGans.CLASSES, count, 1, 0.1);
    return Arguments.of(
        name, SmallGans.learningClasses(recipe, labels, objective), SmallGans.evenlyLabelled());
  }

  static Stream<Arguments> runs() {
    Recipe simultaneous = SmallGans.simultaneous();
    Recipe alternating = SmallGans.recipe(UpdateOrder.ALTERNATING, 1);
    Recipe two = SmallGans.recipe(UpdateOrder.ALTERNATING, 2);
    return Stream.of(
        run("simultaneous", simultaneous),
        run("simultaneous, minimax", minimax(simultaneous, 0)),
        run("simultaneous, norm cap", capped(simultaneous)),
        run("alternating", alternating),
        run("alternating, minimax, norm cap", minimax(alternating, 0.9)),
        run("alternating, k = 2", two),
        run("alternating, k = 5", SmallGans.recipe(UpdateOrder.ALTERNATING, 5)),
        run("alternating, k = 2, norm cap", capped(two)),
        run("simultaneous, noisy generator", noisy(simultaneous)),
        run("alternating, k = 2, noisy generator", noisy(two)),
        run("simultaneous, rectified discriminator", rectified(simultaneous)),
        run("alternating, rectified discriminator", rectified(alternating)),
        run("simultaneous, no dropout below", maxoutFirst(simultaneous)),
        run("alternating, no dropout below", maxoutFirst(alternating)),
        run("simultaneous, images", SmallGans.images(simultaneous)),
        run("alternating, k = 2, images", SmallGans.images(two)),
        run("simultaneous, normalised weights", normalisedWeights(simultaneous)),
        run("alternating, normalised weights, Adam", normalisedWeights(SmallGans.adam(two))),
        run("simultaneous, Adam", SmallGans.adam(simultaneous)),
        run("alternating, k = 2, Adam, norm cap", capped(SmallGans.adam(two))),
        run(
            "alternating, k = 2, Adam for D alone",
            two.withDiscriminatorOptimiser(SmallGans.adam().discriminatorOptimiser())),
        run(
            "simultaneous, Adam for G alone",
            simultaneous.withGeneratorOptimiser(SmallGans.adam().generatorOptimiser())),
        run("alternating, a rate for each", ratesOfTheirOwn(alternating)),
        run(
            "simultaneous, a rate for each, images",
            ratesOfTheirOwn(SmallGans.images(simultaneous))),
        run("alternating, deconvolutions", deconvolutions(alternating)),
        Arguments.of(
            "simultaneous, conditional", SmallGans.conditional(simultaneous), SmallGans.labelled()),
        Arguments.of(
            "alternating, k = 2, conditional, Adam, norm cap",
            capped(SmallGans.adam(SmallGans.conditional(two))),
            SmallGans.labelled()),
        Arguments.of(
            "alternating, k = 2, vectors", SmallGans.ofVectors(two), SmallGans.withVectors()),
        run("alternating, k = 2, matched features", two.withObjective(Objective.FEATURE_MATCHING)),
        run(
            "alternating, matched features, images, Adam",
            SmallGans.adam(SmallGans.images(alternating))
                .withObjective(Objective.FEATURE_MATCHING)),
        labelled("alternating, labels", alternating, Objective.NON_SATURATING, 5),
        labelled("alternating, labels, matched", alternating, Objective.FEATURE_MATCHING, 20),
        labelled("k = 2, all labels, Adam", SmallGans.adam(two), Objective.FEATURE_MATCHING, 0),
        run("simultaneous, completion", SmallGans.completing(simultaneous)),
        run("alternating, k = 2, completion, Adam", SmallGans.adam(SmallGans.completing(two))),
        Arguments.of(
            "contrast, images",
            SmallGans.images(simultaneous),
            SmallGans.data(new Scaling.Contrast(2))),
        Arguments.of(
            "contrast, noisy generator",
            noisy(simultaneous),
            SmallGans.data(new Scaling.Contrast(2))));
  }

  private static Recipe ratesOfTheirOwn(Recipe recipe) {
    Momentum momentum = new Momentum(0.3, 0.8, 2);
    return recipe.withDiscriminatorOptimiser(
        new Optimiser.Sgd(new LearningRate(0.02, 1.05, 1e-3, List.of()), momentum));
  }

  private static Recipe minimax(Recipe recipe, double cap) {
    return recipe.withObjective(Objective.MINIMAX).withMaxColumnNorm(cap);
  }

  private static Recipe capped(Recipe recipe) {
    return recipe.withObjective(Objective.NON_SATURATING).withMaxColumnNorm(0.9);
  }

  private static Recipe noisy(Recipe recipe) {
    return SmallGans.networks(
        recipe, SmallGans.NORMAL, SmallGans.noisyGenerator(), SmallGans.discriminator());
  }

  private static Recipe normalisedWeights(Recipe recipe) {
    return SmallGans.networks(
        recipe, SmallGans.UNIFORM, SmallGans.generator(), SmallGans.normalisedDiscriminator());
  }

  private static Recipe rectified(Recipe recipe) {
    return SmallGans.networks(
        recipe, SmallGans.NORMAL, SmallGans.generator(), SmallGans.rectifiedDiscriminator());
  }

  private static Recipe deconvolutions(Recipe recipe) {
    return SmallGans.networks(
        recipe, SmallGans.UNIFORM, SmallGans.deepImageGenerator(), SmallGans.discriminator());
  }

  private static Recipe maxoutFirst(Recipe recipe) {
    return SmallGans.networks(
        recipe, SmallGans.UNIFORM, SmallGans.generator(), SmallGans.maxoutFirst());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void iterationsAreTheReference(String name, Recipe recipe, DataSet data) {
    try (Device device = Device.cpu();
        Gan gan = SmallGans.clearOfKinks(device, recipe, data, ITERATIONS);
        Trainer trainer = new Trainer(gan, data)) {
      ReferenceGan reference = new ReferenceGan(gan, data, 0);
      for (int done = 1; done <= ITERATIONS; done++) {
        trainer.run(1);
        reference.iterate();
        if (done == 1 || done == 2 || done == ITERATIONS) {
          assertSame(reference, gan, reference.tolerance(done), " after " + done);
          assertSame(reference, trainer.totals().get(0), done * reference.stepTolerance());
        }
      }
      assertEquals(ITERATIONS, gan.iteration());
    }
  }

  private static void assertSame(ReferenceGan expected, Gan gan, double tolerance, String when) {
    assertClose(
        expected.discriminator().parameters(),
        parameters(gan.discriminator(), 0),
        tolerance,
        "weights of D" + when);
    assertClose(
        expected.generator().parameters(),
        parameters(gan.generator(), 0),
        tolerance,
        "weights of G" + when);
    assertClose(
        expected.discriminatorVelocity(),
        velocities(gan.discriminator(), 0),
        tolerance,
        "velocities of D" + when);
    assertClose(
        expected.generatorVelocity(),
        velocities(gan.generator(), 0),
        tolerance,
        "velocities of G" + when);
  }

  private static void assertSame(ReferenceGan expected, Totals totals, double tolerance) {
    assertEquals(expected.dLoss, totals.dLoss(), tolerance, "L_D");
    assertEquals(expected.gLoss, totals.gLoss(), tolerance, "L_G");
    assertEquals(expected.dReal, totals.dReal(), tolerance, "D(x)");
    assertEquals(expected.dFake, totals.dFake(), tolerance, "D(G(z))");
    assertEquals(expected.updateNorm, totals.updateNorm(), tolerance, "update norm");
  }

  @Test
  void eachNetworksRateIsReported() {
    DataSet data = SmallGans.data();
    Recipe recipe = ratesOfTheirOwn(SmallGans.simultaneous());
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, recipe, data);
        Trainer trainer = new Trainer(gan, data)) {
      trainer.run(3);
      Totals totals = trainer.totals().get(0);
      assertEquals(0.1 / Math.pow(1.01, 3), totals.learningRate(), 1e-15);
      assertEquals(0.02 / Math.pow(1.05, 3), totals.discriminatorLearningRate(), 1e-15);
    }
  }

  /** The schedules by their definition, over the end of both. */
  @Test
  void learningRateAndMomentumFollowTheirSchedules() {
    DataSet data = SmallGans.data();
    Recipe recipe = SmallGans.recipe(UpdateOrder.ALTERNATING, 2);
    try (Device device = Device.cpu();
        Gan gan = SmallGans.gan(device, recipe, data);
        Trainer trainer = new Trainer(gan, data)) {
      assertEquals(3, trainer.iterationsPerEpoch());
      for (int t = 0; t < 15; t++) {
        Totals totals = trainer.totals().get(0);
        assertEquals(Math.max(0.08, 0.1 / Math.pow(1.01, 2 * t)), totals.learningRate(), 1e-15);
        assertEquals(0.5 + 0.2 * Math.min(1, (t / 3) / 2.0), totals.momentum(), 1e-7);
        trainer.run(1);
      }
    }
  }
}
