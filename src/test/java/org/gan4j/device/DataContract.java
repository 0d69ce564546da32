package org.gan4j.device;

import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Minibatches of the data set. What is tagged "many-launches" has thousands of them, which take too
 * long where each is watched.
 */
public abstract class DataContract extends KernelsContract {
  private static final float[] SHIFTS = {0, 12.5f, -3, 100};
  private static final float[] SCALES = {1 / 255f, 0.5f, 2, -0.125f};

  private static float[] scalings(int count) {
    float[] scaling = new float[2 * count];
    for (int i = 0; i < count; i++) {
      scaling[2 * i] = SHIFTS[i % 4];
      scaling[2 * i + 1] = SCALES[i % 4];
    }
    return scaling;
  }

  @Test
  void expandByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(4);
      DeviceBuffer pixels = rig.single(DataType.BYTE, 6);
      DeviceBuffer scaling = rig.single(DataType.FLOAT, 6);
      rig.freeze().write(pixels, new byte[] {9, 9, 0, 10, (byte) 200, (byte) 255});
      rig.write(scaling, 7, 7, 1, 2, 55, 0.5f);
      rig.run(() -> rig.kernels().expand(out, pixels, scaling, 1, 2, 2), out);
      assertSameBits(new float[] {-2, 18, 72.5f, 100}, rig.floats(out, 0), "two examples of two");
    }
  }

  @Test
  void expandIsExact() {
    for (int width : new int[] {1, 3, 31, 33, 63, 64, 65, 784, 1024, 1025, 1028}) {
      for (int replicas : REPLICAS) {
        int count = 131;
        int rows = 100;
        try (Rig rig = rig(replicas)) {
          DeviceBuffer out = rig.floats(rows * width);
          DeviceBuffer pixels = rig.single(DataType.BYTE, count * width);
          DeviceBuffer scaling = rig.single(DataType.FLOAT, 2 * count);
          byte[] bytes = Numbers.randomBytes(count * width, 5);
          rig.freeze().write(pixels, bytes);
          rig.write(scaling, scalings(count));
          rig.run(() -> rig.kernels().expand(out, pixels, scaling, 31, rows, width), out);
          float[] expected = new float[rows * width];
          for (int i = 0; i < expected.length; i++) {
            int example = 31 + i / width;
            int value = Byte.toUnsignedInt(bytes[31 * width + i]);
            expected[i] = (value - SHIFTS[example % 4]) * SCALES[example % 4];
          }
          for (int r = 0; r < replicas; r++) {
            assertSameBits(expected, rig.floats(out, r), "examples of " + width);
          }
        }
      }
    }
  }

  /** Examples of two bytes that are their own numbers. */
  private static byte[] numbers(int count) {
    byte[] numbers = new byte[2 * count];
    for (int i = 0; i < count; i++) {
      numbers[2 * i] = (byte) i;
      numbers[2 * i + 1] = (byte) (i >> 8);
    }
    return numbers;
  }

  /** Leaves bytes as they are. */
  private static float[] plain(int count) {
    float[] plain = new float[2 * count];
    for (int i = 0; i < count; i++) {
      plain[2 * i + 1] = 1;
    }
    return plain;
  }

  /** Which of {@link #numbers} were gathered. */
  private static int[] examples(float[] rows) {
    int[] examples = new int[rows.length / 2];
    for (int i = 0; i < examples.length; i++) {
      examples[i] = (int) rows[2 * i] + 256 * (int) rows[2 * i + 1];
    }
    return examples;
  }

  /** Which example stands at each place of an epoch. */
  private int[][] order(int count, int batch, int minibatches, States from, int replicas) {
    int iterations = Math.max(1, count / (batch * minibatches));
    int places = iterations * minibatches * batch;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats(batch * 2L);
      DeviceBuffer pixels = rig.single(DataType.BYTE, count * 2L);
      DeviceBuffer scaling = rig.single(DataType.FLOAT, count * 2L);
      DeviceBuffer state = rig.state();
      rig.freeze().write(pixels, numbers(count));
      rig.write(scaling, plain(count));
      rig.write(state, from.epochs(iterations, minibatches));
      int[][] order = new int[replicas][places];
      for (int at = 0; at < places; at += batch) {
        int minibatch = at / batch % minibatches;
        rig.kernels().gather(out, pixels, scaling, batch, 2, minibatch, state);
        for (int r = 0; r < replicas; r++) {
          System.arraycopy(examples(rig.floats(out, r)), 0, order[r], at, batch);
        }
        if (minibatch == minibatches - 1) {
          rig.kernels().advance(state);
        }
      }
      return order;
    }
  }

  private static void assertOnceEach(int[] order, int count, String what) {
    boolean[] seen = new boolean[count];
    for (int example : order) {
      assertTrue(example < count && !seen[example], what + ": example " + example + " again");
      seen[example] = true;
    }
  }

  private void checkEpoch(int count, int batch, int minibatches) {
    if (batch * minibatches > count) {
      return;
    }
    String what = count + " examples by " + batch + " times " + minibatches;
    int perEpoch = count / (batch * minibatches);
    States third = States.of(4, 2L * perEpoch);
    int[] order = order(count, batch, minibatches, third, 1)[0];
    assertEquals(count - count % (batch * minibatches), order.length, what);
    assertOnceEach(order, count, what);
  }

  @Test
  @Tag("many-launches")
  void everyExampleOnceAnEpoch() {
    for (int count = 1; count <= 70; count++) {
      checkEpoch(count, count, 1);
      checkEpoch(count, 7, 1);
      checkEpoch(count, 2, 3);
    }
    for (int count : new int[] {100, 127, 128, 129, 1000}) {
      checkEpoch(count, count, 1);
      checkEpoch(count, 10, 1);
      checkEpoch(count, 33, 1);
      checkEpoch(count, 16, 2);
    }
    checkEpoch(50_000, 5000, 1);
    checkEpoch(50_000, 1280, 5);
  }

  @Test
  void orderDiffersBetweenEpochsSeedsAndReplicas() {
    int[][] first = order(100, 100, 1, States.of(1, 0), 3);
    int[][] next = order(100, 100, 1, States.of(1, 1), 3);
    assertFalse(Arrays.equals(first[0], first[1]));
    assertFalse(Arrays.equals(first[0], next[0]));
    // Replica 1 has the seed that follows replica 0's.
    assertTrue(Arrays.equals(first[1], order(100, 100, 1, States.of(2, 0), 1)[0]));
  }

  @Test
  void aBatchSizeDoesNotChangeTheOrder() {
    int[] whole = order(100, 100, 1, States.of(9, 3), 1)[0];
    assertTrue(Arrays.equals(whole, order(100, 10, 1, States.of(9, 30), 1)[0]));
    assertTrue(Arrays.equals(whole, order(100, 5, 4, States.of(9, 15), 1)[0]));
    // More rows than there are warps and than one of them takes at a time.
    int[] many = order(140_000, 140_000, 1, States.of(9, 3), 1)[0];
    assertTrue(Arrays.equals(many, order(140_000, 70_000, 1, States.of(9, 6), 1)[0]));
  }

  @Test
  void gatherScalesEveryExampleByItsOwn() {
    int count = 50;
    int width = 33;
    try (Rig rig = rig(3)) {
      DeviceBuffer out = rig.floats((long) count * width);
      DeviceBuffer pixels = rig.single(DataType.BYTE, (long) count * width);
      DeviceBuffer scaling = rig.single(DataType.FLOAT, 2 * count);
      DeviceBuffer state = rig.state();
      byte[] bytes = Numbers.randomBytes(count * width, 6);
      rig.freeze().write(pixels, bytes);
      rig.write(scaling, scalings(count));
      rig.write(state, States.of(3, 8).epochs(1, 1));
      rig.run(() -> rig.kernels().gather(out, pixels, scaling, count, width, 0, state), out);
      int[][] order = order(count, count, 1, States.of(3, 8), 3);
      for (int r = 0; r < 3; r++) {
        float[] expected = new float[count * width];
        for (int i = 0; i < expected.length; i++) {
          int example = order[r][i / width];
          int value = Byte.toUnsignedInt(bytes[example * width + i % width]);
          expected[i] = (value - SHIFTS[example % 4]) * SCALES[example % 4];
        }
        assertSameBits(expected, rig.floats(out, r), "gathered examples");
      }
    }
  }

  /** What goes with an example arrives in its row, at every place of an epoch. */
  @Test
  void rowsAreGatheredAsTheirExamplesAre() {
    for (int width : new int[] {1, 3, 10, 31, 33, 100}) {
      for (int replicas : REPLICAS) {
        rowsFollow(width, replicas, 1000, 70, 2);
      }
    }
    // More rows than a block of a GPU looks up at a time.
    rowsFollow(2, 3, 9000, 4500, 1);
  }

  private void rowsFollow(int width, int replicas, int count, int batch, int minibatches) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer example = rig.floats(2L * batch);
      DeviceBuffer out = rig.floats((long) batch * width);
      DeviceBuffer pixels = rig.single(DataType.BYTE, 2L * count);
      DeviceBuffer scaling = rig.single(DataType.FLOAT, 2L * count);
      DeviceBuffer values = rig.single(DataType.FLOAT, (long) count * width);
      DeviceBuffer state = rig.state();
      rig.freeze().write(pixels, numbers(count));
      rig.write(scaling, plain(count));
      float[] rows = rig.randoms(values, 7, 1)[0];
      rig.write(state, States.of(3, 4).epochs(count / (batch * minibatches), minibatches));
      for (int at = 0; at < count / batch * batch; at += batch) {
        int minibatch = at / batch % minibatches;
        rig.kernels().gather(example, pixels, scaling, batch, 2, minibatch, state);
        rig.run(() -> rig.kernels().gatherRows(out, values, batch, width, minibatch, state), out);
        for (int r = 0; r < replicas; r++) {
          int[] examples = examples(rig.floats(example, r));
          float[] expected = new float[batch * width];
          for (int i = 0; i < batch; i++) {
            System.arraycopy(rows, examples[i] * width, expected, i * width, width);
          }
          assertSameBits(expected, rig.floats(out, r), "rows of " + width);
        }
        if (minibatch == minibatches - 1) {
          rig.kernels().advance(state);
        }
      }
    }
  }

  private float[] gatherOf(States from, int minibatch) {
    int count = 10;
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(4);
      DeviceBuffer pixels = rig.single(DataType.BYTE, count);
      DeviceBuffer scaling = rig.single(DataType.FLOAT, 2 * count);
      DeviceBuffer state = rig.state();
      rig.freeze().write(pixels, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
      rig.write(scaling, new float[2 * count]);
      for (int i = 0; i < count; i++) {
        Buffers.write(scaling.view(2 * i, 2), 0, new float[] {0, 1});
      }
      rig.write(state, from);
      rig.run(() -> rig.kernels().gather(out, pixels, scaling, 4, 1, minibatch, state), out);
      return rig.floats(out, 0);
    }
  }

  @Test
  void anEpochsLastMinibatchBeginsAgainAtItsFirstExamples() {
    assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          States epoch = States.of(5, 0).epochs(3, 1);
          float[] first = gatherOf(epoch, 0);
          float[] last = gatherOf(epoch.at(2), 0);
          assertEquals(first[0], last[2]);
          assertEquals(first[1], last[3]);
        });
  }

  @Test
  void aStateThatNamesNoEpochIsOneOfSingleIterations() {
    float[] expected = gatherOf(States.of(5, 7).epochs(1, 1), 0);
    assertSameBits(expected, gatherOf(States.of(5, 7).epochs(0, 1), 0), "no iterations");
  }

  @Test
  @Tag("many-launches")
  void everyPlaceIsEquallyLikely() {
    int epochs = 3000;
    int[] places = new int[10];
    int[] orders = new int[24];
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = order(10, 10, 1, States.of(20, epoch), 1)[0];
      for (int place = 0; place < 10; place++) {
        places[place] += order[place] == 0 ? 1 : 0;
      }
      orders[rank(order(4, 4, 1, States.of(21, epoch), 1)[0])]++;
    }
    // 99.9 % of the time below these, with 9 and 23 degrees of freedom.
    assertTrue(Numbers.chiSquare(places) < 27.88, "places " + Arrays.toString(places));
    assertTrue(Numbers.chiSquare(orders) < 49.73, "orders " + Arrays.toString(orders));
  }

  /** The number of a permutation of four. */
  private static int rank(int[] order) {
    int rank = 0;
    for (int i = 0; i < 4; i++) {
      int smaller = 0;
      for (int j = i + 1; j < 4; j++) {
        smaller += order[j] < order[i] ? 1 : 0;
      }
      rank = rank * (4 - i) + smaller;
    }
    return rank;
  }
}
