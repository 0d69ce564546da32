package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.gan4j.device.Device;
import org.gan4j.device.Scenario;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** This library's own kernels compute the same bits whatever they run on. */
final class CpuBitsTest {
  private static final float[] ODD = {
    Float.NaN,
    Float.intBitsToFloat(0xFFC01234),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL / 3,
    -0f,
    0f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    88.5f,
    -87.5f,
    1e9f
  };

  private final int threads = NativeKernels.threadCount();

  @AfterEach
  void restore() {
    NativeKernels.useInstructionSet(NativeKernels.bestInstructionSet());
    NativeKernels.setThreadCount(threads);
  }

  private static Map<String, byte[]> run(int set, int threads) {
    NativeKernels.useInstructionSet(set);
    NativeKernels.setThreadCount(threads);
    try (Device device = Device.cpu()) {
      return Scenario.run(device);
    }
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((kernel, bytes) -> assertArrayEquals(bytes, found.get(kernel), kernel));
  }

  @Test
  void twiceTheSame() {
    int best = NativeKernels.bestInstructionSet();
    assertSame(run(best, threads), run(best, threads));
  }

  @Test
  void onEveryInstructionSetTheSame() {
    Map<String, byte[]> plain = run(0, 1);
    for (int set = 1; set <= NativeKernels.bestInstructionSet(); set++) {
      assertSame(plain, run(set, 1));
    }
  }

  /**
   * NaN, infinities, numbers below the normal ones and the largest, in one of so many places; one
   * NaN is as good as another.
   */
  @ParameterizedTest(name = "one in {0}")
  @ValueSource(ints = {2, 20, 300, 5000, 30_000})
  void onEveryInstructionSetTheSameOfWhatIsNotANumber(int oneIn) {
    Map<String, byte[]> plain = run(0, values -> sprinkle(values, oneIn));
    for (int set = 1; set <= NativeKernels.bestInstructionSet(); set++) {
      assertSame(plain, run(set, values -> sprinkle(values, oneIn)));
    }
  }

  private static Map<String, byte[]> run(int set, Consumer<float[]> change) {
    NativeKernels.useInstructionSet(set);
    try (Device device = Device.cpu()) {
      return Scenario.run(device, change);
    }
  }

  /** The same places for the same values: what is between them decides. */
  private static void sprinkle(float[] values, int oneIn) {
    SplittableRandom random = new SplittableRandom(values.length + Arrays.hashCode(values));
    for (int i = 0; i < values.length; i++) {
      if (random.nextInt(oneIn) == 0) {
        values[i] = ODD[random.nextInt(ODD.length)];
      }
    }
  }

  @Test
  void withAnyNumberOfThreadsTheSame() {
    for (int set = 0; set <= NativeKernels.bestInstructionSet(); set++) {
      Map<String, byte[]> alone = run(set, 1);
      assertSame(alone, run(set, 2));
      assertSame(alone, run(set, 5));
    }
  }
}
