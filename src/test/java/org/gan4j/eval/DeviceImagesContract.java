package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Replay;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.DeviceImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions arrive with their images: step by step and recorded, in every replica. */
abstract class DeviceImagesContract extends EvalContract {
  private static final int COUNT = 50;
  private static final int CLASSES = 7;
  private static final int ROWS = 8;

  /** Image i has the value i and the label i mod 7. */
  private static Images numbered() {
    byte[] pixels = new byte[COUNT];
    byte[] labels = new byte[COUNT];
    for (int i = 0; i < COUNT; i++) {
      pixels[i] = (byte) i;
      labels[i] = (byte) (i % CLASSES);
    }
    return Images.of(new ImageShape(1, 1, 1), pixels, labels, CLASSES);
  }

  /** Condition (i, −i, i / 2) of image i. */
  private static float[] vectors() {
    float[] vectors = new float[3 * COUNT];
    for (int i = 0; i < COUNT; i++) {
      vectors[3 * i] = i;
      vectors[3 * i + 1] = -i;
      vectors[3 * i + 2] = i / 2f;
    }
    return vectors;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void conditionsAreThoseOfTheImages(int replicas) {
    Images plain = numbered();
    Images given = plain.withConditions(vectors());
    try (DeviceImages classes = new DeviceImages(device, plain, Scaling.UNIT, plain.conditions());
        DeviceImages vectors = new DeviceImages(device, given, Scaling.UNIT, given.conditions());
        DeviceArena arena = device.arena(replicas)) {
      Step step = new Step(classes, vectors, arena);
      for (int i = 0; i < 3; i++) {
        step.run();
        step.check();
      }
      try (Replay replay = device.record(step::run)) {
        for (int i = 0; i < 8; i++) {
          replay.run(1 + i % 2);
          step.check();
        }
      }
    }
  }

  private final class Step {
    private final DeviceImages classes;
    private final DeviceImages vectors;
    private final DeviceBuffer state;
    private final DeviceBuffer examples;
    private final DeviceBuffer oneHot;
    private final DeviceBuffer conditions;

    Step(DeviceImages classes, DeviceImages vectors, DeviceArena arena) {
      this.classes = classes;
      this.vectors = vectors;
      assertEquals(CLASSES, classes.conditionWidth());
      assertEquals(3, vectors.conditionWidth());
      this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      this.examples = arena.floats(ROWS);
      this.oneHot = arena.floats(ROWS * CLASSES);
      this.conditions = arena.floats(ROWS * 3);
      arena.freeze();
      for (int r = 0; r < state.replicas(); r++) {
        Buffers.write(state, r, StateLayout.words(5 + r, 0.1, 1, 0, COUNT / ROWS));
      }
    }

    void run() {
      classes.gather(examples, ROWS, 0, state);
      classes.gatherConditions(oneHot, ROWS, 0, state);
      vectors.gatherConditions(conditions, ROWS, 0, state);
      device.kernels().advance(state);
    }

    void check() {
      for (int r = 0; r < state.replicas(); r++) {
        float[] pixels = new float[ROWS];
        Buffers.read(examples, r, pixels);
        float[] labels = new float[ROWS * CLASSES];
        float[] rows = new float[ROWS * 3];
        for (int row = 0; row < ROWS; row++) {
          int image = Math.round(255 * pixels[row]);
          labels[row * CLASSES + image % CLASSES] = 1;
          System.arraycopy(vectors(), 3 * image, rows, 3 * row, 3);
        }
        float[] found = new float[labels.length];
        Buffers.read(oneHot, r, found);
        assertArrayEquals(labels, found, "one-hot labels");
        found = new float[rows.length];
        Buffers.read(conditions, r, found);
        assertArrayEquals(rows, found, "vectors");
      }
    }
  }

  @Test
  void withoutConditionsThereIsNothingToGather() {
    try (DeviceImages alone = new DeviceImages(device, numbered(), Scaling.UNIT)) {
      assertEquals(0, alone.conditionWidth());
      assertThrows(
          IllegalStateException.class, () -> alone.gatherConditions(alone.scaling(), 2, 0, null));
    }
    for (int length : new int[] {0, COUNT - 1, COUNT + 1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new DeviceImages(device, numbered(), Scaling.UNIT, new float[length]));
    }
  }
}
