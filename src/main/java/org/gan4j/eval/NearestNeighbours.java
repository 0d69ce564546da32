package org.gan4j.eval;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;

/**
 * Finds the image that is nearest to a sample: with the training set's, the rightmost column of the
 * paper's figure 2, which shows that a generator has not memorised.
 */
public final class NearestNeighbours {
  /**
   * The image nearest to a sample.
   *
   * @param index of the image, from 0; of images equally near, to single precision, any one
   * @param distance Euclidean, between the values that the networks see
   */
  public record Neighbour(int index, double distance) {}

  private NearestNeighbours() {}

  /**
   * Finds the neighbours of one replica's samples, by matrix products, a tile at a time.
   *
   * @param device where all is
   * @param samples [count][width] of every replica; not modified
   * @param replica whose samples, from 0
   * @param images of the same width; not modified
   * @return one for each sample, in order
   * @throws IllegalArgumentException if the widths differ or there is no such replica
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public static List<Neighbour> find(
      Device device, DeviceBuffer samples, int replica, DeviceImages images) {
    float[] values = new float[Math.toIntExact(samples.length())];
    Buffers.read(samples, replica, values);
    try {
      return find(device, values, images);
    } catch (NonFiniteSamplesException e) {
      // It was found in a copy of this one replica.
      throw new NonFiniteSamplesException(replica);
    }
  }

  /**
   * Finds the training examples nearest to samples.
   *
   * @param gan on whose device the search runs
   * @param data whose training set is searched
   * @param samples [count][width]; not modified
   * @return one for each sample, in order
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public static List<Neighbour> inTrainingSet(Gan gan, DataSet data, float[] samples) {
    try (DeviceImages images = new DeviceImages(gan.device(), data.train(), data.scaling())) {
      return find(gan.device(), samples, images);
    }
  }

  /** Those of points on the host. */
  static List<Neighbour> find(Device device, float[] values, DeviceImages images) {
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer chosen = arena.floats(values.length);
      arena.freeze();
      Buffers.write(chosen, 0, values);
      int[] indices = indices(device, chosen, images);
      List<Neighbour> neighbours = new ArrayList<>();
      for (int i = 0; i < indices.length; i++) {
        neighbours.add(
            new Neighbour(indices[i], distance(values, i * images.width(), images, indices[i])));
      }
      return neighbours;
    }
  }

  /**
   * The nearest of other points.
   *
   * @param values [count][width]; not modified
   * @param others [any number][width], the candidates; not modified
   * @param width values of a point, ≥ 1
   * @return the index of one for each point; of those equally near, to single precision, any one
   */
  static int[] among(Device device, float[] values, float[] others, int width) {
    int count = others.length / width;
    try (DeviceArena arena = device.arena(1)) {
      DeviceBuffer chosen = arena.floats(values.length);
      DeviceBuffer candidates = arena.floats(others.length);
      arena.freeze();
      Buffers.write(chosen, 0, values);
      Buffers.write(candidates, 0, others);
      try (Points points = new Points(device, chosen, width);
          Products products = new Products(device, points, count)) {
        return products.nearest(
            (out, norms, first, columns) ->
                points.place(
                    out,
                    norms,
                    candidates.view((long) first * width, (long) columns * width),
                    columns));
      }
    }
  }

  private static int[] indices(Device device, DeviceBuffer samples, DeviceImages images) {
    try (Points points = new Points(device, samples, images.width())) {
      points.requireWidth(images);
      try (Products products = new Products(device, points, images.count())) {
        return products.nearest(
            (out, norms, first, columns) -> points.place(out, norms, images, first, columns));
      }
    }
  }

  /** Exact, so that a copy of an image has the distance 0. */
  private static double distance(float[] values, int at, DeviceImages images, int index) {
    int width = images.width();
    ByteBuffer pixels = ByteBuffer.allocate(width);
    images.pixels().read(0, (long) index * width, pixels);
    float[] factors = new float[2];
    Buffers.read(images.scaling(), 0, 2L * index, factors);
    double sum = 0;
    for (int p = 0; p < width; p++) {
      float value = (Byte.toUnsignedInt(pixels.get(p)) - factors[0]) * factors[1];
      double difference = (double) values[at + p] - value;
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
