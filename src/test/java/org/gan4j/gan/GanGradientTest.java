package org.gan4j.gan;

import static org.gan4j.layers.NetworkValues.parameters;
import static org.gan4j.layers.NetworkValues.velocities;
import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.FiniteDifferences;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.NetworkValues;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The gradients of the whole losses L_D and L_G, as an iteration leaves them in the velocities. */
class GanGradientTest {
  private static final DataSet DATA = SmallGans.data();

  /** A Gan whose velocities become gradients, with values that keep away from every kink. */
  private static Gan gan(Device device, Recipe recipe) {
    return gan(device, recipe, DATA);
  }

  private static Gan gan(Device device, Recipe recipe, DataSet data) {
    for (long seed = 1; ; seed++) {
      Gan gan = SmallGans.gan(device, SmallGans.seeds(recipe, seed, 1, List.of()), data);
      long[] words = gan.state().read(0);
      words[StateLayout.FACTORS] = NetworkValues.factors(1, 0);
      gan.state().write(0, words);
      ReferenceGan reference = new ReferenceGan(gan, data, 0);
      reference.iterate();
      if (reference.margin() > FiniteDifferences.MARGIN) {
        return gan;
      }
      gan.close();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Objective.class, names = "FEATURE_MATCHING", mode = Mode.EXCLUDE)
  void velocitiesOfImageNetworksAreTheGradients(Objective objective) {
    simultaneous(SmallGans.images(SmallGans.simultaneous()), objective, DATA);
  }

  @ParameterizedTest
  @EnumSource(value = Objective.class, names = "FEATURE_MATCHING", mode = Mode.EXCLUDE)
  void velocitiesOfConditionalNetworksAreTheGradients(Objective objective) {
    Recipe small = SmallGans.simultaneous();
    simultaneous(SmallGans.conditional(small), objective, SmallGans.labelled());
    simultaneous(SmallGans.ofVectors(small), objective, SmallGans.withVectors());
    simultaneous(SmallGans.completing(small), objective, DATA);
  }

  @ParameterizedTest
  @EnumSource(value = Objective.class, names = "FEATURE_MATCHING", mode = Mode.EXCLUDE)
  void simultaneousVelocitiesAreTheGradients(Objective objective) {
    simultaneous(SmallGans.simultaneous(), objective, DATA);
  }

  private static void simultaneous(Recipe small, Objective objective, DataSet data) {
    Recipe recipe = small.withObjective(objective).withMaxColumnNorm(0);
    try (Device device = Device.cpu();
        Gan gan = gan(device, recipe, data);
        Trainer trainer = new Trainer(gan, data)) {
      ReferenceGan reference = new ReferenceGan(gan, data, 0);
      List<double[]> ofD =
          FiniteDifferences.gradients(
              reference.discriminator().parameters(), () -> reference.discriminatorLoss(0));
      List<double[]> ofG =
          FiniteDifferences.gradients(
              reference.generator().parameters(), () -> reference.generatorLoss(0));
      trainer.run(1);
      double tolerance = reference.stepTolerance() + FiniteDifferences.ERROR;
      assertClose(ofD, velocities(gan.discriminator(), 0), tolerance, "gradient of L_D");
      assertClose(ofG, velocities(gan.generator(), 0), tolerance, "gradient of L_G");
    }
  }

  /** The generator's step sees fresh noise and the discriminator as its own step left it. */
  @ParameterizedTest
  @EnumSource(Objective.class)
  void alternatingVelocitiesAreTheGradients(Objective objective) {
    Recipe recipe =
        SmallGans.recipe(UpdateOrder.ALTERNATING, 1).withObjective(objective).withMaxColumnNorm(0);
    try (Device device = Device.cpu();
        Gan gan = gan(device, recipe);
        Trainer trainer = new Trainer(gan, DATA)) {
      ReferenceGan reference = new ReferenceGan(gan, DATA, 0);
      List<double[]> ofD =
          FiniteDifferences.gradients(
              reference.discriminator().parameters(), () -> reference.discriminatorLoss(0));
      trainer.run(1);
      List<double[]> updated = parameters(gan.discriminator(), 0);
      for (int p = 0; p < updated.size(); p++) {
        double[] target = reference.discriminator().parameters().get(p);
        System.arraycopy(updated.get(p), 0, target, 0, target.length);
      }
      List<double[]> ofG =
          FiniteDifferences.gradients(
              reference.generator().parameters(), () -> reference.generatorLoss(1));
      assertTrue(reference.margin() > FiniteDifferences.MARGIN / 10);
      double tolerance = reference.stepTolerance() + FiniteDifferences.ERROR;
      assertClose(ofD, velocities(gan.discriminator(), 0), tolerance, "gradient of L_D");
      assertClose(ofG, velocities(gan.generator(), 0), tolerance, "gradient of L_G");
    }
  }

  /** One shared way back gives what two separate ones give, with the same masks. */
  @ParameterizedTest
  @EnumSource(value = Objective.class, names = "FEATURE_MATCHING", mode = Mode.EXCLUDE)
  void sharedBackwardPassIsExact(Objective objective) {
    Recipe recipe = SmallGans.simultaneous().withObjective(objective).withMaxColumnNorm(0);
    try (Device device = Device.cpu();
        Gan shared = gan(device, recipe);
        Gan separate = gan(device, recipe);
        Trainer trainer = new Trainer(shared, DATA)) {
      double tolerance = new ReferenceGan(shared, DATA, 0).stepTolerance();
      trainer.run(1);
      twoBackwardPasses(separate);
      assertClose(
          velocities(separate.discriminator(), 0),
          velocities(shared.discriminator(), 0),
          tolerance,
          "D");
      assertClose(
          velocities(separate.generator(), 0), velocities(shared.generator(), 0), tolerance, "G");
    }
  }

  private static void twoBackwardPasses(Gan gan) {
    int m = gan.recipe().batch();
    try (DeviceImages images = new DeviceImages(gan.device(), DATA.train(), DATA.scaling());
        DeviceArena arena = gan.device().arena(1)) {
      Minibatch batch = new Minibatch(gan, images, arena);
      NetworkPass generate = gan.generator().pass(arena, m, true);
      NetworkPass discriminate = gan.discriminator().pass(arena, 2 * m, true);
      DeviceBuffer logits = arena.floats(2 * m);
      DeviceBuffer dSlope = arena.floats(2 * m);
      DeviceBuffer gSlope = arena.floats(2 * m);
      arena.freeze();
      Kernels kernels = gan.device().kernels();
      DeviceBuffer state = gan.state().buffer();
      boolean minimax = gan.recipe().objective() == Objective.MINIMAX;
      batch.generate(generate, 0, 0);
      batch.gather(0);
      int site = RandomStreams.discriminator(0);
      discriminate.forward(logits, batch.examples(), state, site);
      kernels.ganLoss(dSlope, gSlope, logits, m, m, minimax, 1, state);
      Gradients learn = new Gradients(true, null, 0);
      Gradients passOn = new Gradients(false, null, m);
      DeviceBuffer gradient = batch.gradient();
      discriminate.backward(logits, batch.examples(), dSlope, learn, null, state, site);
      discriminate.backward(logits, batch.examples(), gSlope, passOn, gradient, state, site);
      generate.backward(
          batch.generated(),
          batch.input(),
          gradient,
          learn,
          null,
          state,
          RandomStreams.generator(0));
    }
  }
}
