package org.gan4j.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;

/** One thing that is measured; its id goes from process to process and into the results. */
public sealed interface Case {
  /**
   * What this is called.
   *
   * @return text that {@link #parse} takes back
   */
  String id();

  /**
   * The arithmetic of one operation.
   *
   * @return additions and multiplications of the fewest products that it takes; 0 where there are
   *     none
   */
  double flops();

  /**
   * The memory that one operation must touch.
   *
   * @return bytes read and written if every array is touched once; 0 where that says nothing
   */
  double bytes();

  /**
   * A whole training iteration.
   *
   * @param workload of what
   */
  record Iteration(Workload workload) implements Case {
    @Override
    public String id() {
      return "iteration:" + describe(workload);
    }

    @Override
    public double flops() {
      return workload.flops();
    }

    @Override
    public double bytes() {
      return 0;
    }
  }

  /**
   * The matrix products of a training iteration and nothing else.
   *
   * @param workload of what
   */
  record Products(Workload workload) implements Case {
    @Override
    public String id() {
      return "products:" + describe(workload);
    }

    @Override
    public double flops() {
      return workload.flops();
    }

    @Override
    public double bytes() {
      return 0;
    }
  }

  /** What a kernel computes; y is an output, d a gradient with respect to one. */
  enum Operation {
    /** x·W + b. */
    DENSE_FORWARD,
    /** max(x·W + b, 0). */
    DENSE_RELU_FORWARD,
    /** 1 / (1 + e^−(x·W + b)). */
    DENSE_SIGMOID_FORWARD,
    /** d·Wᵀ, xᵀ·d and the column sums of d. */
    DENSE_BACKWARD,
    /** d where y &gt; 0, else 0. */
    RELU_BACKWARD,
    /** d·y·(1 − y). */
    SIGMOID_BACKWARD,
    /** The largest of each unit's pieces, remembering which. */
    MAXOUT_FORWARD,
    /** d to the winning piece, 0 to the others. */
    MAXOUT_BACKWARD,
    /** x·mask/keep with a fresh random mask. */
    DROPOUT;

    /**
     * Whether this is a product of a layer's input and its weights, or of their gradients.
     *
     * @return true for the dense operations
     */
    public boolean isDense() {
      return ordinal() <= DENSE_BACKWARD.ordinal();
    }

    /**
     * Whether this works on maxout units.
     *
     * @return true for the maxout operations
     */
    public boolean isMaxout() {
      return this == MAXOUT_FORWARD || this == MAXOUT_BACKWARD;
    }
  }

  /**
   * One operation of a layer.
   *
   * @param operation which
   * @param rows examples
   * @param inputs of a dense layer; 1 with the others
   * @param outputs values that leave; maxout units
   */
  record Kernel(Operation operation, int rows, int inputs, int outputs) implements Case {
    @Override
    public String id() {
      String name = operation.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      return "kernel:" + name + ":" + rows + "x" + inputs + "x" + outputs;
    }

    @Override
    public double flops() {
      double product = 2.0 * rows * inputs * outputs;
      return !operation.isDense()
          ? 0
          : operation == Operation.DENSE_BACKWARD ? 2 * product : product;
    }

    @Override
    public double bytes() {
      double x = 4.0 * rows * inputs;
      double y = 4.0 * rows * outputs;
      double w = 4.0 * inputs * outputs;
      double wide = y * Workload.PIECES;
      double winner = (double) rows * outputs;
      return switch (operation) {
        case DENSE_FORWARD, DENSE_RELU_FORWARD, DENSE_SIGMOID_FORWARD -> x + w + y;
        case DENSE_BACKWARD -> 2 * (x + w) + y;
        case RELU_BACKWARD, SIGMOID_BACKWARD -> 3 * y;
        case MAXOUT_FORWARD, MAXOUT_BACKWARD -> y + winner + wide;
        case DROPOUT -> 2 * y;
      };
    }
  }

  /**
   * The log-likelihoods of images under a Gaussian Parzen window: those of the validation images
   * for a grid of bandwidths, those of the test images for one.
   *
   * @param samples that carry the window
   * @param productsOnly whether only the products are wanted, not what is made of them
   */
  record Parzen(int samples, boolean productsOnly) implements Case {
    /** Values of an image. */
    public static final int WIDTH = 784;

    /** Images that choose the bandwidth. */
    public static final int VALIDATION = 1000;

    /** Images that are scored. */
    public static final int TEST = 10_000;

    /** The bandwidth of the test images. */
    public static final double SIGMA = 0.2;

    private static final int SIGMAS = 10;

    /**
     * The bandwidths of the validation images.
     *
     * @return from 0.1 to 1, evenly in their logarithms
     */
    public static double[] grid() {
      double[] grid = new double[SIGMAS];
      for (int i = 0; i < SIGMAS; i++) {
        grid[i] = Math.pow(10, (double) i / (SIGMAS - 1) - 1);
      }
      return grid;
    }

    /**
     * The window's samples.
     *
     * @return [samples][WIDTH] numbers from 0 to 1
     */
    public float[] window() {
      float[] values = Numbers.uniform(0, samples * WIDTH, 0.5);
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.5f;
      }
      return values;
    }

    /**
     * Images to be scored.
     *
     * @param seed decides which
     * @param count how many
     * @return [count][WIDTH] bytes
     */
    public static byte[] images(long seed, int count) {
      byte[] bytes = new byte[count * WIDTH];
      new java.util.Random(seed).nextBytes(bytes);
      return bytes;
    }

    /**
     * The same images as numbers.
     *
     * @param bytes from {@link #images}
     * @return from 0 to 1
     */
    public static float[] scaled(byte[] bytes) {
      float[] values = new float[bytes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (bytes[i] & 0xff) * (1f / 255f);
      }
      return values;
    }

    /**
     * What is left when the mean of the exponentials is known.
     *
     * @param sigma the bandwidth
     * @return WIDTH·ln(σ√(2π)) + ln(samples)
     */
    public double constant(double sigma) {
      return WIDTH * Math.log(sigma * Math.sqrt(2 * Math.PI)) + Math.log(samples);
    }

    @Override
    public String id() {
      return (productsOnly ? "parzen-products:" : "parzen:") + samples;
    }

    @Override
    public double flops() {
      return 2.0 * samples * WIDTH * (VALIDATION + TEST);
    }

    @Override
    public double bytes() {
      return 0;
    }
  }

  /**
   * What this machine can do at best.
   *
   * @param copy true: the bandwidth of a large copy; false: the rate of a large product
   */
  record Ceiling(boolean copy) implements Case {
    /** Rows, columns and terms of the product. */
    public static final int SIZE = 2048;

    /** Bytes of the copy. */
    public static final int COPY_BYTES = 1 << 28;

    @Override
    public String id() {
      return "ceiling:" + (copy ? "copy" : "product");
    }

    @Override
    public double flops() {
      return copy ? 0 : 2.0 * SIZE * SIZE * SIZE;
    }

    @Override
    public double bytes() {
      return copy ? 2.0 * COPY_BYTES : 0;
    }
  }

  private static String describe(Workload w) {
    return w.recipe()
        + ":"
        + (w.alternating() ? "alternating" : "simultaneous")
        + ":"
        + w.batch()
        + "x"
        + w.width()
        + "x"
        + w.population();
  }

  /**
   * Reads an id.
   *
   * @param id from {@link #id()}
   * @return the case
   * @throws IllegalArgumentException if it is none
   */
  static Case parse(String id) {
    String[] parts = id.split(":");
    return switch (parts[0]) {
      case "iteration" -> new Iteration(workload(parts));
      case "products" -> new Products(workload(parts));
      case "kernel" -> {
        int[] sizes = sizes(parts[2]);
        yield new Kernel(operation(parts[1]), sizes[0], sizes[1], sizes[2]);
      }
      case "parzen" -> new Parzen(Integer.parseInt(parts[1]), false);
      case "parzen-products" -> new Parzen(Integer.parseInt(parts[1]), true);
      case "ceiling" -> new Ceiling(parts[1].equals("copy"));
      default -> throw new IllegalArgumentException("no case '" + id + "'");
    };
  }

  private static Operation operation(String name) {
    return Arrays.stream(Operation.values())
        .filter(o -> o.name().equals(name.toUpperCase(java.util.Locale.ROOT).replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no operation '"
                        + name
                        + "'; there are "
                        + Arrays.stream(Operation.values())
                            .map(Operation::name)
                            .collect(Collectors.joining(", "))));
  }

  private static Workload workload(String[] parts) {
    int[] sizes = sizes(parts[3]);
    return new Workload(parts[1], parts[2].equals("alternating"), sizes[0], sizes[1], sizes[2]);
  }

  private static int[] sizes(String text) {
    return Arrays.stream(text.split("x")).mapToInt(Integer::parseInt).toArray();
  }
}
