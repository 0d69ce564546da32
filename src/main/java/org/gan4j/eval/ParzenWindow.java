package org.gan4j.eval;

import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.gan.DeviceImages;

/**
 * The Gaussian Parzen window of the paper's section 5 on the samples s_j of R generators: LL(x) =
 * ln mean_j e^(−‖x − s_j‖²/2σ²) − d·ln(σ√(2π)), in nats, for any number of bandwidths σ at once.
 * Distances come from matrix products, a tile at a time, and are summed as they come.
 *
 * <p>With values of MNIST's size a log-likelihood is within 0.01 nat of the exact one for σ ≥ 0.1;
 * the error grows with 1/σ² and with the squared norm of the points.
 */
public final class ParzenWindow implements AutoCloseable {
  private final Device device;
  private final Kernels kernels;
  private final Points samples;
  private final int width;
  private final Tile givenTile;

  /**
   * Copies the samples.
   *
   * @param device where the samples are
   * @param samples [count][width] of every replica, count ≥ 1; not modified
   * @param width d, values of a sample, ≥ 1
   * @throws IllegalArgumentException if the samples are not whole
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public ParzenWindow(Device device, DeviceBuffer samples, int width) {
    this(device, samples, width, null);
  }

  /** With tiles of a given size, or the best one for null. */
  ParzenWindow(Device device, DeviceBuffer samples, int width, Tile tileOrNull) {
    this.device = device;
    this.kernels = device.kernels();
    this.samples = new Points(device, samples, width);
    this.width = width;
    this.givenTile = tileOrNull;
  }

  /**
   * Samples that carry the window.
   *
   * @return per replica, ≥ 1
   */
  public int count() {
    return samples.count();
  }

  /**
   * The leading dimension R.
   *
   * @return ≥ 1
   */
  public int replicas() {
    return samples.replicas();
  }

  /**
   * Log-likelihoods of examples under every replica's window. The same bits for the same arguments.
   *
   * @param examples on the same device, of the samples' width
   * @param sigmas bandwidths, each &gt; 0; at least one
   * @return [R][sigmas][examples], nats
   * @throws IllegalArgumentException if the examples have another width or a bandwidth is no
   *     positive number, or so small that its square is lost
   */
  public double[][][] logLikelihoods(DeviceImages examples, double... sigmas) {
    samples.requireWidth(examples);
    try (Scores scores = new Scores(examples.count(), precisions(sigmas))) {
      for (int first = 0; first < examples.count(); first += scores.tile.rows()) {
        int rows = Math.min(scores.tile.rows(), examples.count() - first);
        scores.accumulate(examples, first, rows);
      }
      double[][][] result = new double[replicas()][][];
      for (int r = 0; r < result.length; r++) {
        result[r] = scores.read(r, sigmas);
      }
      return result;
    }
  }

  private static float[] precisions(double[] sigmas) {
    if (sigmas.length == 0) {
      throw new IllegalArgumentException("a window needs at least one bandwidth");
    }
    float[] precisions = new float[sigmas.length];
    for (int k = 0; k < sigmas.length; k++) {
      precisions[k] = (float) (0.5 / (sigmas[k] * sigmas[k]));
      if (!(sigmas[k] > 0) || !(precisions[k] > 0) || !Float.isFinite(precisions[k])) {
        throw new IllegalArgumentException(
            "a bandwidth is a number from 1e-18 to 1e18, not " + sigmas[k]);
      }
    }
    return precisions;
  }

  @Override
  public void close() {
    samples.close();
  }

  /** The sums of all examples, and the one tile that they come from. */
  private final class Scores implements AutoCloseable {
    final Tile tile;
    private final int count;
    private final int sigmaCount;
    private final DeviceArena arena;
    private final DeviceArena shared;
    private final DeviceBuffer examples;
    private final DeviceBuffer norms;
    private final DeviceBuffer products;
    private final DeviceBuffer nearest;
    private final DeviceBuffer sums;
    private final DeviceBuffer precisions;

    Scores(int count, float[] precisions) {
      this.count = count;
      this.sigmaCount = precisions.length;
      tile = givenTile != null ? givenTile : Tile.of(device, count, samples.count(), replicas());
      arena = device.arena(replicas());
      examples = arena.floats((long) tile.rows() * width);
      norms = arena.floats(tile.rows());
      products = arena.floats((long) tile.rows() * tile.columns());
      nearest = arena.floats(count);
      sums = arena.reserve(DataType.DOUBLE, (long) count * sigmaCount);
      shared = device.arena(1);
      this.precisions = shared.floats(sigmaCount);
      try {
        arena.freeze();
        shared.freeze();
        Buffers.write(this.precisions, 0, precisions);
        kernels.fill(nearest, Double.POSITIVE_INFINITY);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    /** Some examples against all samples. */
    void accumulate(DeviceImages images, int first, int rows) {
      samples.place(examples, norms, images, first, rows);
      DeviceBuffer least = nearest.view(first, rows);
      DeviceBuffer sum = sums.view((long) first * sigmaCount, (long) rows * sigmaCount);
      for (int from = 0; from < samples.count(); from += tile.columns()) {
        int columns = Math.min(tile.columns(), samples.count() - from);
        DeviceBuffer some = samples.values(from, columns);
        kernels.innerProducts(products, examples, some, rows, columns, width);
        kernels.parzenTile(
            least, sum, products, norms, samples.norms(from, columns), precisions, rows, columns);
      }
    }

    /** [sigmas][examples] of one replica. */
    double[][] read(int replica, double[] sigmas) {
      float[] least = new float[count];
      double[] sum = new double[count * sigmaCount];
      Buffers.read(nearest, replica, least);
      Buffers.read(sums, replica, sum);
      double[][] result = new double[sigmaCount][count];
      for (int k = 0; k < sigmaCount; k++) {
        double precision = 0.5 / (sigmas[k] * sigmas[k]);
        double constant =
            Math.log(samples.count()) + width * Math.log(sigmas[k] * Math.sqrt(2 * Math.PI));
        for (int i = 0; i < count; i++) {
          result[k][i] = Math.log(sum[i * sigmaCount + k]) - precision * least[i] - constant;
        }
      }
      return result;
    }

    @Override
    public void close() {
      arena.close();
      shared.close();
    }
  }
}
