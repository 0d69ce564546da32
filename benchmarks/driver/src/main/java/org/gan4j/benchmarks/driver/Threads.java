package org.gan4j.benchmarks.driver;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * How many threads a process may use.
 *
 * @param openMp of OpenMP
 * @param blas of the BLAS library, where that has its own
 */
record Threads(@JsonProperty("openmp") int openMp, @JsonProperty("blas") int blas) {
  Map<String, String> environment() {
    return Map.of(
        "OMP_NUM_THREADS", Integer.toString(openMp),
        "MKL_NUM_THREADS", Integer.toString(openMp),
        "OPENBLAS_NUM_THREADS", Integer.toString(blas));
  }
}
