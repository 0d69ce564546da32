package org.gan4j.benchmarks.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is compared; gan4j first. */
enum Library {
  GAN4J("gan4j", "gan4j", false),
  /** The same with cpu.math=bf16. */
  GAN4J_BF16("gan4j, bf16", "gan4j", false),
  ND4J("ND4J", "peers/nd4j", true),
  DJL("DJL-PyTorch", "peers/djl", false),
  LIBTORCH("libtorch", "peers/libtorch", true);

  private final String title;
  private final String folder;
  private final boolean openBlas;

  Library(String title, String folder, boolean openBlas) {
    this.title = title;
    this.folder = folder;
    this.openBlas = openBlas;
  }

  String title() {
    return title;
  }

  /** What it needs of the processor: a flag of /proc/cpuinfo. */
  Optional<String> processorFlag() {
    return this == GAN4J_BF16 ? Optional.of("avx512_bf16") : Optional.empty();
  }

  /** Whether it is this project, one way or another. */
  boolean isOurs() {
    return this == GAN4J || this == GAN4J_BF16;
  }

  /** Options of its virtual machine. */
  List<String> options() {
    return this == GAN4J_BF16 ? List.of("-Dgan4j.benchmarks.math=bf16") : List.of();
  }

  /** Its module, in the folder of the benchmarks. */
  String folder() {
    return folder;
  }

  /** The thread settings that its user would try; the best is taken. */
  List<Threads> candidates(int cores) {
    List<Threads> all = new ArrayList<>();
    all.add(new Threads(cores, cores));
    if (!isOurs() && cores > 1) {
      all.add(new Threads(1, 1));
    }
    if (openBlas && cores > 1) {
      // OpenBLAS has a pool of its own beside OpenMP's, and the two can collide.
      all.add(new Threads(cores, 1));
      all.add(new Threads(1, cores));
    }
    return all;
  }
}
