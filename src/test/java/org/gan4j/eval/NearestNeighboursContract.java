package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;
import org.junit.jupiter.api.Test;

/** Neighbours against a naive search. */
abstract class NearestNeighboursContract extends EvalContract {
  private List<NearestNeighbours.Neighbour> find(
      DeviceBuffer samples, int replica, Images images, Scaling scaling) {
    try (DeviceImages there = new DeviceImages(device, images, scaling)) {
      return NearestNeighbours.find(device, samples, replica, there);
    }
  }

  @Test
  void equalsANaiveSearch() {
    for (int width : new int[] {1, 2, 784}) {
      for (int[] size : new int[][] {{1, 1}, {3, 31}, {33, 257}, {257, 1}, {600, 1100}}) {
        Random random = new Random(17 * width + size[0]);
        Images images = images(random, size[1], width);
        float[] values = values(images);
        float[] other = uniform(random, size[0] * width);
        float[] points = uniform(random, size[0] * width);
        List<NearestNeighbours.Neighbour> found =
            find(samples(other, points), 1, images, Scaling.UNIT);
        assertEquals(size[0], found.size());
        for (int i = 0; i < size[0]; i++) {
          double least = Double.POSITIVE_INFINITY;
          for (int j = 0; j < size[1]; j++) {
            least = Math.min(least, squaredDistance(points, i, values, j, width));
          }
          NearestNeighbours.Neighbour neighbour = found.get(i);
          double its = squaredDistance(points, i, values, neighbour.index(), width);
          assertEquals(Math.sqrt(its), neighbour.distance(), 1e-12);
          // One that is as near, to single precision, will do.
          assertEquals(least, its, 1e-6 * width);
        }
      }
    }
  }

  @Test
  void amongPointsEqualsANaiveSearch() {
    Random random = new Random(9);
    int width = 7;
    float[] points = uniform(random, 61 * width);
    float[] others = uniform(random, 530 * width);
    int[] found = NearestNeighbours.among(device, points, others, width);
    assertEquals(61, found.length);
    for (int i = 0; i < found.length; i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < 530; j++) {
        least = Math.min(least, squaredDistance(points, i, others, j, width));
      }
      assertEquals(least, squaredDistance(points, i, others, found[i], width), 1e-6);
    }
  }

  @Test
  void aCopyOfAnImageHasTheDistanceZero() {
    Images images = images(new Random(3), 50, 784);
    int[] copied = {49, 0, 7, 7};
    List<NearestNeighbours.Neighbour> found =
        find(samples(values(images.select(copied))), 0, images, Scaling.UNIT);
    for (int i = 0; i < copied.length; i++) {
      assertEquals(new NearestNeighbours.Neighbour(copied[i], 0), found.get(i));
    }
  }

  @Test
  void distancesAreThoseOfScaledValues() {
    Images images = images(new Random(4), 9, 28);
    Scaling contrast = new Scaling.Contrast(55);
    float[] point = contrast.values(images, 5);
    point[3] += 2;
    NearestNeighbours.Neighbour found = find(samples(point), 0, images, contrast).get(0);
    assertEquals(5, found.index());
    assertEquals(2, found.distance(), 1e-5);
  }

  @Test
  void whatHasNoNeighbourIsRefused() {
    Images images = images(new Random(5), 3, 2);
    DeviceBuffer samples = samples(new float[] {0, 1}, new float[] {Float.NaN, 1});
    NonFiniteSamplesException e =
        assertThrows(NonFiniteSamplesException.class, () -> find(samples, 1, images, Scaling.UNIT));
    assertEquals(1, e.replica());
    assertThrows(IllegalArgumentException.class, () -> find(samples, 2, images, Scaling.UNIT));
    Images wide = images(new Random(5), 1, 3);
    assertThrows(IllegalArgumentException.class, () -> find(samples, 0, wide, Scaling.UNIT));
  }
}
