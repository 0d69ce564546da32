package org.gan4j.gan;

import static org.gan4j.layers.NetworkValues.parameters;
import static org.gan4j.layers.NetworkValues.velocities;
import static org.gan4j.layers.Rounding.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replicas, and what decides a run. */
class PopulationTest {
  private static final DataSet DATA = SmallGans.data();
  private static final int ITERATIONS = 8;

  private static Recipe recipe(UpdateOrder order) {
    return SmallGans.recipe(order, order == UpdateOrder.ALTERNATING ? 2 : 1);
  }

  private static Gan initialised(Device device, Recipe recipe) {
    Gan gan = new Gan(device, recipe, SmallGans.SHAPE);
    gan.initialise(DATA);
    return gan;
  }

  private static Gan trained(Device device, Recipe recipe, int iterations) {
    Gan gan = initialised(device, recipe);
    train(gan, iterations);
    return gan;
  }

  private static void train(Gan gan, int iterations) {
    try (Trainer trainer = new Trainer(gan, DATA)) {
      trainer.run(iterations);
    }
  }

  private static void assertSame(Network expected, int e, Network actual, int a) {
    assertSame(parameters(expected, e), parameters(actual, a));
    assertSame(velocities(expected, e), velocities(actual, a));
  }

  private static void assertSame(List<double[]> expected, List<double[]> actual) {
    for (int p = 0; p < expected.size(); p++) {
      assertArrayEquals(expected.get(p), actual.get(p));
    }
  }

  private static void assertSame(Gan expected, int e, Gan actual, int a) {
    assertSame(expected.generator(), e, actual.generator(), a);
    assertSame(expected.discriminator(), e, actual.discriminator(), a);
    assertArrayEquals(expected.state().read(e), actual.state().read(a));
  }

  /** To rounding: a backend may sum the products of several replicas in another order. */
  private static void assertReplicasAreSingleRuns(Recipe recipe) {
    try (Device device = Device.cpu();
        Gan all = SmallGans.clearOfKinks(device, recipe, DATA, ITERATIONS)) {
      List<Gan> singles = new ArrayList<>();
      for (int r = 0; r < recipe.replicas(); r++) {
        Recipe own = single(all.recipe(), r);
        Gan one = initialised(device, own);
        singles.add(one);
        NetworkValues.copy(one.generator(), 0, all.generator(), r);
        NetworkValues.copy(one.discriminator(), 0, all.discriminator(), r);
        train(one, ITERATIONS);
      }
      double tolerance = 2 * new ReferenceGan(all, DATA, 0).tolerance(ITERATIONS);
      train(all, ITERATIONS);
      for (int r = 0; r < recipe.replicas(); r++) {
        try (Gan one = singles.get(r)) {
          assertClose(
              parameters(one.generator(), 0), parameters(all.generator(), r), tolerance, "G");
          assertClose(
              parameters(one.discriminator(), 0),
              parameters(all.discriminator(), r),
              tolerance,
              "D");
        }
      }
    }
  }

  private static Recipe single(Recipe recipe, int r) {
    List<Double> rates = recipe.learningRate().perReplica();
    return SmallGans.seeds(
        recipe, recipe.seed() + r, 1, rates.isEmpty() ? rates : List.of(rates.get(r)));
  }

  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void replicasAreSingleRunsOfTheirSeeds(UpdateOrder order) {
    assertReplicasAreSingleRuns(SmallGans.seeds(recipe(order), 1, 3, List.of()));
  }

  @Test
  void replicasOfImageNetworksAreSingleRuns() {
    assertReplicasAreSingleRuns(
        SmallGans.seeds(SmallGans.images(SmallGans.simultaneous()), 1, 2, List.of()));
  }

  /** Each replica has the masks of its own seed. */
  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void replicasThatCompleteImagesAreSingleRuns(UpdateOrder order) {
    assertReplicasAreSingleRuns(
        SmallGans.seeds(SmallGans.completing(recipe(order)), 1, 3, List.of()));
  }

  @Test
  void imageNetworksGiveTheSameBitsTwice() {
    Recipe recipe = SmallGans.images(SmallGans.simultaneous());
    try (Device device = Device.cpu();
        Gan first = trained(device, recipe, ITERATIONS);
        Gan second = trained(device, recipe, ITERATIONS)) {
      assertSame(first, 0, second, 0);
    }
  }

  @Test
  void everyReplicaMayHaveItsOwnLearningRate() {
    List<Double> rates = List.of(0.1, 0.3, 0.05);
    assertReplicasAreSingleRuns(SmallGans.seeds(SmallGans.simultaneous(), 1, 3, rates));
  }

  @Test
  void replicasBeginAsSingleRunsOfTheirSeeds() {
    Recipe three = SmallGans.seeds(SmallGans.simultaneous(), 5, 3, List.of());
    try (Device device = Device.cpu();
        Gan all = initialised(device, three)) {
      for (int r = 0; r < 3; r++) {
        try (Gan one = initialised(device, single(three, r))) {
          assertSame(one, 0, all, r);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void sameSeedGivesTheSameBitsAndAnotherSeedOthers(UpdateOrder order) {
    Recipe recipe = recipe(order);
    try (Device device = Device.cpu();
        Device another = Device.cpu();
        Gan first = trained(device, recipe, ITERATIONS);
        Gan second = trained(another, recipe, ITERATIONS);
        Gan other = trained(device, SmallGans.seeds(recipe, 2, 1, List.of()), ITERATIONS)) {
      assertSame(first, 0, second, 0);
      assertFalse(
          Arrays.equals(
              parameters(first.generator(), 0).get(0), parameters(other.generator(), 0).get(0)));
    }
  }

  /**
   * Parameters, velocities and state words are all: the same minibatches, noise and masks follow.
   */
  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void stateGoesOnFromTheMiddleOfAnEpoch(UpdateOrder order) {
    Recipe recipe = SmallGans.seeds(recipe(order), 1, 2, List.of());
    try (Device device = Device.cpu();
        Gan whole = trained(device, recipe, ITERATIONS);
        Gan half = trained(device, recipe, 4);
        Gan rest = new Gan(device, recipe, SmallGans.SHAPE)) {
      rest.data(half.data());
      for (int r = 0; r < 2; r++) {
        NetworkValues.copy(rest.generator(), r, half.generator(), r);
        NetworkValues.copy(rest.discriminator(), r, half.discriminator(), r);
        rest.state().write(r, half.state().read(r));
      }
      assertEquals(4, rest.iteration());
      train(rest, ITERATIONS - 4);
      for (int r = 0; r < 2; r++) {
        assertSame(whole, r, rest, r);
      }
      assertEquals(ITERATIONS, rest.state().read(1)[StateLayout.STEP]);
    }
  }
}
