package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.gan4j.device.Buffers;
import org.gan4j.device.Communicator;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.Interconnect;
import org.gan4j.device.Ranks;
import org.gan4j.gan.DataParallel;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks with a card each, which meet by NCCL. */
@Tag("cuda")
@Tag("stand-in")
@Timeout(60)
final class CudaRanksTest {
  private static final int RANKS = 2;
  private static final int ANY_FAILURE = 5;

  @BeforeEach
  void reset() {
    StandIn.reset();
  }

  private static Device open(int card) {
    return Device.open("cuda:" + card, DeviceOptions.DEFAULT.withMath(Math.FP32), notice -> {});
  }

  /** What each of two ranks has trained. */
  static List<SmallGan.Outcome> train(Recipe recipe, int cards, int iterations) throws Exception {
    return Ranks.run(
        RANKS,
        parallel -> {
          try (Device device = open(parallel.rank() % cards)) {
            return SmallGan.train(device, recipe, SmallGan.data(), parallel, iterations);
          }
        });
  }

  private static Recipe recipe() {
    return SmallGan.recipe(UpdateOrder.ALTERNATING, 1, true).withBatch(8);
  }

  private static long collectives() {
    return StandIn.count(StandIn.Count.COLLECTIVES);
  }

  /** k = 2: two updates of D, one of G. */
  @Test
  void oneExchangeForEachUpdate() throws Exception {
    long before = collectives();
    train(recipe(), 1, 4);
    assertEquals(before, collectives(), "ranks on one card can't meet by NCCL");
    train(recipe(), 2, 4);
    assertEquals(before + RANKS * 4 * 3, collectives());
    StandIn.assertNoViolation();
  }

  /** What one of the ranks does. */
  @FunctionalInterface
  private interface Body {
    void run(Communicator communicator, DeviceArena arena, int rank) throws Exception;
  }

  private static void connected(int replicas, BooleanSupplier ended, Body body) throws Exception {
    Ranks.run(
        RANKS,
        parallel -> {
          int rank = parallel.rank();
          try (Device device = open(rank);
              DeviceArena arena = device.arena(replicas)) {
            Interconnect interconnect = device.interconnect().orElseThrow();
            byte[] invitation = tell(parallel, rank == 0 ? interconnect.invitation() : new byte[0]);
            try (Communicator communicator = interconnect.join(invitation, rank, RANKS, ended)) {
              // Nobody goes before both have met.
              tell(parallel, new byte[0]);
              body.run(communicator, arena, rank);
            }
          }
          return true;
        });
  }

  /** What rank 0 has, for both; waits for the other. */
  private static byte[] tell(DataParallel parallel, byte[] own) {
    if (parallel.rank() > 0) {
      return parallel.begun();
    }
    parallel.begin(own);
    return own;
  }

  @Test
  void partsComeInTheOrderOfTheRanks() throws Exception {
    connected(
        3,
        () -> false,
        (communicator, arena, rank) -> {
          DeviceBuffer part = arena.floats(5);
          DeviceBuffer whole = arena.floats(5 * RANKS);
          arena.freeze();
          for (int r = 0; r < 3; r++) {
            float[] values = new float[5];
            Arrays.fill(values, 10 * rank + r);
            Buffers.write(part, r, values);
          }
          communicator.gather(whole, part);
          float[] found = new float[5 * RANKS];
          for (int r = 0; r < 3; r++) {
            Buffers.read(whole, r, found);
            for (int i = 0; i < found.length; i++) {
              assertEquals(10 * (i / 5) + r, found[i]);
            }
          }
          communicator.average(part, whole);
          Buffers.read(part, 2, found = new float[5]);
          assertEquals(7, found[4], "the mean of 2 and 12");
        });
    StandIn.assertNoViolation();
  }

  private static String lost(Executable waiting) {
    String message = assertThrows(DeviceException.class, waiting).getMessage();
    assertTrue(message.startsWith("ranks that train together lost each other: "), message);
    return message;
  }

  private static void average(Communicator communicator, DeviceArena arena) {
    DeviceBuffer values = arena.floats(3);
    arena.freeze();
    communicator.average(values);
    Buffers.read(values, 0, new float[3]);
  }

  private static void waitForCallAfter(long before) throws InterruptedException {
    while (collectives() == before) {
      Thread.sleep(1);
    }
  }

  /** The host waits for a card that waits for another. */
  @Test
  void aRankThatIsToEndDoesNotWait() throws Exception {
    long objects = StandIn.count(StandIn.Count.OBJECTS);
    long before = collectives();
    AtomicBoolean ended = new AtomicBoolean();
    connected(
        1,
        ended::get,
        (communicator, arena, rank) -> {
          if (rank == 0) {
            String message = lost(() -> average(communicator, arena));
            assertTrue(message.contains("this rank is to end"), message);
          } else {
            waitForCallAfter(before);
            ended.set(true);
          }
        });
    assertEquals(objects, StandIn.count(StandIn.Count.OBJECTS));
    StandIn.assertNoViolation();
  }

  /** What it has queued will never be done. */
  @Test
  void aRankThatIsToEndParts() throws Exception {
    long objects = StandIn.count(StandIn.Count.OBJECTS);
    long before = collectives();
    AtomicBoolean ended = new AtomicBoolean();
    connected(
        1,
        ended::get,
        (communicator, arena, rank) -> {
          if (rank == 0) {
            DeviceBuffer values = arena.floats(3);
            arena.freeze();
            communicator.average(values);
            ended.set(true);
          } else {
            waitForCallAfter(before);
          }
        });
    assertEquals(objects, StandIn.count(StandIn.Count.OBJECTS));
    StandIn.assertNoViolation();
  }

  @Test
  void aRankWhoseNeighbourFailsDoesNotWait() throws Exception {
    long objects = StandIn.count(StandIn.Count.OBJECTS);
    long before = collectives();
    connected(
        1,
        () -> false,
        (communicator, arena, rank) -> {
          if (rank == 0) {
            String message = lost(() -> average(communicator, arena));
            assertTrue(message.contains("remote process exited"), message);
          } else {
            waitForCallAfter(before);
            StandIn.fail("ncclGroupEnd", ANY_FAILURE, 1);
            String message = lost(() -> average(communicator, arena));
            assertTrue(message.contains("ncclGroupEnd"), message);
          }
        });
    assertEquals(objects, StandIn.count(StandIn.Count.OBJECTS));
    StandIn.assertNoViolation();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuDeviceGetUuid",
        "ncclGetUniqueId",
        "ncclCommInitRankConfig",
        "ncclGroupStart",
        "ncclGroupEnd",
        "ncclAllReduce",
        "ncclCommFinalize",
        "ncclCommDestroy"
      })
  void aFailureIsSaidAndLeavesNothing(String function) throws Exception {
    long bytes = StandIn.count(StandIn.Count.BYTES);
    long objects = StandIn.count(StandIn.Count.OBJECTS);
    StandIn.fail(function, ANY_FAILURE, 1);
    DeviceException thrown = assertThrows(DeviceException.class, () -> train(recipe(), RANKS, 2));
    assertTrue(StandIn.failed(), function + " is never called");
    assertTrue(everything(thrown).contains(function), everything(thrown));
    assertEquals(bytes, StandIn.count(StandIn.Count.BYTES));
    assertEquals(objects, StandIn.count(StandIn.Count.OBJECTS));
    train(recipe(), RANKS, 2);
    StandIn.assertNoViolation();
  }

  /** Of both ranks: which of them fails first is chance. */
  private static String everything(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.getMessage());
    for (Throwable other : thrown.getSuppressed()) {
      text.append("; ").append(everything(other));
    }
    return text.toString();
  }
}
