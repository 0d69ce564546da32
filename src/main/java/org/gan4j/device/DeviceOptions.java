package org.gan4j.device;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How a device computes, where it has more than one way. Threads, the way through maxout and
 * cpuMath are the CPU's, all else is a GPU's.
 *
 * @param kernels which kernels a GPU runs
 * @param math how a GPU multiplies the matrices of networks; distances are always strict
 * @param graph what of a recorded step may run at the same time on a GPU
 * @param algorithms how cuBLASLt's algorithms are chosen
 * @param launch when a kernel of a recorded step may begin on a GPU
 * @param updates how a GPU updates the weights of dense layers
 * @param threads that the CPU computes with; 0: as many as Java may use of the processors, or as
 *     OMP_NUM_THREADS says. Another number may give other last bits
 * @param maxout how the CPU goes back through maxout
 * @param cpuMath how the CPU multiplies the matrices of networks; distances are always strict
 */
public record DeviceOptions(
    KernelSet kernels,
    Math math,
    Graph graph,
    Algorithms algorithms,
    Launch launch,
    Updates updates,
    int threads,
    Maxout maxout,
    CpuMath cpuMath)
    implements Serializable {
  private static final String KERNELS = "cuda.kernels";
  private static final String MATH = "cuda.math";
  private static final String GRAPH = "cuda.graph";
  private static final String ALGORITHMS = "cuda.algorithms";
  private static final String LAUNCH = "cuda.launch";
  private static final String UPDATES = "cuda.updates";
  private static final String MAXOUT = "cpu.maxout";
  private static final String CPU_MATH = "cpu.math";

  /** What {@link #with(String)} takes, for help texts. */
  public static final String FIELDS =
      KERNELS
          + "=fused|library, "
          + MATH
          + "=tf32|fp32|bf16, "
          + GRAPH
          + "=parallel|chain, "
          + ALGORITHMS
          + "=proposed|timed, "
          + LAUNCH
          + "=complete|programmatic, "
          + UPDATES
          + "=apart|fused, "
          + MAXOUT
          + "=winners|dense, "
          + CPU_MATH
          + "=fp32|bf16";

  /** The most threads that can be asked for. */
  public static final int MOST_THREADS = 4096;

  /** Which kernels a GPU runs. */
  public enum KernelSet {
    /** Products with their neighbours fused in, and this library's own kernels. */
    FUSED,
    /**
     * As much as possible through cuBLAS and cuDNN. The masks of dropout are then cuDNN's own: not
     * those of other devices, and not the same ones again after a run was resumed; only those on
     * pooled images are the same everywhere.
     */
    LIBRARY
  }

  /** The arithmetic of matrix products and convolutions. */
  public enum Math {
    /**
     * Factors rounded to 10 bits of mantissa, on tensor cores; sums in single precision. A
     * convolution may also go by way of Winograd's or Fourier's transforms.
     */
    TF32,
    /** Single precision throughout; convolutions as sums of products. */
    FP32,
    /**
     * Factors rounded to bf16, which has 8 bits of mantissa, on tensor cores; sums in single
     * precision, and so are weights, velocities and losses. Convolutions are as with TF32.
     */
    BF16
  }

  /** What of a recorded step may run at the same time. */
  public enum Graph {
    /** Whatever does not need each other's results. */
    PARALLEL,
    /** Nothing: every operation waits for the one before it. */
    CHAIN
  }

  /** How the algorithm of a matrix product is chosen among those that cuBLASLt proposes. */
  public enum Algorithms {
    /** The first proposal: always the same one on the same card with the same libraries. */
    PROPOSED,
    /**
     * The fastest here: proposals are timed when a product is first prepared. Another time another
     * one may win, so a run that is repeated may differ in the last bits. One that is resumed keeps
     * to its choices, which its checkpoints have.
     */
    TIMED
  }

  /** When a kernel of this library's own may begin that follows another one in a recorded step. */
  public enum Launch {
    /** When that one is through. */
    COMPLETE,
    /**
     * Before: its blocks are in their places then, and wait there (CUDA's programmatic dependent
     * launch). Needs compute capability 9.0.
     */
    PROGRAMMATIC
  }

  /** How weights of dense layers are updated with momentum SGD; Adam's are always by themselves. */
  public enum Updates {
    /** Products make gradients into velocities, which kernels then add to the weights. */
    APART,
    /**
     * One kernel of this library's own does both, of all replicas, in one pass over the weights.
     * Layers whose columns have a cap, and trainings of several ranks, go APART all the same.
     */
    FUSED
  }

  /** How the CPU goes back through maxout. Each way gives its own bits. */
  public enum Maxout {
    /** By the pieces that won, where that is faster: see {@link MaxoutShape#byWinners}. */
    WINNERS,
    /** By products of all slopes, most of which are zero: as earlier versions did. */
    DENSE
  }

  /** The arithmetic of the CPU's matrix products. Convolutions are in single precision. */
  public enum CpuMath {
    /** Single precision throughout. */
    FP32,
    /**
     * Factors rounded to bf16, which has 8 bits of mantissa; sums in single precision, and so are
     * weights, velocities, losses and the gradients of maxout by its winners. Needs a processor
     * with AVX512_BF16.
     */
    BF16
  }

  /** What is used unless said otherwise. */
  public static final DeviceOptions DEFAULT =
      new DeviceOptions(
          KernelSet.FUSED,
          Math.TF32,
          Graph.PARALLEL,
          Algorithms.PROPOSED,
          Launch.COMPLETE,
          Updates.APART,
          0,
          Maxout.WINNERS,
          CpuMath.FP32);

  public DeviceOptions {
    if (Stream.of(kernels, math, graph, algorithms, launch, updates, maxout, cpuMath)
        .anyMatch(Objects::isNull)) {
      throw new IllegalArgumentException("every option needs a value, null is none");
    }
    if (kernels == KernelSet.LIBRARY && updates == Updates.FUSED) {
      throw new IllegalArgumentException(
          "fused updates are this library's own kernel, which LIBRARY kernels do without: choose"
              + " FUSED kernels, or updates APART");
    }
    Require.that(
        threads >= 0 && threads <= MOST_THREADS,
        "threads must be 1 to " + MOST_THREADS + ", or 0 for the usual number, not ",
        threads);
  }

  /**
   * These options with other kernels.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withKernels(KernelSet other) {
    return new DeviceOptions(
        other, math, graph, algorithms, launch, updates, threads, maxout, cpuMath);
  }

  /**
   * These options with another arithmetic of a GPU.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withMath(Math other) {
    return new DeviceOptions(
        kernels, other, graph, algorithms, launch, updates, threads, maxout, cpuMath);
  }

  /**
   * These options with another way to record.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withGraph(Graph other) {
    return new DeviceOptions(
        kernels, math, other, algorithms, launch, updates, threads, maxout, cpuMath);
  }

  /**
   * These options with another choice of algorithms.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withAlgorithms(Algorithms other) {
    return new DeviceOptions(
        kernels, math, graph, other, launch, updates, threads, maxout, cpuMath);
  }

  /**
   * These options with another beginning of kernels.
   *
   * @param other when
   * @return the changed copy
   */
  public DeviceOptions withLaunch(Launch other) {
    return new DeviceOptions(
        kernels, math, graph, algorithms, other, updates, threads, maxout, cpuMath);
  }

  /**
   * These options with another way to update weights.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withUpdates(Updates other) {
    return new DeviceOptions(
        kernels, math, graph, algorithms, launch, other, threads, maxout, cpuMath);
  }

  /**
   * These options with another number of threads.
   *
   * @param other of the CPU; 0: the usual number
   * @return the changed copy
   */
  public DeviceOptions withThreads(int other) {
    return new DeviceOptions(
        kernels, math, graph, algorithms, launch, updates, other, maxout, cpuMath);
  }

  /**
   * These options with another way through maxout.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withMaxout(Maxout other) {
    return new DeviceOptions(
        kernels, math, graph, algorithms, launch, updates, threads, other, cpuMath);
  }

  /**
   * These options with another arithmetic of the CPU.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withCpuMath(CpuMath other) {
    return new DeviceOptions(
        kernels, math, graph, algorithms, launch, updates, threads, maxout, other);
  }

  /**
   * These options with one of them changed, as a command line has it.
   *
   * @param assignment such as cpu.math=bf16; {@link #FIELDS} are those that there are
   * @return the changed copy
   * @throws IllegalArgumentException if there is no such option, or it has no such value
   */
  public DeviceOptions with(String assignment) {
    int equals = assignment.indexOf('=');
    String name = equals < 0 ? assignment : assignment.substring(0, equals);
    String value = equals < 0 ? "" : assignment.substring(equals + 1);
    return switch (name) {
      case KERNELS -> withKernels(choice(name, value, DeviceOptions.KernelSet.values()));
      case MATH -> withMath(choice(name, value, DeviceOptions.Math.values()));
      case GRAPH -> withGraph(choice(name, value, DeviceOptions.Graph.values()));
      case ALGORITHMS -> withAlgorithms(choice(name, value, DeviceOptions.Algorithms.values()));
      case LAUNCH -> withLaunch(choice(name, value, DeviceOptions.Launch.values()));
      case UPDATES -> withUpdates(choice(name, value, DeviceOptions.Updates.values()));
      case MAXOUT -> withMaxout(choice(name, value, DeviceOptions.Maxout.values()));
      case CPU_MATH -> withCpuMath(choice(name, value, DeviceOptions.CpuMath.values()));
      default ->
          throw new IllegalArgumentException(
              name
                  + " is unknown; of the device there are "
                  + String.join(
                      ", ", KERNELS, MATH, GRAPH, ALGORITHMS, LAUNCH, UPDATES, MAXOUT, CPU_MATH));
    };
  }

  /**
   * These options with some of them changed.
   *
   * @param assignments each as {@link #with(String)} takes it
   * @return the changed copy
   * @throws IllegalArgumentException if one of them is none
   */
  public DeviceOptions with(List<String> assignments) {
    DeviceOptions options = this;
    for (String assignment : assignments) {
      options = options.with(assignment);
    }
    return options;
  }

  private static <E extends Enum<E>> E choice(String name, String value, E[] choices) {
    List<String> names =
        Arrays.stream(choices).map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
    int index = names.indexOf(value);
    if (index < 0) {
      throw new IllegalArgumentException(
          name + " must be " + String.join(" or ", names) + ", not '" + value + "'");
    }
    return choices[index];
  }
}
