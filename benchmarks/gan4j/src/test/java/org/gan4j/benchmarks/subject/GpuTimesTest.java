package org.gan4j.benchmarks.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuTimesTest {
  @TempDir Path folder;
  private final List<String> closed = new ArrayList<>();

  /** A device that can do nothing but say that it is one. */
  private static Device device(DeviceOptions options) {
    return (Device)
        Proxy.newProxyInstance(
            Device.class.getClassLoader(),
            new Class<?>[] {Device.class},
            (proxy, method, arguments) -> method.getName().equals("description") ? "a card" : null);
  }

  /** Something that fails when it has run so often, and each time from then on. */
  private GpuTimes.Timed failing(String id, int at) {
    return new GpuTimes.Timed(
        id,
        0,
        0,
        DeviceOptions.DEFAULT,
        device -> {
          if (at == 0) {
            throw new DeviceException("no \"room\"\nfor " + id);
          }
          return new Repeated() {
            private int runs;

            @Override
            public void run(long times) {
              if (++runs >= at) {
                throw new DeviceException("an error stays");
              }
            }

            @Override
            public void close() {
              closed.add(id);
              if (runs >= at) {
                throw new DeviceException("an error stays at the close");
              }
            }
          };
        });
  }

  /** Samples of 0.1 s, whether one run takes a microsecond or a second. */
  @Test
  void aSampleIsHardlyLongerThanItIsToBe() {
    for (double each : new double[] {1e-6, 1.1e-4, 0.0995 / 1024, 1.3e-3, 0.0124}) {
      double sample = each * GpuTimes.repetitions(8, 0.1, times -> times * each);
      assertTrue(sample >= 0.09 && sample <= 0.1 + each, each + ": " + sample);
    }
    assertEquals(8, GpuTimes.repetitions(8, 0.1, times -> times * 1.0));
  }

  @Test
  void whatFailsCostsNothingElse() throws IOException {
    Path json = folder.resolve("times.json");
    GpuTimes times = new GpuTimes(true, json, GpuTimesTest::device);
    int never = Integer.MAX_VALUE;
    times.group(
        "some",
        List.of(
            failing("first", never),
            failing("unopened", 0),
            failing("at-once", 1),
            failing("later", 4),
            failing("last", never)));
    assertEquals(List.of("at-once", "later", "first", "last"), closed);

    String written = Files.readString(json);
    for (String id : List.of("first", "last")) {
      assertTrue(written.contains("{\"id\": \"some/" + id + "\", \"unit\""), written);
    }
    for (String id : List.of("unopened", "at-once", "later")) {
      assertTrue(written.contains("{\"id\": \"some/" + id + "\", \"error\""), written);
    }
    assertTrue(written.contains("no \\\"room\\\"\\nfor unopened"), written);
    assertFalse(written.contains("Infinity") || written.contains("NaN"), written);
    assertTrue(Files.readString(folder.resolve("times.md")).contains("\n- some/later: "));
    String message = assertThrows(IllegalStateException.class, times::finish).getMessage();
    assertTrue(message.startsWith("3 could not be timed, some/unopened first"), message);
  }
}
