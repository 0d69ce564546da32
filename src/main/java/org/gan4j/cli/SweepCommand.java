package org.gan4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** Says where sweeps are: Spark is no dependency of this command line. */
@Command(
    name = "sweep",
    description = "Train many recipes and seeds on Spark: in this JVM, or on a cluster.",
    footer = {
      "",
      "Examples:",
      "  gan4j sweep sweep.yaml --out sweeps/rates",
      "",
      "Sweeps are in an artifact of their own, org.gan4j:gan4j-spark. The launcher builds it among",
      "gan4j's sources: ./gan4j sweep --help. On a cluster spark-submit runs org.gan4j.spark.Main."
    })
final class SweepCommand implements Callable<Integer> {
  @Unmatched private List<String> ignored;

  @Override
  public Integer call() {
    throw new IllegalArgumentException(
        "sweeps need the artifact org.gan4j:gan4j-spark: run ./gan4j sweep among gan4j's sources, or"
            + " spark-submit --class org.gan4j.spark.Main");
  }
}
