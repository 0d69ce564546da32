package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiversityTest {
  private static final DataSet DIGITS =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
  private static final int WIDTH = 784;
  private static final int COUNT = 300;

  /** One of the digits that no training has seen, as a sample. */
  private static void digit(float[] samples, int at, int example) {
    float[] values = DIGITS.scaling().values(DIGITS.test(), example);
    System.arraycopy(values, 0, samples, at * WIDTH, WIDTH);
  }

  private static List<Double> of(float[]... replicas) {
    try (Device device = Device.cpu();
        DeviceArena arena = device.arena(replicas.length)) {
      DeviceBuffer samples = arena.floats((long) COUNT * WIDTH);
      arena.freeze();
      for (int r = 0; r < replicas.length; r++) {
        Buffers.write(samples, r, replicas[r]);
      }
      return new Diversity(DIGITS, COUNT).of(samples);
    }
  }

  @Test
  void handWorked() {
    float[] line = {0, 0, 3, 4, 3, 5, 100, 5};
    // Nearest: 5, 1, 1, 97.
    assertEquals(104 / 4.0, Diversity.meanNearest(line, 2), 1e-12);
    assertTrue(Double.isNaN(Diversity.meanNearest(new float[2], 2)));
  }

  @Test
  void otherDigitsAreAsDiverseAndEachReplicaHasItsOwn() {
    float[] digits = new float[COUNT * WIDTH];
    float[] one = new float[COUNT * WIDTH];
    for (int i = 0; i < COUNT; i++) {
      digit(digits, i, i);
      digit(one, i, 0);
    }
    List<Double> diversities = of(digits, one);
    assertEquals(1, diversities.get(0), 0.1);
    assertEquals(0, diversities.get(1));
  }

  /** Modes that lie as far apart as any digits: a mean over all pairs would hide them. */
  @ParameterizedTest
  @CsvSource({"2", "10", "50"})
  void fewModesAreNearZeroHoweverFarApart(int modes) {
    float[] samples = new float[COUNT * WIDTH];
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      digit(samples, i, i % modes);
      for (int p = 0; p < WIDTH; p++) {
        samples[i * WIDTH + p] += (float) (0.001 * random.nextGaussian());
      }
    }
    double diversity = of(samples).get(0);
    assertTrue(diversity > 0 && diversity < 0.02, "diversity " + diversity);
  }
}
