package org.gan4j.gan;

import static org.gan4j.gan.TinyRun.assertOneLine;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Ranks;
import org.gan4j.layers.NetworkValues;
import org.gan4j.recipe.Coordination;
import org.gan4j.recipe.Labels;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Stop;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several ranks train as one machine does. */
class DataParallelTest {
  private static final int ITERATIONS = 7;
  private static final double ROUNDING = 1e-5;
  private static final Recipe SIMULTANEOUS = SmallGans.simultaneous().withBatch(16);
  private static final Recipe ALTERNATING =
      SmallGans.recipe(UpdateOrder.ALTERNATING, 2).withBatch(16);

  @TempDir private Path folder;

  /** What is too long for one message goes in pieces. */
  @Test
  void meansComeInPieces() throws Exception {
    List<float[]> means =
        Ranks.run(
            3,
            parallel -> {
              try (Device device = Device.cpu();
                  DeviceArena arena = device.arena(2)) {
                DeviceBuffer values = arena.floats(7);
                arena.freeze();
                for (int r = 0; r < 2; r++) {
                  float[] own = new float[7];
                  for (int i = 0; i < own.length; i++) {
                    own[i] = 100 * r + 10 * i + parallel.rank();
                  }
                  Buffers.write(values, r, own);
                }
                new HostCommunicator(parallel, 4).average(values);
                float[] second = new float[7];
                Buffers.read(values, 1, second);
                return second;
              }
            });
    for (float[] mean : means) {
      assertArrayEquals(new float[] {101, 111, 121, 131, 141, 151, 161}, mean);
    }
  }

  /** What is trained, on which data. */
  record Case(String name, Recipe recipe, DataSet data) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    DataSet data = SmallGans.data();
    return Stream.of(
        new Case("simultaneous", SIMULTANEOUS, data),
        new Case("alternating", ALTERNATING, data),
        new Case("adam", SmallGans.adam(ALTERNATING), data),
        new Case("replicas", SmallGans.seeds(SIMULTANEOUS, 5, 3, List.of(0.1, 0.05, 0.02)), data),
        new Case("cap", SIMULTANEOUS.withMaxColumnNorm(0.9), data),
        new Case("average", ALTERNATING.withGeneratorAverage(0.3), data),
        new Case("images", SmallGans.images(SIMULTANEOUS), data),
        new Case(
            "noisy",
            SmallGans.networks(
                ALTERNATING,
                SmallGans.NORMAL,
                SmallGans.noisyGenerator(),
                SmallGans.normalisedDiscriminator()),
            data),
        new Case(
            "normalised",
            SmallGans.networks(
                SmallGans.adam(ALTERNATING),
                SmallGans.NORMAL,
                SmallGans.normalisedGenerator(),
                SmallGans.normalisedDiscriminator()),
            data),
        new Case(
            "normalised simultaneous",
            SmallGans.networks(
                SmallGans.seeds(SIMULTANEOUS, 5, 2, List.of()),
                SmallGans.NORMAL,
                SmallGans.normalisedGenerator(),
                SmallGans.discriminator()),
            data),
        new Case("classes", SmallGans.conditional(ALTERNATING), SmallGans.labelled()),
        new Case("vectors", SmallGans.ofVectors(SIMULTANEOUS), SmallGans.withVectors()),
        new Case("masks", SmallGans.completing(SIMULTANEOUS), data));
  }

  /** The weights and velocities, state and measurements of a short training. */
  private record Trained(
      List<double[]> parameters, Map<String, ByteBuffer> tensors, List<Totals> totals) {}

  private static Trained train(Case what, DataParallel parallel) {
    try (Device device = Device.open("cpu", DeviceOptions.DEFAULT.withThreads(1), text -> {});
        Gan gan = SmallGans.gan(device, what.recipe, what.data);
        Trainer trainer = new Trainer(gan, what.data, parallel)) {
      trainer.run(2);
      trainer.run(ITERATIONS - 2);
      List<Totals> totals = trainer.totals();
      List<double[]> parameters = new ArrayList<>();
      for (int r = 0; r < what.recipe.replicas(); r++) {
        parameters.addAll(NetworkValues.parameters(gan.generatorForUse(), r));
        parameters.addAll(NetworkValues.parameters(gan.discriminator(), r));
      }
      return new Trained(parameters, TinyRun.tensors(gan), totals);
    }
  }

  private static void assertClose(Trained whole, Trained part) {
    for (int p = 0; p < whole.parameters.size(); p++) {
      double[] expected = whole.parameters.get(p);
      double[] found = part.parameters.get(p);
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      for (int i = 0; i < expected.length; i++) {
        assertEquals(expected[i], found[i], ROUNDING * largest, "parameter " + p + " at " + i);
      }
    }
    for (int r = 0; r < whole.totals.size(); r++) {
      Totals e = whole.totals.get(r);
      Totals f = part.totals.get(r);
      assertEquals(e.iteration(), f.iteration());
      assertEquals(e.dLoss(), f.dLoss(), ROUNDING * e.dLoss());
      assertEquals(e.gLoss(), f.gLoss(), ROUNDING * Math.abs(e.gLoss()));
      assertEquals(e.dReal(), f.dReal(), ROUNDING * e.dReal());
      assertEquals(e.dFake(), f.dFake(), ROUNDING * e.dFake());
      assertEquals(e.updateNorm(), f.updateNorm(), ROUNDING * e.updateNorm());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void ranksComputeWhatOneMachineDoes(Case what) throws Exception {
    Trained whole = train(what, DataParallel.ALONE);
    for (int ranks : new int[] {2, 4}) {
      List<Trained> parts = Ranks.run(ranks, parallel -> train(what, parallel));
      assertClose(whole, parts.get(0));
      for (Trained part : parts) {
        assertEquals(parts.get(0).tensors, part.tensors, "every rank has the same bits");
      }
      assertEquals(
          parts.get(0).tensors,
          Ranks.run(ranks, parallel -> train(what, parallel)).get(0).tensors,
          "the same bits twice");
    }
  }

  @Test
  void oneRankIsAMachineAlone() throws Exception {
    Case what = new Case("alone", SIMULTANEOUS, SmallGans.data());
    Trained alone = train(what, DataParallel.ALONE);
    assertEquals(alone.tensors, Ranks.run(1, parallel -> train(what, parallel)).get(0).tensors);
  }

  /** In the order of the whole's rows, over the ends of epochs. */
  @Test
  void rowsOfTheHostAreSharedOutAsThoseOfADevice() throws Exception {
    Recipe recipe = ALTERNATING.withBatch(8);
    Case what = new Case("bytes", recipe, SmallGans.data());
    float[] values = what.data.scaling().values(what.data.train());
    List<Map<String, ByteBuffer>> floats =
        Ranks.run(
            2,
            parallel -> {
              Examples examples = Examples.of(SmallGans.SHAPE, values);
              try (Device device = Device.cpu();
                  Gan gan = new Gan(device, recipe, SmallGans.SHAPE)) {
                gan.initialise(examples);
                NetworkValues.randomise(gan.generator(), recipe.seed(), 0.5f);
                NetworkValues.randomise(gan.discriminator(), recipe.seed() + 1000, 0.5f);
                try (Trainer trainer = new Trainer(gan, examples, parallel)) {
                  trainer.run(ITERATIONS);
                  trainer.totals();
                }
                return TinyRun.tensors(gan);
              }
            });
    List<Trained> bytes = Ranks.run(2, parallel -> train(what, parallel));
    assertEquals(bytes.get(0).tensors, floats.get(0));
  }

  /** A checkpoint of rank 0 is one of the whole: it goes on with any number of ranks. */
  @Test
  void aTrainingGoesOnWithAnotherNumberOfRanks() throws Exception {
    Path file = folder.resolve("half.safetensors");
    DataSet data = SmallGans.data();
    List<Map<String, ByteBuffer>> twos =
        Ranks.run(
            2,
            parallel -> {
              try (Device device = Device.cpu();
                  Gan gan = TinyRun.begin(device, SIMULTANEOUS);
                  Trainer trainer = new Trainer(gan, data, parallel)) {
                trainer.run(5);
                trainer.totals();
                if (parallel.rank() == 0) {
                  Checkpoint.save(file, gan, Map.of());
                }
                trainer.run(5);
                trainer.totals();
                return TinyRun.tensors(gan);
              }
            });
    List<Map<String, ByteBuffer>> resumed = Ranks.run(2, parallel -> goOn(file, data, parallel));
    assertEquals(twos.get(0), resumed.get(0));
    Map<String, ByteBuffer> alone = goOn(file, data, DataParallel.ALONE);
    assertNotEquals(twos.get(0), alone, "summed in another order");
    Map<String, ByteBuffer> fours = Ranks.run(4, parallel -> goOn(file, data, parallel)).get(3);
    for (Map<String, ByteBuffer> other : List.of(alone, fours)) {
      ByteBuffer expected = twos.get(0).get("generator.0.weights");
      ByteBuffer found = other.get("generator.0.weights");
      for (int i = 0; i < expected.limit(); i += Float.BYTES) {
        assertEquals(expected.getFloat(i), found.getFloat(i), ROUNDING);
      }
    }
  }

  private static Map<String, ByteBuffer> goOn(Path file, DataSet data, DataParallel parallel) {
    try (Device device = Device.cpu();
        Gan gan = Checkpoint.open(device, file);
        Trainer trainer = new Trainer(gan, data, parallel)) {
      trainer.run(5);
      trainer.totals();
      return TinyRun.tensors(gan);
    }
  }

  /** Rank 0's validator is asked; what it says decides for all. */
  @Test
  void allRanksEndTogether() throws Exception {
    Recipe recipe =
        TinyRun.with(SIMULTANEOUS, "evaluation.every_epochs=1").withStop(new Stop(9, 0, 0, 2));
    List<Training.End> ends =
        Ranks.run(
            2,
            parallel -> {
              try (Device device = Device.cpu();
                  Gan gan = TinyRun.begin(device, recipe);
                  Training training =
                      new Training(
                          gan,
                          SmallGans.data(),
                          of -> List.of(new Validation(parallel.rank() - gan.iteration(), 1, 1)),
                          parallel)) {
                Training.End end = training.run(new Training.Listener() {});
                // The first score is the best, and two more are no better.
                assertEquals(3 * Gan.iterationsPerEpoch(recipe, SmallGans.data()), gan.iteration());
                assertEquals(
                    Gan.iterationsPerEpoch(recipe, SmallGans.data()), training.bestIteration());
                return end;
              }
            });
    assertEquals(List.of(Training.End.NO_GAIN, Training.End.NO_GAIN), ends);
  }

  @Test
  void aStopOfOneRankIsHeardByAll() throws Exception {
    Recipe recipe = SIMULTANEOUS.withStop(new Stop(1000, 0, 0, 0));
    List<Long> iterations =
        Ranks.run(
            4,
            parallel -> {
              try (Device device = Device.cpu();
                  Gan gan = TinyRun.begin(device, recipe);
                  Training training =
                      new Training(gan, SmallGans.data(), of -> List.of(), parallel)) {
                Training.End end =
                    training.run(
                        new Training.Listener() {
                          @Override
                          public void report(Report report) {
                            if (parallel.rank() == 2 && report.iteration() > 5) {
                              training.requestStop();
                            }
                          }
                        });
                assertEquals(Training.End.REQUESTED, end);
                return gan.iteration();
              }
            });
    assertEquals(1, iterations.stream().distinct().count(), iterations.toString());
    assertTrue(iterations.get(0) < 20, iterations.toString());
  }

  @Test
  void aRankThatIsLostIsNotWaitedFor() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Ranks.run(
                2,
                parallel -> {
                  if (parallel.rank() == 1) {
                    throw new IllegalArgumentException("lost");
                  }
                  return train(new Case("", SIMULTANEOUS, SmallGans.data()), parallel);
                }));
  }

  private static String refusal(Recipe recipe, int ranks) {
    DataParallel parallel = new DataParallel(0, ranks, List::of);
    String message =
        assertThrows(IllegalArgumentException.class, () -> parallel.requireFit(recipe))
            .getMessage();
    assertOneLine(message);
    return message;
  }

  @Test
  void whatNeedsTheWholeMinibatchIsRefused() {
    String message = refusal(SIMULTANEOUS.withBatch(20), 2);
    assertTrue(message.contains("multiple of 8") && message.contains("batch=20"), message);
    message = refusal(ALTERNATING.withCoordination(new Coordination.Pause(0.9, 0.1, 10)), 2);
    assertTrue(message.contains("pauses"), message);
    message =
        refusal(
            SmallGans.learningClasses(
                ALTERNATING, new Labels(5, 10, 1, 0), Objective.NON_SATURATING),
            2);
    assertTrue(message.contains("labels"), message);
    DataParallel.ALONE.requireFit(SIMULTANEOUS.withBatch(7));
  }

  @Test
  void ranksAreCountedFromZero() {
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(2, 2, List::of));
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(-1, 2, List::of));
    assertThrows(IllegalArgumentException.class, () -> new DataParallel(0, 0, List::of));
    assertFalse(DataParallel.ALONE.isSplit());
  }
}
