package org.gan4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;

/**
 * How far samples lie apart, beside training examples: the mean distance from a sample to the
 * nearest other one, among a few, divided by the same for as many training examples. 0 if the
 * generator gives one sample, and near 0 if it gives a handful, however far apart those are; a mean
 * over all pairs would not tell the latter.
 */
public final class Diversity {
  /** Points that are compared; the distance to the nearest depends on their number. */
  public static final int POINTS = 200;

  private final int count;
  private final int width;
  private final double ofTheData;

  /**
   * Measures the data.
   *
   * @param data whose training set is the standard
   * @param samples as many as {@link #of} will be given, ≥ 2
   */
  public Diversity(DataSet data, int samples) {
    int examples = data.train().count();
    this.count = Math.min(POINTS, Math.min(samples, examples));
    this.width = data.shape().size();
    float[] points = new float[count * width];
    for (int i = 0; i < count; i++) {
      int example = (int) ((long) i * examples / count);
      System.arraycopy(data.scaling().values(data.train(), example), 0, points, i * width, width);
    }
    this.ofTheData = meanNearest(points, width);
  }

  /**
   * Measures samples.
   *
   * @param samples [count][width] of every replica; the first {@value #POINTS} are looked at; not
   *     modified
   * @return one for each replica, ≥ 0; NaN if the training examples are all alike or only one
   */
  public List<Double> of(DeviceBuffer samples) {
    List<Double> diversities = new ArrayList<>();
    float[] points = new float[count * width];
    for (int r = 0; r < samples.replicas(); r++) {
      Buffers.read(samples.view(0, points.length), r, points);
      double nearest = meanNearest(points, width);
      diversities.add(ofTheData > 0 ? nearest / ofTheData : Double.NaN);
    }
    return diversities;
  }

  /** NaN for less than two points. */
  static double meanNearest(float[] points, int width) {
    int n = points.length / width;
    double[] nearest = new double[n];
    Arrays.fill(nearest, Double.NaN);
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double distance = distance(points, i * width, j * width, width);
        nearest[i] = Double.isNaN(nearest[i]) ? distance : Math.min(nearest[i], distance);
        nearest[j] = Double.isNaN(nearest[j]) ? distance : Math.min(nearest[j], distance);
      }
    }
    return Arrays.stream(nearest).average().orElse(Double.NaN);
  }

  private static double distance(float[] points, int a, int b, int width) {
    double sum = 0;
    for (int p = 0; p < width; p++) {
      double difference = (double) points[a + p] - points[b + p];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}
