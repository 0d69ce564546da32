package org.gan4j.cli;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the Linux kernel says of the processor.
 *
 * @param model its name, or "unknown"
 * @param features the vector instructions among its features, or "unknown"
 * @param cores physical cores, or 0 if not told
 */
record CpuInfo(String model, String features, int cores) {
  private static final String UNKNOWN = "unknown";

  /** Those that decide which kernels run. */
  private static final String VECTOR_FEATURES =
      "sse4_2|avx|avx2|fma|f16c|avx_vnni|avx512\\w+|amx_\\w+|asimd\\w*|sve\\w*|bf16|i8mm";

  static CpuInfo of(List<String> lines) {
    Map<String, String> first = new LinkedHashMap<>();
    Set<String> cores = new HashSet<>();
    String socket = "";
    for (String line : lines) {
      String[] parts = line.split(":", 2);
      String key = parts[0].strip();
      String value = parts.length < 2 ? "" : parts[1].strip();
      first.putIfAbsent(key, value);
      if (key.equals("physical id")) {
        socket = value;
      } else if (key.equals("core id")) {
        cores.add(socket + ":" + value);
      }
    }
    String flags = first.getOrDefault("flags", first.getOrDefault("Features", ""));
    String features =
        Arrays.stream(flags.split(" "))
            .filter(flag -> flag.matches(VECTOR_FEATURES))
            .collect(Collectors.joining(" "));
    return new CpuInfo(
        first.getOrDefault("model name", UNKNOWN),
        features.isEmpty() ? UNKNOWN : features,
        cores.size());
  }
}
