package org.gan4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One case by the library of this process. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CaseBenchmark {
  /** Which case. */
  @Param({"ceiling:product"})
  public String id;

  private Work work;

  /** Prepares the case. */
  @Setup
  public void open() {
    work = Subject.here().open(Case.parse(id));
  }

  /** Does it once. */
  @Benchmark
  public void run() {
    work.run();
  }

  /** Frees what it holds. */
  @TearDown
  public void close() {
    work.close();
  }
}
