package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the figures were measured on. */
final class Machine {
  private Machine() {}

  static Map<String, String> describe() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("cpu", field("/proc/cpuinfo", "model name") + features());
    all.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    long kib = Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", ""));
    all.put("memory", Math.round(kib / 1024.0 / 1024.0) + " GiB");
    all.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    all.put(
        "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    all.put("date", LocalDate.now().toString());
    return all;
  }

  private static String features() throws IOException {
    Set<String> flags = processorFlags();
    return flags.contains("avx512f") ? ", AVX-512" : flags.contains("avx2") ? ", AVX2" : "";
  }

  /** As Linux names them. */
  static Set<String> processorFlags() throws IOException {
    return Set.copyOf(Arrays.asList(field("/proc/cpuinfo", "flags").split(" ")));
  }

  private static String field(String file, String name) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).trim();
      }
    }
    return "unknown";
  }
}
