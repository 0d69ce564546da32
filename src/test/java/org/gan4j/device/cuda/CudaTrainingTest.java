package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Algorithms;
import org.gan4j.device.DeviceOptions.Graph;
import org.gan4j.device.DeviceOptions.Launch;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.DeviceOptions.Updates;
import org.gan4j.device.Numbers;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.layers.BatchNormalisation;
import org.gan4j.layers.LayerSpec;
import org.gan4j.recipe.Coordination;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole training steps as graphs, against the CPU. */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class CudaTrainingTest {
  private static final int ITERATIONS = 100;

  private static Device cuda(Math math) {
    return Device.open("cuda", DeviceOptions.DEFAULT.withMath(math), notice -> {});
  }

  private static SmallGan.Outcome onTheGpu(Recipe recipe, int... stretches) {
    try (Device device = cuda(Math.FP32)) {
      return SmallGan.train(device, recipe, stretches);
    }
  }

  /**
   * A sum of L terms is rounded up to L times, so an update differs by a share of L · 2⁻²⁴ at most
   * between two orders of summation, and T updates by T times that. The scale is the largest value
   * of a matrix. That later iterations amplify what earlier ones rounded is left out: these small
   * rates hardly do.
   */
  static void assertEqualWithinRounding(
      SmallGan.Outcome expected, SmallGan.Outcome found, int iterations, int longestSum) {
    double share = (double) iterations * longestSum * Numbers.ROUNDING;
    for (int i = 0; i < expected.values().size(); i++) {
      float[] e = expected.values().get(i);
      float[] f = found.values().get(i);
      double largest = 0;
      for (float value : e) {
        largest = java.lang.Math.max(largest, java.lang.Math.abs(value));
      }
      for (int j = 0; j < e.length; j++) {
        Numbers.assertClose(e[j], f[j], share * largest, "parameter " + i + ", element " + j);
      }
    }
    for (int r = 0; r < expected.totals().size(); r++) {
      Totals e = expected.totals().get(r);
      Totals f = found.totals().get(r);
      assertEquals(e.iteration(), f.iteration());
      assertEquals(e.learningRate(), f.learningRate());
      assertEquals(e.momentum(), f.momentum());
      Numbers.assertClose(e.dLoss(), f.dLoss(), share * e.dLoss(), "D's loss");
      Numbers.assertClose(e.gLoss(), f.gLoss(), share * e.gLoss(), "G's loss");
      Numbers.assertClose(e.updateNorm(), f.updateNorm(), share * e.updateNorm(), "norms");
    }
  }

  @ParameterizedTest
  @CsvSource({"ALTERNATING,1", "ALTERNATING,3", "SIMULTANEOUS,1", "SIMULTANEOUS,3"})
  void trainsAsTheCpuDoes(UpdateOrder update, int replicas) {
    Recipe recipe = SmallGan.recipe(update, replicas, true);
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      assertEqualWithinRounding(
          expected, onTheGpu(recipe, ITERATIONS), ITERATIONS, SmallGan.LONGEST_SUM);
    }
  }

  /** By way of the host if they share a card, by NCCL if each has its own. */
  @ParameterizedTest
  @CsvSource({
    "ALTERNATING,1,1,false",
    "SIMULTANEOUS,3,1,false",
    "ALTERNATING,1,2,false",
    "SIMULTANEOUS,3,2,false",
    "ALTERNATING,2,1,true",
    "ALTERNATING,2,2,true"
  })
  void ranksTrainAsTheCpuDoesAlone(UpdateOrder update, int replicas, int cards, boolean normalised)
      throws Exception {
    assumeTrue(StandIn.isThere() || cards == 1, "needs two cards");
    Recipe recipe = SmallGan.recipe(update, replicas, true).withBatch(8);
    if (normalised) {
      List<LayerSpec> layers = new ArrayList<>(recipe.generator());
      layers.add(1, new BatchNormalisation(0.1, 0.01));
      recipe = recipe.withGenerator(layers);
    }
    List<SmallGan.Outcome> found = CudaRanksTest.train(recipe, cards, ITERATIONS);
    assertSameBits(found.get(0), found.get(1));
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      assertEqualWithinRounding(expected, found.get(0), ITERATIONS, 2 * SmallGan.LONGEST_SUM);
    }
  }

  @ParameterizedTest
  @CsvSource({"ALTERNATING,1", "SIMULTANEOUS,3"})
  void completesAsTheCpuDoes(UpdateOrder update, int replicas) {
    Recipe recipe = SmallGan.completing(update, replicas);
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      SmallGan.Outcome found = onTheGpu(recipe, 1, 36, ITERATIONS - 37);
      assertEqualWithinRounding(expected, found, ITERATIONS, 2 * SmallGan.LONGEST_SUM);
      assertSameBits(onTheGpu(recipe, ITERATIONS), found);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void learnsClassesAsTheCpuDoes(int replicas) {
    Recipe recipe = SmallGan.learningClasses(replicas);
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      SmallGan.Outcome found = onTheGpu(recipe, 1, 36, ITERATIONS - 37);
      assertEqualWithinRounding(expected, found, ITERATIONS, 2 * SmallGan.LONGEST_SUM);
      assertSameBits(onTheGpu(recipe, ITERATIONS), found);
    }
  }

  /** What D is used with goes after its weights on the card too. */
  @Test
  void theAverageIsThatOfTheCpu() {
    Recipe recipe = SmallGan.learningClasses(1);
    DataSet data = SmallGan.data();
    float[] examples = data.scaling().values(data.test());
    float[][] found = new float[2][];
    for (int i = 0; i < 2; i++) {
      try (Device device = i == 0 ? Device.cpu() : cuda(Math.FP32);
          Gan gan = new Gan(device, recipe, data.shape())) {
        gan.initialise(data);
        try (Trainer trainer = new Trainer(gan, data)) {
          trainer.run(ITERATIONS);
        }
        try (Discriminator discriminator = Discriminator.of(gan, 0)) {
          found[i] = discriminator.classify(examples);
        }
      }
    }
    assertArrayEquals(found[0], found[1], 1e-3f);
  }

  /** D stands still from the first iteration on, or G until D tells them apart. */
  @ParameterizedTest
  @CsvSource({
    "ALTERNATING,1,-0.9,-1",
    "SIMULTANEOUS,2,-0.9,-1",
    "ALTERNATING,2,1,0.9",
    "SIMULTANEOUS,1,1,0.9"
  })
  void pausesAsTheCpuDoes(UpdateOrder update, int replicas, double above, double below) {
    Recipe recipe =
        SmallGan.recipe(update, replicas, true)
            .withMaxColumnNorm(0)
            .withCoordination(new Coordination.Pause(above, below, 5));
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      SmallGan.Outcome found = onTheGpu(recipe, 1, 36, ITERATIONS - 37);
      assertEqualWithinRounding(expected, found, ITERATIONS, SmallGan.LONGEST_SUM);
      assertSameBits(onTheGpu(recipe, ITERATIONS), found);
      for (Totals totals : found.totals()) {
        assertEquals(above < 0 ? ITERATIONS : 0, totals.dPaused());
        assertEquals(above < 0 ? 0 : ITERATIONS, totals.gPaused());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void theSameBitsTwiceHoweverItIsCut(UpdateOrder update) {
    Recipe recipe = SmallGan.recipe(update, 2, true);
    SmallGan.Outcome once = onTheGpu(recipe, 70);
    SmallGan.Outcome cut = onTheGpu(recipe, 1, 36, 0, 33);
    assertSameBits(once, cut);
  }

  static void assertSameBits(SmallGan.Outcome expected, SmallGan.Outcome found) {
    for (int i = 0; i < expected.values().size(); i++) {
      assertArrayEquals(expected.values().get(i), found.values().get(i), "parameter " + i);
    }
    assertEquals(expected.totals(), found.totals());
  }

  @Test
  void resumesToTheBit(@TempDir Path folder) {
    Recipe recipe = SmallGan.recipe(UpdateOrder.ALTERNATING, 1, true);
    SmallGan.Outcome whole = onTheGpu(recipe, 20);
    Path file = folder.resolve("half.safetensors");
    try (Device device = cuda(Math.FP32)) {
      save(device, recipe, file, 12);
      assertSameBits(whole, resume(device, file, 8));
    }
  }

  @Test
  void aCheckpointOfOneDeviceGoesOnOnAnother(@TempDir Path folder) {
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, 2, true);
    Path file = folder.resolve("half.safetensors");
    try (Device cpu = Device.cpu();
        Device gpu = cuda(Math.FP32)) {
      SmallGan.Outcome whole = SmallGan.train(cpu, recipe, 20);
      save(cpu, recipe, file, 12);
      assertEqualWithinRounding(whole, resume(gpu, file, 8), 20, SmallGan.LONGEST_SUM);
      save(gpu, recipe, file, 12);
      assertEqualWithinRounding(whole, resume(cpu, file, 8), 20, SmallGan.LONGEST_SUM);
    }
  }

  private static void save(Device device, Recipe recipe, Path file, int iterations) {
    try (Gan gan = new Gan(device, recipe, SmallGan.data().shape())) {
      gan.initialise(SmallGan.data());
      try (Trainer trainer = new Trainer(gan, SmallGan.data())) {
        trainer.run(iterations);
        Checkpoint.save(file, gan, Map.of());
      }
    }
  }

  private static SmallGan.Outcome resume(Device device, Path file, int iterations) {
    try (Gan gan = Checkpoint.open(device, file);
        Trainer trainer = new Trainer(gan, SmallGan.data())) {
      trainer.run(iterations);
      return new SmallGan.Outcome(SmallGan.values(gan), trainer.totals());
    }
  }

  @ParameterizedTest
  @CsvSource({"TF32,APART,0.01", "BF16,APART,0.1", "TF32,FUSED,0.01", "BF16,FUSED,0.1"})
  void factorsOfProductsAreRounded(Math math, Updates updates, double most) {
    Recipe recipe = SmallGan.recipe(UpdateOrder.ALTERNATING, 1, true);
    DeviceOptions options = DeviceOptions.DEFAULT.withMath(math).withUpdates(updates);
    try (Device rough = Device.open("cuda", options, notice -> {});
        Device exact = cuda(Math.FP32)) {
      SmallGan.Outcome a = SmallGan.train(rough, recipe, 1);
      SmallGan.Outcome b = SmallGan.train(exact, recipe, 1);
      double difference = a.totals().get(0).dLoss() - b.totals().get(0).dLoss();
      assertTrue(java.lang.Math.abs(difference) < most, "" + difference);
      // It is a permission: for matrices as small as these cuBLASLt need not use it.
      assertTrue(difference != 0 || !StandIn.isThere());
    }
  }

  @Test
  @Tag("stand-in")
  void iterationsAreGraphs() {
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, 1, true);
    try (Device device = cuda(Math.FP32)) {
      DataAndCounts before = DataAndCounts.now();
      SmallGan.train(device, recipe, 100);
      DataAndCounts after = DataAndCounts.now();
      // 3 graphs of 32 iterations and 4 of one.
      assertEquals(7, after.graphLaunches - before.graphLaunches);
      // Run once each before, captured once alone and 32 times in a row.
      assertEquals(34 * 17, after.products - before.products);
    }
  }

  /** The length of the way through an iteration is what it costs. */
  @ParameterizedTest
  @CsvSource({
    "SIMULTANEOUS,APART,1,44,21",
    "SIMULTANEOUS,APART,16,50,22",
    "SIMULTANEOUS,FUSED,1,38,21",
    "SIMULTANEOUS,FUSED,16,38,21",
    "ALTERNATING,APART,1,60,32",
    "ALTERNATING,FUSED,1,54,31"
  })
  @Tag("stand-in")
  void theChainOfAnIterationIsShort(
      UpdateOrder update, Updates updates, int replicas, int nodes, int chain) {
    DeviceOptions options = DeviceOptions.DEFAULT.withMath(Math.FP32).withUpdates(updates);
    try (Device device = Device.open("cuda", options, notice -> {})) {
      SmallGan.train(device, SmallGan.likeMnist(update, replicas), 32);
      long all = StandIn.count(StandIn.Count.NODES);
      long longest = StandIn.count(StandIn.Count.CHAIN);
      assertEquals(
          chain + " of " + nodes,
          longest / CudaReplay.UNROLLED + " of " + all / CudaReplay.UNROLLED,
          "nodes of the longest chain, of all");
    }
  }

  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void theSameBitsInAnyGraph(UpdateOrder update) {
    Recipe recipe = SmallGan.recipe(update, 3, true);
    DeviceOptions options = DeviceOptions.DEFAULT.withMath(Math.FP32);
    try (Device parallel = Device.open("cuda", options, notice -> {});
        Device chain = Device.open("cuda", options.withGraph(Graph.CHAIN), notice -> {})) {
      assertSameBits(SmallGan.train(chain, recipe, 70), SmallGan.train(parallel, recipe, 70));
    }
  }

  /** ε is so large that an error of a gradient gets no further than by momentum. */
  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void adamTrainsAsOnTheCpu(UpdateOrder update) {
    Optimiser.Adam adam =
        new Optimiser.Adam(new LearningRate(0.03, 1, 0, List.of()), 0.5, 0.9, 0.2);
    Recipe recipe = SmallGan.recipe(update, 1, true).withDiscriminatorOptimiser(adam);
    Recipe both = recipe.withGeneratorOptimiser(adam);
    try (Device cpu = Device.cpu()) {
      for (Recipe each : List.of(recipe, both)) {
        SmallGan.Outcome expected = SmallGan.train(cpu, each, ITERATIONS);
        assertEqualWithinRounding(
            expected, onTheGpu(each, ITERATIONS), ITERATIONS, SmallGan.LONGEST_SUM);
      }
    }
  }

  /** With a cap, where updates go apart; without; with two states and who stands still. */
  @ParameterizedTest
  @CsvSource({"ALTERNATING,1", "ALTERNATING,3", "SIMULTANEOUS,1", "SIMULTANEOUS,3"})
  void fusedUpdatesTrainAsTheCpuDoes(UpdateOrder update, int replicas) {
    DeviceOptions options = DeviceOptions.DEFAULT.withMath(Math.FP32).withUpdates(Updates.FUSED);
    Recipe capped = SmallGan.recipe(update, replicas, true);
    Recipe pausing =
        capped.withMaxColumnNorm(0).withCoordination(new Coordination.Pause(1, 0.9, 5));
    try (Device cpu = Device.cpu();
        Device fused = Device.open("cuda", options, notice -> {})) {
      for (Recipe recipe : List.of(capped, capped.withMaxColumnNorm(0), pausing)) {
        SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
        SmallGan.Outcome found = SmallGan.train(fused, recipe, 1, 36, ITERATIONS - 37);
        assertEqualWithinRounding(expected, found, ITERATIONS, SmallGan.LONGEST_SUM);
        assertSameBits(SmallGan.train(fused, recipe, ITERATIONS), found);
      }
    }
  }

  @Test
  void timedAlgorithmsComputeTheSame() {
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, 2, true);
    DeviceOptions options =
        DeviceOptions.DEFAULT.withMath(Math.FP32).withAlgorithms(Algorithms.TIMED);
    try (Device cpu = Device.cpu();
        Device timed = Device.open("cuda", options, notice -> {})) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      assertEqualWithinRounding(
          expected, SmallGan.train(timed, recipe, ITERATIONS), ITERATIONS, SmallGan.LONGEST_SUM);
    }
  }

  /** Refused when an algorithm is asked for, in two ways, or only when it is to run. */
  @ParameterizedTest
  @CsvSource({"15,1", "7,3", "1,1", "1,3"})
  @Tag("stand-in")
  void withoutFactorsOnTheDeviceGradientsAreOurOwnKernels(int how, int replicas) {
    StandIn.set(StandIn.Setting.REFUSE_DEVICE_SCALARS, how);
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, replicas, true);
    try (Device cpu = Device.cpu()) {
      SmallGan.Outcome expected = SmallGan.train(cpu, recipe, ITERATIONS);
      assertEqualWithinRounding(
          expected, onTheGpu(recipe, ITERATIONS), ITERATIONS, SmallGan.LONGEST_SUM);
    }
  }

  /** Of random numbers, which other arithmetics than single precision round. */
  private static float[] product(Device device) {
    int side = 24;
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer factor = arena.floats(side * side);
      DeviceBuffer out = arena.floats(side * side);
      arena.freeze();
      Random random = new Random(1);
      float[] values = new float[side * side];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat();
      }
      Buffers.write(factor, 0, values);
      device.kernels().productTransposed(out, factor, factor, side, side, side);
      Buffers.read(out, 0, values);
      return values;
    }
  }

  /** But for gradients, which are our own kernels' then. */
  @ParameterizedTest
  @CsvSource({"BF16,75", "TF32,77"})
  @Tag("stand-in")
  void arithmeticThatCublasltHasNotIsSinglePrecisionAndSaidOnce(Math math, int compute) {
    StandIn.set(StandIn.Setting.REFUSE_COMPUTE, compute);
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, 3, true);
    try (Warnings warnings = new Warnings();
        Device exact = cuda(Math.FP32);
        Device device = cuda(math)) {
      assertArrayEquals(product(exact), product(device));
      assertTrue(SmallGan.train(device, recipe, ITERATIONS).totals().get(1).isFinite());
      assertEquals(1, warnings.all().size(), warnings.all().toString());
      String said = warnings.all().get(0);
      assertTrue(said.endsWith("; it and any other such are computed in single precision"), said);
    }
  }

  /** Whatever the clock says: there are three proposals for each of some twenty products. */
  @Test
  void aRunKeepsToTheAlgorithmsThatItHasTimed(@TempDir Path folder) {
    Recipe recipe = SmallGan.recipe(UpdateOrder.SIMULTANEOUS, 2, true);
    DeviceOptions options =
        DeviceOptions.DEFAULT.withMath(Math.FP32).withAlgorithms(Algorithms.TIMED);
    Path file = folder.resolve("half.safetensors");
    String choices;
    try (Device device = Device.open("cuda", options, notice -> {})) {
      assertEquals("", device.choices());
      save(device, recipe, file, 2);
      choices = device.choices();
      assertTrue(choices.lines().count() >= 10, choices);
    }
    try (Device device = Device.open("cuda", options, notice -> {})) {
      device.keepTo("no choice\nShape[batch=1]: 00\n");
      resume(device, file, 2);
      assertEquals("Shape[batch=1]: 00\n" + choices, device.choices());
    }
    try (Device proposed = cuda(Math.FP32)) {
      resume(proposed, file, 2);
    }
  }

  /** Of our own kernels, each that follows another one alone. */
  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void kernelsMayBeginBeforeOthersAreThrough(UpdateOrder update) {
    Recipe recipe = SmallGan.recipe(update, 2, true);
    DeviceOptions options =
        DeviceOptions.DEFAULT.withMath(Math.FP32).withLaunch(Launch.PROGRAMMATIC);
    long before = StandIn.isThere() ? StandIn.count(StandIn.Count.EARLY) : 0;
    try (Device device = Device.open("cuda", options, notice -> {})) {
      assertSameBits(onTheGpu(recipe, 70), SmallGan.train(device, recipe, 1, 36, 33));
    }
    assertTrue(!StandIn.isThere() || StandIn.count(StandIn.Count.EARLY) - before >= 5);
  }

  @Test
  @Tag("stand-in")
  void olderCardsHaveNoEarlyLaunch() {
    StandIn.set(StandIn.Setting.CAPABILITY, 86);
    DeviceOptions options = DeviceOptions.DEFAULT.withLaunch(Launch.PROGRAMMATIC);
    DeviceException refusal =
        assertThrows(DeviceException.class, () -> Device.open("cuda", options, notice -> {}));
    assertTrue(refusal.getMessage().contains("8.6"), refusal.getMessage());
  }

  private record DataAndCounts(long graphLaunches, long products) {
    static DataAndCounts now() {
      return new DataAndCounts(
          StandIn.count(StandIn.Count.GRAPH_LAUNCHES), StandIn.count(StandIn.Count.PRODUCTS));
    }
  }
}
