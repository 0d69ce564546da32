package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.gan4j.device.Device;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Coordination;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever is ahead stands still. */
class CoordinationTest {
  private static final int ITERATIONS = 40;

  /** Now the one, now the other: D's lead is that of the last iteration. */
  private static final Coordination OFTEN = new Coordination.Pause(0.005, -0.005, 1);

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  static List<Arguments> recipes() {
    Recipe simultaneous = SmallGans.simultaneous();
    Recipe alternating = SmallGans.recipe(UpdateOrder.ALTERNATING, 2);
    return List.of(
        Arguments.of("simultaneous", simultaneous),
        Arguments.of("alternating", alternating),
        Arguments.of("simultaneous, images", SmallGans.images(simultaneous)),
        Arguments.of("simultaneous, Adam", SmallGans.adam(simultaneous)),
        Arguments.of("alternating, Adam", SmallGans.adam(alternating)));
  }

  private static Map<String, ByteBuffer> networks(Gan gan) {
    Map<String, ByteBuffer> tensors = new TreeMap<>(TinyRun.tensors(gan));
    tensors.keySet().removeIf(name -> name.endsWith("state"));
    return tensors;
  }

  private Gan trained(Recipe recipe, int iterations) {
    Gan gan = TinyRun.begin(device, recipe);
    TinyRun.train(gan, iterations);
    return gan;
  }

  private static void assertSame(List<double[]> expected, Network network, boolean same) {
    List<double[]> values = NetworkValues.parameters(network, 0);
    boolean moved = false;
    for (int i = 0; i < values.size(); i++) {
      if (same) {
        assertArrayEquals(expected.get(i), values.get(i));
      }
      moved |= !Arrays.equals(expected.get(i), values.get(i));
    }
    assertEquals(!same, moved);
  }

  /** What never pauses is the fixed order, bit for bit. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void limitsThatNobodyReachesChangeNothing(String name, Recipe recipe) {
    Coordination never = new Coordination.Pause(1, -1, 10);
    try (Gan fixed = trained(recipe, ITERATIONS);
        Gan free = trained(recipe.withCoordination(never), ITERATIONS)) {
      assertEquals(networks(fixed), networks(free));
      assertEquals(0, free.state().totals(0).dPaused());
      assertEquals(0, free.state().totals(0).gPaused());
      assertTrue(Double.isNaN(fixed.state().totals(0).dPaused()));
      assertEquals(fixed.state().totals(0).dLoss(), free.state().totals(0).dLoss());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void whoStandsStillKeepsItsWeights(String name, Recipe recipe) {
    for (boolean ofD : new boolean[] {true, false}) {
      Coordination always =
          ofD ? new Coordination.Pause(-0.99, -1, 1) : new Coordination.Pause(1, 0.99, 1);
      try (Gan gan = TinyRun.begin(device, recipe.withCoordination(always))) {
        List<double[]> generator = NetworkValues.parameters(gan.generator(), 0);
        List<double[]> discriminator = NetworkValues.parameters(gan.discriminator(), 0);
        TinyRun.train(gan, ITERATIONS);
        assertSame(generator, gan.generator(), !ofD);
        assertSame(discriminator, gan.discriminator(), ofD);
        Totals totals = gan.state().totals(0);
        assertEquals(ofD ? ITERATIONS : 0, totals.dPaused());
        assertEquals(ofD ? 0 : ITERATIONS, totals.gPaused());
        assertTrue(totals.dLoss() > 0 && totals.gLoss() > 0, "both losses are still measured");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void aResumeIsOneRunBitForBit(String name, Recipe recipe) {
    Recipe often = recipe.withCoordination(OFTEN);
    Path file = folder.resolve("half.safetensors");
    try (Gan whole = trained(often, ITERATIONS)) {
      Totals totals = whole.state().totals(0);
      assertTrue(totals.dPaused() > 0 && totals.dPaused() < ITERATIONS, totals.toString());
      assertTrue(totals.gPaused() > 0 && totals.gPaused() < ITERATIONS, totals.toString());
      for (int cut : new int[] {1, 7, 8, 9, 10, ITERATIONS / 2}) {
        TinyRun.trained(file, often, cut);
        try (Gan rest = Checkpoint.open(device, file)) {
          TinyRun.train(rest, ITERATIONS - cut);
          assertEquals(TinyRun.tensors(whole), TinyRun.tensors(rest), "cut at " + cut);
        }
      }
    }
  }

  /** Also where in others nobody stands still. */
  @Test
  void eachReplicaPausesForItself() {
    Recipe recipe =
        SmallGans.seeds(SmallGans.simultaneous(), 5, 3, List.of()).withCoordination(OFTEN);
    try (Gan all = trained(recipe, 10)) {
      for (int r = 0; r < 3; r++) {
        try (Gan one = trained(recipe.ofReplica(r), 10)) {
          Totals expected = one.state().totals(0);
          Totals found = all.state().totals(r);
          assertEquals(expected.dPaused(), found.dPaused(), "replica " + r);
          assertEquals(expected.gPaused(), found.gPaused(), "replica " + r);
          assertEquals(expected.dLoss(), found.dLoss(), 1e-4);
        }
      }
    }
    Path file = folder.resolve("one.safetensors");
    try (Gan all = trained(recipe, 10)) {
      Checkpoint.saveReplica(file, all, 2);
      try (Gan one = Checkpoint.open(device, file)) {
        assertEquals(all.state().totals(2), one.state().totals(0));
      }
    }
  }

  @Test
  void limitsThatWouldStopBothAreRefused() {
    Recipe recipe = SmallGans.simultaneous();
    for (String wrong :
        List.of(
            "{type: pause, above: 0.2, below: 0.2}",
            "{type: pause, above: 2}",
            "{type: pause, below: -2}",
            "{type: pause, memory: 0}",
            "{type: paws}",
            "{type: fixed, above: 1}")) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> RecipeYaml.with(recipe, List.of("coordination=" + wrong)));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("coordination"), e.getMessage());
    }
    Recipe usual = RecipeYaml.with(recipe, List.of("coordination={type: pause}"));
    assertEquals(new Coordination.Pause(0.7, 0, 10), usual.coordination());
    assertFalse(RecipeYaml.write(usual).isBlank());
    assertEquals(usual, RecipeYaml.parse(RecipeYaml.write(usual), "again"));
  }
}
