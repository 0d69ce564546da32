package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Case.Operation;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;

/** Makes sure, before anything is timed, that all libraries compute the same function. */
final class Check {
  /**
   * Of the Euclidean norm. Rounding alone stays far below; room is needed because it may turn a
   * near tie of two maxout pieces, and then one example's gradient goes another way.
   */
  static final double TOLERANCE = 3e-3;

  /**
   * The same of gradients from factors in bf16. Each of the twelve products that a gradient comes
   * through has an error of some 2⁻⁹, which would be 0.02 in all; but as many of maxout's pieces as
   * lie so close together change places, three in a thousand, and each moves its example's part of
   * the gradient by its full size: the root of twice that share, 0.08 for each of two layers.
   */
  static final double BF16_TOLERANCE = 0.2;

  private static final double MASK_TOLERANCE = 0.02;

  private final Processes processes;
  private final Path folder;
  private final Map<String, Map<String, Double>> agreement;

  Check(Processes processes, Path folder, Map<String, Map<String, Double>> agreement) {
    this.processes = processes;
    this.folder = folder;
    this.agreement = agreement;
  }

  /** One iteration from the same weights, with the same inputs, noise and masks. */
  void iteration(Workload workload, List<Library> libraries, Threads threads)
      throws IOException, InterruptedException {
    String id = new Case.Iteration(workload).id();
    Path given = folder.resolve("given");
    processes.run(Library.GAN4J, threads, "record", id, given.toString());
    Tensors expected = Tensors.read(given);
    for (Library library : libraries) {
      if (library != Library.GAN4J) {
        Path found = folder.resolve("found");
        processes.run(library, threads, "iterate", id, given.toString(), found.toString());
        compare(id, library, expected, Tensors.read(found));
      }
    }
  }

  /** Every operation of a layer and the Parzen window, on the same inputs. */
  void kernels(List<Library> libraries, Threads threads) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("outputs", ""));
    for (Operation operation : Operation.values()) {
      int inputs = operation.isDense() ? 240 : 1;
      arguments.add(new Case.Kernel(operation, 200, inputs, 1200).id());
    }
    arguments.add(new Case.Parzen(1000, false).id());
    Tensors expected = outputs(Library.GAN4J, threads, arguments);
    for (Library library : libraries) {
      Tensors found = outputs(library, threads, arguments);
      if (library != Library.GAN4J) {
        compare("kernels and Parzen window", library, expected, found);
      }
    }
  }

  private Tensors outputs(Library library, Threads threads, List<String> arguments)
      throws IOException, InterruptedException {
    Path file = folder.resolve("outputs");
    arguments.set(1, file.toString());
    processes.run(library, threads, arguments.toArray(String[]::new));
    return Tensors.read(file);
  }

  private void compare(String what, Library library, Tensors expected, Tensors found) {
    double worst = 0;
    for (String name : found.names()) {
      if (name.contains("dropout")) {
        requireMask(library, found.get(name));
        continue;
      }
      double difference = Numbers.difference(expected.get(name), found.get(name));
      // Not the other way round: a NaN must not pass.
      if (!(difference <= (library == Library.GAN4J_BF16 ? BF16_TOLERANCE : TOLERANCE))) {
        throw new IllegalStateException(
            library.title() + " and gan4j differ at " + what + " in " + name + " by " + difference);
      }
      worst = Math.max(worst, difference);
    }
    agreement.computeIfAbsent(what, key -> new java.util.TreeMap<>()).put(library.title(), worst);
    System.out.printf(
        "  %s agrees at %s: largest relative difference %.1e%n", library.title(), what, worst);
  }

  /** Random masks differ from library to library; what they must have in common does not. */
  private static void requireMask(Library library, float[] dropped) {
    float[] input = Numbers.uniform(0, dropped.length, 1);
    int kept = 0;
    for (int i = 0; i < dropped.length; i++) {
      double whole = input[i] / Workload.KEEP_INPUT;
      if (dropped[i] != 0 && Math.abs(dropped[i] - whole) > 1e-5) {
        throw new IllegalStateException(
            library.title() + "'s dropout makes " + dropped[i] + " of " + input[i]);
      }
      kept += dropped[i] != 0 ? 1 : 0;
    }
    double share = (double) kept / dropped.length;
    if (Math.abs(share - Workload.KEEP_INPUT) > MASK_TOLERANCE) {
      throw new IllegalStateException(library.title() + "'s dropout keeps " + share);
    }
  }
}
