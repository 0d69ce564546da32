package org.gan4j.device;

import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Bytes, integers and states that no kernel made: whatever is in a buffer, nothing outside of the
 * outputs is written, and what means nothing contributes nothing.
 */
public abstract class GarbageContract extends KernelsContract {
  private static final int ROWS = 33;
  private static final Epilogue RELU = Epilogue.RELU;
  private static final int ROUNDINGS = ROWS + 4;

  private static void checkMaxout(Rig rig, int units, int pieces, double keep) {
    int n = ROWS * units;
    DeviceBuffer out = rig.floats((long) n * pieces);
    DeviceBuffer bias = rig.floats((long) units * pieces);
    DeviceBuffer delta = rig.floats(n);
    DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
    DeviceBuffer rowScale = rig.floats(ROWS);
    DeviceBuffer state = rig.state();
    rig.freeze();
    float[][] d = rig.randoms(delta, 1, 3);
    float[][] c = rig.randoms(rowScale, 2, 1);
    byte[] w = Numbers.randomBytes(n, pieces);
    w[0] = (byte) 255;
    // What is not taken may be anything.
    d[0][0] = Float.NaN;
    Buffers.write(delta, 0, d[0]);
    rig.write(winner, w);
    rig.write(bias, new float[units * pieces]);
    rig.write(state, States.of(1, 1).factors(1, 0));
    rig.run(
        () ->
            rig.kernels()
                .maxoutBackward(
                    out, bias, delta, winner, rowScale, ROWS, units, pieces, keep, state),
        out,
        bias);
    for (int r = 0; r < rig.replicas(); r++) {
      float[] expected = new float[n * pieces];
      double[] sums = new double[units * pieces];
      for (int i = 0; i < n; i++) {
        int piece = Byte.toUnsignedInt(w[i]);
        if (piece < pieces) {
          int at = i * pieces + piece;
          expected[at] = d[r][i] * (float) (1 / keep);
          sums[at % sums.length] += (double) c[r][i / units] * expected[at];
        }
      }
      assertSameBits(expected, rig.floats(out, r), pieces + " pieces");
      float[] found = rig.floats(bias, r);
      for (int i = 0; i < sums.length; i++) {
        assertClose(sums[i], found[i], ROUNDINGS * 3 / keep * Numbers.ROUNDING, "bias " + i);
      }
    }
  }

  @Test
  void winnersThatAreNoPieces() {
    for (int[] size : new int[][] {{1, 1}, {31, 2}, {33, 5}, {3, 7}, {2, 254}}) {
      for (double keep : new double[] {0.5, 1}) {
        try (Rig rig = rig(3)) {
          checkMaxout(rig, size[0], size[1], keep);
        }
      }
    }
  }

  private static void checkPool(Rig rig, PoolShape shape, int rows) {
    int n = rows * shape.outputs();
    DeviceBuffer out = rig.floats((long) rows * shape.inputs());
    DeviceBuffer delta = rig.floats(n);
    DeviceBuffer winner = rig.reserve(DataType.BYTE, n);
    rig.freeze();
    float[][] d = rig.randoms(delta, 1, 3);
    byte[] w = Numbers.randomBytes(n, shape.hashCode());
    int values = shape.window() * shape.window() * shape.pieces();
    for (int i = 0; i < n; i += 2) {
      // Of a window, but perhaps beyond the edge.
      w[i] = (byte) (Byte.toUnsignedInt(w[i]) % values);
    }
    rig.write(winner, w);
    rig.run(() -> rig.kernels().maxPoolBackward(out, delta, winner, shape, rows, 0.5), out);
    for (int r = 0; r < rig.replicas(); r++) {
      float[] expected = new float[rows * shape.inputs()];
      for (int o = 0; o < n; o++) {
        int code = Byte.toUnsignedInt(w[o]);
        int at = code < values ? ImageContract.position(shape, o, code) : -1;
        if (at >= 0) {
          expected[at] += d[r][o] * 2;
        }
      }
      assertSameBits(expected, rig.floats(out, r), shape.toString());
    }
  }

  @Test
  void winnersThatAreInNoWindow() {
    PoolShape[] shapes = {
      new PoolShape(1, 1, 1, 1, 1, 1),
      new PoolShape(3, 1, 7, 9, 3, 2),
      new PoolShape(2, 2, 8, 6, 3, 3),
      new PoolShape(1, 1, 15, 31, 15, 4),
      new PoolShape(2, 3, 5, 34, 4, 3),
      new PoolShape(1, 254, 2, 3, 1, 1)
    };
    for (PoolShape shape : shapes) {
      try (Rig rig = rig(2)) {
        checkPool(rig, shape, 3);
      }
    }
  }

  @Test
  void statesOfAnything() {
    SplittableRandom random = new SplittableRandom(7);
    for (int time = 0; time < 20; time++) {
      try (Rig rig = rig(2)) {
        checkState(rig, random, time);
      }
    }
  }

  private static void checkState(Rig rig, SplittableRandom random, int time) {
    Kernels k = rig.kernels();
    int width = 21;
    DeviceBuffer a = rig.floats(ROWS * width);
    DeviceBuffer b = rig.floats(ROWS * width);
    DeviceBuffer gap = rig.floats(width);
    DeviceBuffer pixels = rig.single(DataType.BYTE, 40L * width);
    DeviceBuffer scaling = rig.single(DataType.FLOAT, 80);
    DeviceBuffer rows = rig.single(DataType.FLOAT, 40L * width);
    DeviceBuffer state = rig.state();
    DeviceBuffer other = rig.state();
    rig.freeze();
    float[][] before = rig.randoms(scaling, 1, 1);
    rig.write(pixels, Numbers.randomBytes(40 * width, time));
    for (int r = 0; r < 2; r++) {
      Buffers.write(state, r, random.longs(StateLayout.WORDS).toArray());
      Buffers.write(other, r, random.longs(StateLayout.WORDS).toArray());
    }
    int site = random.nextInt();
    rig.run(() -> k.uniform(a, 0, 1, state, site), a);
    rig.run(() -> k.normal(a, 1, state, site), a);
    rig.run(() -> k.gather(a, pixels, scaling, ROWS, width, time, state), a);
    float least = Float.MAX_VALUE;
    for (float value : rig.floats(a, 1)) {
      least = Math.min(least, value);
    }
    assertTrue(least >= -256 * 2 && before.length == 1, "an example of the data");
    rig.run(() -> k.gatherRows(b, rows, ROWS, width, time, state), b);
    rig.run(() -> k.dropout(b, a, 0.5, state, site), b);
    rig.run(() -> k.dropoutBackward(b, a, 0.5, a.view(0, ROWS), ROWS, state, site), b);
    rig.run(
        () -> k.activationBackward(b, a.view(0, width), b, null, ROWS, width, RELU, state), b, a);
    rig.run(() -> k.biasGradient(a.view(0, 3), b, ROWS, 3, 7, state), a);
    rig.run(
        () ->
            k.weightGradient(
                a.view(0, width), b.view(0, ROWS), b, new DenseShape(ROWS, 1, width), state),
        a);
    rig.run(() -> k.crossEntropySlope(b, a, a, ROWS, width), b);
    rig.run(() -> k.logSumRows(b.view(0, ROWS), a, ROWS, width), b);
    rig.run(() -> k.spreadRows(b, a, a.view(0, ROWS), ROWS, width), b);
    rig.run(() -> k.matchMeans(b, gap, a, a, ROWS, width, state), b, gap, state);
    rig.run(() -> k.follow(b, a, 0.5), b);
    rig.run(() -> k.ganLoss(b, null, a, ROWS, ROWS, false, 1, state), b, state);
    rig.run(() -> k.update(a, b, state), a, state);
    rig.run(() -> k.schedule(state), state);
    rig.run(() -> k.advance(state), state);
    rig.run(() -> k.endIteration(state, other), state, other);
    rig.run(() -> k.coordinate(state, other, true), state, other);
  }
}
