package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AddRowTest {
  private static float[] randoms(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void addsTheRowOfItsReplicaToEveryRow() {
    for (int[] shape : new int[][] {{1, 1}, {3, 31}, {33, 1}, {100, 784}}) {
      int rows = shape[0];
      int width = shape[1];
      Random random = new Random(rows);
      try (Device device = Device.cpu();
          Arena arena = device.arena(3)) {
        Buffer out = arena.floats((long) rows * width);
        Buffer in = arena.floats((long) rows * width);
        Buffer row = arena.floats(width);
        arena.freeze();
        device.kernels().fill(out, Double.NaN);
        float[][] expected = new float[3][rows * width];
        for (int r = 0; r < 3; r++) {
          float[] x = randoms(random, rows * width);
          float[] added = randoms(random, width);
          Buffers.write(in, r, x);
          Buffers.write(row, r, added);
          for (int i = 0; i < x.length; i++) {
            expected[r][i] = x[i] + added[i % width];
          }
        }
        device.kernels().addRow(out, in, row, rows, width);
        device.kernels().addRow(in, in, row, rows, width);
        for (int r = 0; r < 3; r++) {
          float[] found = new float[rows * width];
          Buffers.read(out, r, found);
          float[] inPlace = new float[rows * width];
          Buffers.read(in, r, inPlace);
          assertArrayEquals(expected[r], found);
          assertArrayEquals(expected[r], inPlace);
        }
      }
    }
  }
}
