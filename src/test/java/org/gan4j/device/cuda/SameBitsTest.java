package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Kernel;
import org.gan4j.device.Scenario;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every kernel on both kinds of device: the same bits, but for sums, which a GPU adds up in another
 * order, and on a card for what it takes of its own library of functions.
 */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class SameBitsTest {
  /**
   * Outputs that are sums, by kernel and number of the output, with the most by which they may
   * differ: in units of the last place of the largest value there. A sum of 67 terms is rounded 66
   * times either way, half a unit each and of partial sums no larger than a few of the results;
   * doubles that are rounded to floats at the end differ by one unit if at all.
   */
  private static final Map<String, Double> SUMS =
      Map.ofEntries(
          Map.entry("maxout_backward 1", 16.0),
          Map.entry("activation_backward 1", 16.0),
          Map.entry("weight_norm 0", 2.0),
          Map.entry("weight_norm_velocity 0", 4.0),
          Map.entry("weight_norm_velocity 1", 2.0),
          Map.entry("batch_norm_forward 0", 4.0),
          Map.entry("batch_norm_forward 1", 1.0),
          Map.entry("batch_norm_forward 2", 2.0),
          Map.entry("batch_norm_forward 3", 1.0),
          Map.entry("batch_norm_forward 4", 1.0),
          Map.entry("batch_norm_backward 0", 4.0),
          Map.entry("batch_norm_backward 1", 1.0),
          Map.entry("batch_norm_backward 2", 1.0),
          Map.entry("match_means 0", 2.0),
          Map.entry("match_means 1", 1.0),
          Map.entry("cap_columns 0", 16.0),
          Map.entry("bias_gradient 0", 1.0),
          Map.entry("squared_norms 0", 1.0),
          Map.entry("parzen_tile 1", 0x1p29 * 16));

  private static final Set<String> STATES =
      Set.of("gan_loss 2", "update 1", "adam 3", "matching_loss 0");

  /** The words of a state that are sums, in units of a float: the CPU adds squares as floats. */
  private static final double STATE = 16 * 0x1p-24;

  /** On a card exp and log1p of doubles are its own, exact to a unit or two of a double. */
  private static final Map<String, Double> FUNCTIONS =
      Map.of("gan_loss 0", 1.0, "gan_loss 1", 1.0, "log_sum_rows 0", 1.0, "spread_rows 0", 1.0);

  @Test
  void everyKernelGivesTheSame() {
    Map<String, byte[]> expected;
    Map<String, byte[]> found;
    try (Device cpu = Device.cpu()) {
      expected = Scenario.run(cpu);
      expected.keySet().removeIf(key -> !onGpu(key));
    }
    DeviceOptions exact = DeviceOptions.DEFAULT.withMath(DeviceOptions.Math.FP32);
    try (Device cuda = Device.open("cuda", exact, notice -> {})) {
      found = Scenario.run(cuda);
    }
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((what, bytes) -> compare(what, bytes, found.get(what)));
  }

  private static boolean onGpu(String key) {
    String symbol = Scenario.kernels(Set.of(key)).iterator().next();
    return Arrays.stream(Kernel.values()).anyMatch(k -> k.onGpu() && k.symbol().equals(symbol));
  }

  private static void compare(String what, byte[] expected, byte[] found) {
    String output = what.replaceAll("-[^ ]*", "").replaceAll(",.*", "");
    if (STATES.contains(output)) {
      compareStates(what, expected, found);
      return;
    }
    double ulps = SUMS.getOrDefault(output, 0.0);
    if (!StandIn.isThere()) {
      ulps = Math.max(ulps, FUNCTIONS.getOrDefault(output, 0.0));
    }
    if (ulps == 0) {
      assertArrayEquals(expected, found, what);
    } else if (output.startsWith("parzen_tile")) {
      compareDoubles(what, expected, found, ulps);
    } else {
      compareFloats(what, expected, found, ulps);
    }
  }

  private static ByteBuffer of(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private static void compareFloats(String what, byte[] expected, byte[] found, double ulps) {
    float largest = 0;
    double apart = 0;
    for (int i = 0; i < expected.length; i += Float.BYTES) {
      float e = of(expected).getFloat(i);
      largest = Math.max(largest, Math.abs(e));
      apart = Math.max(apart, Math.abs((double) e - of(found).getFloat(i)));
    }
    assertTrue(apart <= ulps * Math.ulp(largest), what + ": " + apart);
  }

  private static void compareDoubles(String what, byte[] expected, byte[] found, double ulps) {
    for (int i = 0; i < expected.length; i += Double.BYTES) {
      double e = of(expected).getDouble(i);
      double apart = Math.abs(e - of(found).getDouble(i));
      assertTrue(apart <= ulps * Math.ulp(e), what + ": " + apart + " from " + e);
    }
  }

  private static void compareStates(String what, byte[] expected, byte[] found) {
    for (int word = 0; word < StateLayout.WORDS; word++) {
      int at = word * Long.BYTES;
      if (word < StateLayout.D_LOSS) {
        assertEquals(of(expected).getLong(at), of(found).getLong(at), what + ", word " + word);
      } else {
        double e = of(expected).getDouble(at);
        assertEquals(e, of(found).getDouble(at), STATE * e, what + ", word " + word);
      }
    }
  }
}
