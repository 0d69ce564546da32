package org.gan4j.benchmarks.driver;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gan4j.io.JsonValue;

/**
 * How many threads a process may use.
 *
 * @param openMp of OpenMP
 * @param blas of the BLAS library, where that has its own
 */
record Threads(int openMp, int blas) {
  static Threads of(JsonValue json) {
    return new Threads(
        (int) json.get("openmp").whole(1, Integer.MAX_VALUE),
        (int) json.get("blas").whole(1, Integer.MAX_VALUE));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("openmp", openMp);
    json.put("blas", blas);
    return json;
  }

  Map<String, String> environment() {
    return Map.of(
        "OMP_NUM_THREADS", Integer.toString(openMp),
        "MKL_NUM_THREADS", Integer.toString(openMp),
        "OPENBLAS_NUM_THREADS", Integer.toString(blas));
  }
}
