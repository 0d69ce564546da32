package org.gan4j.eval;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * k-means: Lloyd's iteration from k-means++ seeds (Arthur and Vassilvitskii, SODA 2007), with
 * distances from matrix products. The centroids of the training set are an anchor: they beat the
 * training set itself by a Parzen window, though nobody would take them for samples (Theis et al.,
 * ICLR 2016).
 *
 * @param centroids [k][width]; fewer than were asked for if there are fewer different points
 * @param nearest of each point, the centroid that it belonged to in the last round, from 0
 * @param rounds of Lloyd's iteration, ≥ 1
 */
public record KMeans(float[] centroids, int[] nearest, int rounds) {

  /**
   * Finds centroids. The same bits for the same arguments on one device.
   *
   * @param device that computes
   * @param points [count][width]; not modified
   * @param width values of a point, ≥ 1
   * @param k how many, 1 to count
   * @param rounds at most this many, ≥ 1; fewer if no point changes its centroid
   * @param seed of the random numbers
   * @return the centroids
   * @throws IllegalArgumentException if the points are not whole, not finite or beyond ±1e15, or k
   *     or rounds is out of range
   */
  public static KMeans of(Device device, float[] points, int width, int k, int rounds, long seed) {
    Distances.requirePoints(points, width);
    int count = points.length / width;
    if (k < 1 || k > count || rounds < 1) {
      throw new IllegalArgumentException(
          "k must be 1 to " + count + " and rounds ≥ 1, not " + k + " and " + rounds);
    }
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer values = arena.floats(points.length);
      arena.freeze();
      Buffers.write(values, 0, points);
      try (Points cloud = new Points(device, values, width)) {
        float[] seeds =
            seeds(device, cloud, points, k, new Philox(seed, RandomStreams.CENTROIDS.first(), 0));
        return lloyd(device, cloud, points, seeds, rounds);
      }
    }
  }

  /** k-means++: each next seed is a point drawn with a probability that grows as its distance². */
  private static float[] seeds(Device device, Points cloud, float[] points, int k, Philox random) {
    int width = cloud.width();
    float[] seeds = new float[k * width];
    double[] least = new double[cloud.count()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    int chosen = random.nextInt(least.length);
    try (Search search = new Search(device, cloud, 1)) {
      for (int found = 0; found < k; found++) {
        float[] seed = Arrays.copyOfRange(points, chosen * width, (chosen + 1) * width);
        System.arraycopy(seed, 0, seeds, found * width, width);
        search.lower(least, points, seed);
        double total = Arrays.stream(least).sum();
        if (!(total > 0)) { // every point is a seed, or the copy of one
          return Arrays.copyOf(seeds, (found + 1) * width);
        }
        chosen = draw(least, total * (random.nextWord() & 0xFFFFFFFFL) * 0x1p-32);
      }
    }
    return seeds;
  }

  /** The first place where the sum of the weights so far is above a bound. */
  private static int draw(double[] weights, double bound) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i];
      last = weights[i] > 0 ? i : last;
      if (sum > bound) {
        return i;
      }
    }
    return last;
  }

  private static KMeans lloyd(
      Device device, Points cloud, float[] points, float[] centroids, int rounds) {
    int width = cloud.width();
    int[] nearest = new int[0];
    try (Search search = new Search(device, cloud, centroids.length / width)) {
      for (int round = 1; ; round++) {
        int[] before = nearest;
        nearest = search.nearest(centroids);
        if (Arrays.equals(before, nearest)) {
          return new KMeans(centroids, nearest, round);
        }
        move(centroids, points, nearest, width);
        if (round == rounds) {
          return new KMeans(centroids, nearest, round);
        }
      }
    }
  }

  /** Each centroid to the mean of its points; one without points stays. */
  private static void move(float[] centroids, float[] points, int[] nearest, int width) {
    double[] sums = new double[centroids.length];
    int[] counts = new int[centroids.length / width];
    for (int i = 0; i < nearest.length; i++) {
      counts[nearest[i]]++;
      for (int p = 0; p < width; p++) {
        sums[nearest[i] * width + p] += points[i * width + p];
      }
    }
    for (int c = 0; c < centroids.length; c++) {
      int count = counts[c / width];
      centroids[c] = count == 0 ? centroids[c] : (float) (sums[c] / count);
    }
  }

  /** Points against as many candidates as were allocated. */
  private static final class Search implements AutoCloseable {
    private final Points cloud;
    private final float[] norms;
    private final DeviceArena arena;
    private final DeviceBuffer candidates;
    private final Products products;

    Search(Device device, Points cloud, int count) {
      this.cloud = cloud;
      this.norms = new float[cloud.count()];
      Buffers.read(cloud.norms(0, norms.length), 0, norms);
      this.arena = device.arena(1);
      this.candidates = arena.floats((long) count * cloud.width());
      arena.freeze();
      try {
        this.products = new Products(device, cloud, count);
      } catch (RuntimeException e) {
        arena.close();
        throw e;
      }
    }

    int[] nearest(float[] values) {
      Buffers.write(candidates, 0, values);
      return products.nearest(this::place);
    }

    /** least_i ← min(least_i, squared distance of point i to the one candidate). */
    void lower(double[] least, float[] points, float[] candidate) {
      Buffers.write(candidates, 0, candidate);
      products.each(
          this::place,
          (tile, candidateNorm, from, rows, first, columns) -> {
            float[] values = new float[rows];
            float[] norm = new float[1];
            Buffers.read(tile, 0, values);
            Buffers.read(candidateNorm, 0, norm);
            for (int t = 0; t < rows; t++) {
              int i = from + t;
              float distance =
                  Distances.squared(
                      norms[i] + norm[0], values[t], points, i, candidate, 0, cloud.width());
              least[i] = Math.min(least[i], distance);
            }
          });
    }

    private void place(DeviceBuffer out, DeviceBuffer outNorms, int first, int columns) {
      int width = cloud.width();
      cloud.place(
          out, outNorms, candidates.view((long) first * width, (long) columns * width), columns);
    }

    @Override
    public void close() {
      products.close();
      arena.close();
    }
  }
}
