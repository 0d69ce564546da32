package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.gan4j.data.Examples;
import org.gan4j.device.Device;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Coordination;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Rollback;
import org.gan4j.recipe.Stop;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica goes back to networks of before, and the others don't notice. */
class RollbackTest {
  private static final Rollback RULE = new Rollback(2, 0.5, 1);

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(int replicas) {
    return SmallGans.seeds(SmallGans.recipe(UpdateOrder.ALTERNATING, 2), 5, replicas, List.of())
        .withRollback(RULE);
  }

  private static void assertSame(Gan expected, int e, Gan found, int f, boolean same) {
    List<double[]> before = values(expected, e);
    List<double[]> after = values(found, f);
    for (int p = 0; same && p < before.size(); p++) {
      assertArrayEquals(before.get(p), after.get(p));
    }
    assertTrue(same || !Arrays.equals(before.get(0), after.get(0)));
  }

  private static List<double[]> values(Gan gan, int replica) {
    List<double[]> values = new ArrayList<>();
    for (Network network : List.of(gan.generator(), gan.discriminator())) {
      values.addAll(NetworkValues.parameters(network, replica));
      values.addAll(NetworkValues.velocities(network, replica));
    }
    return values;
  }

  @Test
  void oneReplicaGoesBackAndTimeDoesNot() {
    Recipe three = recipe(3).withCoordination(new Coordination.Pause(0.005, -0.005, 2));
    Path good = folder.resolve("good.safetensors");
    Path after = folder.resolve("after.safetensors");
    try (Gan gan = TinyRun.begin(device, three);
        Gan straight = TinyRun.begin(device, three);
        Gan then = TinyRun.begin(device, three)) {
      TinyRun.train(gan, 9);
      TinyRun.train(straight, 9);
      TinyRun.train(then, 4);
      Checkpoint.saveReplica(good, then, 1);
      assertEquals(4, Checkpoint.goBack(gan, 1, good));
      assertSame(then, 1, gan, 1, true);
      assertSame(straight, 0, gan, 0, true);
      assertSame(straight, 2, gan, 2, true);
      assertEquals(9, gan.iteration());
      long[] words = gan.state().read(1);
      assertEquals(9, words[StateLayout.STEP]);
      assertEquals(Rollback.seed(6, 1), words[StateLayout.SEED]);
      assertEquals(0.05, TrainingState.real(words, StateLayout.LEARNING_RATE_INITIAL));
      assertEquals(0.04, TrainingState.real(words, StateLayout.LEARNING_RATE_MINIMUM));
      assertEquals(
          then.state().totals(1).dLoss(), gan.state().totals(1).dLoss(), "the sums of then");
      assertEquals(1, gan.state().rollbacks(1));
      assertEquals(0, gan.state().rollbacks(2));
      // And on, the others as if nothing had been.
      Checkpoint.save(after, gan, Map.of());
      TinyRun.train(gan, 5);
      TinyRun.train(straight, 5);
      TinyRun.train(then, 5);
      assertSame(straight, 0, gan, 0, true);
      assertSame(straight, 2, gan, 2, true);
      assertSame(straight, 1, gan, 1, false);
      assertSame(then, 1, gan, 1, false);
      try (Gan resumed = Checkpoint.open(device, after)) {
        TinyRun.train(resumed, 5);
        assertEquals(TinyRun.tensors(gan), TinyRun.tensors(resumed));
      }
      // A second time, from the checkpoint of one that has gone back.
      Checkpoint.saveReplica(good, gan, 1);
      assertEquals(14, Checkpoint.goBack(gan, 1, good));
      assertEquals(Rollback.seed(6, 2), gan.state().read(1)[StateLayout.SEED]);
      assertEquals(
          0.025, TrainingState.real(gan.state().read(1), StateLayout.LEARNING_RATE_INITIAL));
    }
  }

  /**
   * Its moments are as old as they were, and are corrected for no more steps than they have seen.
   */
  @Test
  void adamCountsTheStepsThatItsMomentsHaveSeen() {
    Recipe one = SmallGans.adam(SmallGans.recipe(UpdateOrder.ALTERNATING, 2)).withRollback(RULE);
    Path begun = folder.resolve("begun.safetensors");
    Path later = folder.resolve("later.safetensors");
    try (Gan gan = TinyRun.begin(device, one);
        Gan first = TinyRun.begin(device, one)) {
      Checkpoint.saveReplica(begun, first, 0);
      TinyRun.train(gan, 9);
      Checkpoint.goBack(gan, 0, begun);
      assertEquals(9, gan.state().read(0)[StateLayout.ADAM_BEGIN]);
      TinyRun.train(gan, 4);
      Checkpoint.saveReplica(later, gan, 0);
      TinyRun.train(gan, 7);
      Checkpoint.goBack(gan, 0, later);
      assertEquals(20, gan.iteration());
      assertEquals(16, gan.state().read(0)[StateLayout.ADAM_BEGIN], "four steps old");
      try (Gan resumed = Checkpoint.open(device, save(gan))) {
        assertEquals(16, resumed.state().read(0)[StateLayout.ADAM_BEGIN]);
        TinyRun.train(gan, 3);
        TinyRun.train(resumed, 3);
        assertEquals(TinyRun.tensors(gan), TinyRun.tensors(resumed));
      }
    }
  }

  private Path save(Gan gan) {
    Path file = folder.resolve("all.safetensors");
    Checkpoint.save(file, gan, Map.of());
    return file;
  }

  @Test
  void aCheckpointOfAnotherReplicaIsRefused() {
    Path good = folder.resolve("good.safetensors");
    try (Gan gan = TinyRun.begin(device, recipe(2))) {
      Checkpoint.saveReplica(good, gan, 0);
      Map<String, ByteBuffer> before = TinyRun.tensors(gan);
      Exception e =
          assertThrows(IllegalArgumentException.class, () -> Checkpoint.goBack(gan, 1, good));
      assertTrue(e.getMessage().contains("(seed: 5 there, 6 here)"), e.getMessage());
      assertEquals(before, TinyRun.tensors(gan));
    }
  }

  /** Keeps every replica's good checkpoint, and sends them back when it is told to. */
  private class Keeper implements Training.Listener {
    final List<WentBack> backs = new ArrayList<>();
    final List<DivergenceException> survived = new ArrayList<>();
    final List<Long> reported = new ArrayList<>();
    Training training;
    long backAt;
    boolean keeps = true;

    private Path file(int replica) {
      return folder.resolve("good-" + replica);
    }

    @Override
    public void saveGood(Gan gan) {
      for (int r = 0; keeps && r < gan.recipe().replicas(); r++) {
        Checkpoint.saveReplica(file(r), gan, r);
      }
    }

    @Override
    public Optional<Path> good(int replica) {
      return Optional.of(file(replica)).filter(Files::exists);
    }

    @Override
    public void report(Report report) {
      reported.add(report.iteration());
      if (report.iteration() == backAt) {
        assertEquals(Optional.empty(), training.goBack(0, "saturation"));
      }
    }

    @Override
    public void wentBack(WentBack back) {
      backs.add(back);
    }

    @Override
    public void survived(DivergenceException failure) {
      survived.add(failure);
    }

    @Override
    public String save(Gan gan, Map<String, String> notes, Choice choice) {
      Checkpoint.save(folder.resolve("saved"), gan, notes);
      return "saved";
    }
  }

  private Training.End run(Gan gan, Keeper keeper) {
    try (Training training = new Training(gan, TinyRun.DATA, trained -> List.of())) {
      keeper.training = training;
      return training.run(keeper);
    }
  }

  /** An epoch has 3 iterations here; the last good networks are those of its report. */
  @Test
  void aRunThatWentBackIsResumedBitForBit() {
    Recipe whole = recipe(2).withStop(new Stop(0, 400, 0, 0));
    Recipe half = recipe(2).withStop(new Stop(0, 200, 0, 0));
    try (Gan one = TinyRun.begin(device, whole);
        Gan part = TinyRun.begin(device, half);
        Gan rest = new Gan(device, whole, SmallGans.SHAPE)) {
      Keeper keeper = new Keeper();
      keeper.backAt = 100;
      run(one, keeper);
      assertEquals(List.of(new WentBack(100, 0, "saturation", 99, 1)), keeper.backs);
      Keeper first = new Keeper();
      first.backAt = 100;
      run(part, first);
      Checkpoint.restore(rest, folder.resolve("saved"));
      run(rest, new Keeper());
      assertEquals(TinyRun.tensors(one), TinyRun.tensors(rest));
      assertEquals(400, rest.iteration());
    }
  }

  /** Or its alarms would be looked for elsewhere when it goes on. */
  @Test
  void itStopsOnlyWhereThereIsAReport() {
    try (Gan gan = TinyRun.begin(device, recipe(1).withStop(new Stop(0, 1000, 0, 0)))) {
      Keeper keeper =
          new Keeper() {
            @Override
            public void progress(long iteration, long limit) {
              training.requestStop();
            }
          };
      assertEquals(Training.End.REQUESTED, run(gan, keeper));
      assertEquals(List.of(gan.iteration()), keeper.reported);
      assertEquals(3, gan.iteration(), "the end of the first epoch");
    }
  }

  @Test
  void whatDivergesGoesBackAsOftenAsItMay() {
    LearningRate huge = new LearningRate(1e30, 1, 0, List.of());
    Recipe hopeless = recipe(1).withLearningRate(huge).withStop(new Stop(0, 300, 0, 0));
    try (Gan gan = TinyRun.begin(device, hopeless)) {
      Keeper keeper = new Keeper();
      DivergenceException e = assertThrows(DivergenceException.class, () -> run(gan, keeper));
      assertEquals(List.of(1L, 2L), keeper.backs.stream().map(WentBack::times).toList());
      assertEquals(2, keeper.survived.size());
      assertTrue(
          e.getMessage().contains("it can't go back, for rollback.most is 2, and so often it has"),
          e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
    }
    // Small enough once it has gone back.
    Recipe mended = hopeless.withRollback(new Rollback(1, 1e-31, 1));
    try (Gan gan = TinyRun.begin(device, mended)) {
      Keeper keeper = new Keeper();
      assertEquals(Training.End.LIMIT, run(gan, keeper));
      assertEquals(1, keeper.backs.size());
      assertEquals("divergence", keeper.backs.get(0).why());
      assertEquals(0, keeper.backs.get(0).from());
      assertEquals(300, gan.iteration());
      assertTrue(gan.state().totals(0).isFinite());
    }
  }

  @Test
  void withoutAGoodCheckpointOneLineSaysSo() {
    LearningRate huge = new LearningRate(1e30, 1, 0, List.of());
    Recipe hopeless = recipe(1).withLearningRate(huge).withStop(new Stop(0, 300, 0, 0));
    try (Gan gan = TinyRun.begin(device, hopeless)) {
      Keeper keeper = new Keeper();
      keeper.keeps = false;
      DivergenceException e = assertThrows(DivergenceException.class, () -> run(gan, keeper));
      assertTrue(e.getMessage().contains("there is no good checkpoint of it"), e.getMessage());
      TinyRun.assertOneLine(e.getMessage());
    }
  }

  /** Examples that the host feeds come in the order of the new random numbers too. */
  @Test
  void theHostsExamplesFollowTheSeedOfTheState() {
    Recipe one = recipe(1).withStop(new Stop(0, 100, 0, 0));
    float[] values = NetworkValues.floats(new Random(3), 40 * 12, 1);
    Examples examples = Examples.of(SmallGans.SHAPE, values);
    try (Gan gan = new Gan(device, one, SmallGans.SHAPE);
        Gan again = new Gan(device, one, SmallGans.SHAPE)) {
      gan.initialise(examples);
      Path good = folder.resolve("good");
      Checkpoint.saveReplica(good, gan, 0);
      Path saved = folder.resolve("saved");
      try (Trainer trainer = new Trainer(gan, examples)) {
        trainer.run(4);
        Checkpoint.goBack(gan, 0, good);
        trainer.refresh();
        Checkpoint.save(saved, gan, Map.of());
        trainer.run(4);
      }
      Checkpoint.restore(again, saved);
      try (Trainer trainer = new Trainer(again, examples)) {
        trainer.run(4);
      }
      assertEquals(TinyRun.tensors(gan), TinyRun.tensors(again));
    }
  }

  @Test
  void rulesThatMakeNoSenseAreRefused() {
    Recipe recipe = SmallGans.simultaneous();
    for (String wrong :
        List.of(
            "rollback={most: 0}",
            "rollback={rate: 0}",
            "rollback={rate: 2}",
            "rollback={every_epochs: 0}",
            "rollback={least: 1}")) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> RecipeYaml.with(recipe, List.of(wrong)));
      TinyRun.assertOneLine(e.getMessage());
      assertTrue(e.getMessage().contains("rollback"), e.getMessage());
    }
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> RecipeYaml.with(recipe, List.of("rollback={}", "stop.iterations=150")));
    assertTrue(e.getMessage().contains("must be a multiple of 100"), e.getMessage());
    Recipe usual = RecipeYaml.with(recipe, List.of("rollback={}"));
    assertEquals(new Rollback(3, 0.5, 1), usual.rollback());
    assertEquals(usual, RecipeYaml.parse(RecipeYaml.write(usual), "again"));
    assertNotEquals(Rollback.seed(1, 1), Rollback.seed(2, 0));
  }
}
