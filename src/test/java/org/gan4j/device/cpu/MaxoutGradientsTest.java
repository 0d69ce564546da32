package org.gan4j.device.cpu;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.function.Function;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.MaxoutShape;
import org.gan4j.device.Rig;
import org.gan4j.device.StateLayout;
import org.gan4j.device.States;
import org.gan4j.gan.MemoryNeed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Maxout's gradients by the winners, against sums in double precision and against the way by all
 * slopes, once for every instruction set.
 */
@ParameterizedClass(name = "instruction set {0}")
@ValueSource(ints = {0, 1, 2})
final class MaxoutGradientsTest {
  private static final MaxoutShape[] SHAPES = {
    new MaxoutShape(1, 1, 1, 1, 1),
    new MaxoutShape(1, 16, 16, 1, 0.5),
    new MaxoutShape(7, 3, 5, 2, 1),
    new MaxoutShape(33, 17, 31, 3, 0.8),
    new MaxoutShape(2, 65, 3, 4, 0.5),
    new MaxoutShape(9, 49, 40, 5, 0.5),
    new MaxoutShape(20, 50, 23, 6, 1),
    new MaxoutShape(65, 31, 9, 7, 0.5),
    new MaxoutShape(3, 5, 2, 161, 0.5),
    new MaxoutShape(5, 33, 3, 254, 0.5),
    new MaxoutShape(600, 100, 33, 5, 0.5),
    new MaxoutShape(200, 240, 240, 5, 0.5)
  };

  private static final States STATE = States.of(3, 7).factors(-0.25, 0.5);

  private final int set;
  private final int threads = NativeKernels.threadCount();

  MaxoutGradientsTest(int set) {
    this.set = set;
  }

  @BeforeEach
  void use() {
    assumeTrue(set <= NativeKernels.bestInstructionSet(), "the processor lacks it");
    NativeKernels.useInstructionSet(set);
  }

  @AfterEach
  void restore() {
    NativeKernels.useInstructionSet(NativeKernels.bestInstructionSet());
    NativeKernels.setThreadCount(threads);
  }

  /** A layer with random values: some units dropped, some winners that are no piece, zero rows. */
  private static final class Layer implements AutoCloseable {
    final Device device = Device.cpu();
    final MaxoutShape shape;
    final Rig rig;
    final DeviceBuffer inDelta;
    final DeviceBuffer weights;
    final DeviceBuffer velocity;
    final DeviceBuffer biases;
    final DeviceBuffer biasVelocity;
    final DeviceBuffer in;
    final DeviceBuffer delta;
    final DeviceBuffer winner;
    final DeviceBuffer rowScale;
    final DeviceBuffer slopes;
    final DeviceBuffer scaled;
    final DeviceBuffer state;

    Layer(MaxoutShape shape, int replicas) {
      this.shape = shape;
      rig = new Rig(device, replicas);
      int n = shape.rows() * shape.units();
      long size = (long) shape.inputs() * shape.columns();
      inDelta = rig.floats((long) shape.rows() * shape.inputs());
      weights = rig.floats(size);
      velocity = rig.floats(size);
      biases = rig.floats(shape.columns());
      biasVelocity = rig.floats(shape.columns());
      in = rig.floats((long) shape.rows() * shape.inputs());
      delta = rig.floats(n);
      winner = rig.reserve(DataType.BYTE, n);
      rowScale = rig.floats(shape.rows());
      slopes = rig.floats((long) n * shape.pieces());
      scaled = rig.floats((long) shape.rows() * shape.inputs());
      state = rig.state();
      rig.freeze();
      fill();
    }

    void fill() {
      DeviceBuffer[] floats = {weights, velocity, biases, biasVelocity, in, delta, rowScale};
      for (int i = 0; i < floats.length; i++) {
        rig.randoms(floats[i], 20 + i, 1);
      }
      rig.write(state, STATE);
      for (int r = 0; r < rig.replicas(); r++) {
        byte[] won = new byte[shape.rows() * shape.units()];
        Random random = new Random(r);
        for (int i = 0; i < won.length; i++) {
          boolean kept = random.nextDouble() < shape.keep() && i / shape.units() % 5 != 4;
          int none = shape.pieces() + random.nextInt(256 - shape.pieces());
          won[i] = (byte) (kept ? random.nextInt(shape.pieces()) : none);
        }
        Buffers.write(winner, r, won);
      }
    }

    void run(boolean parameters, boolean hasScale, int inputRows, boolean step) {
      DeviceBuffer target =
          inputRows == 0 ? null : inDelta.view(0, (long) inputRows * shape.inputs());
      rig.kernels()
          .maxoutGradients(
              target,
              weights,
              parameters ? velocity : null,
              biases,
              parameters ? biasVelocity : null,
              in,
              delta,
              winner,
              hasScale ? rowScale : null,
              shape,
              inputRows,
              step,
              state);
    }

    /** What run computes, by all slopes. */
    void runDense() {
      MaxoutShape s = shape;
      rig.kernels()
          .maxoutBackward(
              slopes,
              biasVelocity,
              delta,
              winner,
              rowScale,
              s.rows(),
              s.units(),
              s.pieces(),
              s.keep(),
              state);
      rig.kernels().productTransposed(inDelta, slopes, weights, s.rows(), s.inputs(), s.columns());
      rig.kernels().scaleRows(scaled, in, rowScale, s.rows(), s.inputs());
      rig.kernels()
          .weightGradient(
              velocity, scaled, slopes, new DenseShape(s.rows(), s.inputs(), s.columns()), state);
      rig.kernels().update(weights, velocity, state);
      rig.kernels().update(biases, biasVelocity, state);
    }

    /** [rows][columns] of one replica, in double precision. */
    double[] slopes(int replica) {
      double[] all = new double[shape.rows() * shape.columns()];
      byte[] won = rig.bytes(winner, replica);
      float[] d = rig.floats(delta, replica);
      for (int i = 0; i < won.length; i++) {
        int piece = Byte.toUnsignedInt(won[i]);
        if (piece < shape.pieces()) {
          all[i * shape.pieces() + piece] = d[i] * (double) (float) (1 / shape.keep());
        }
      }
      return all;
    }

    @Override
    public void close() {
      rig.close();
      device.close();
    }
  }

  @Test
  void theGradientsAreTheSums() {
    for (MaxoutShape shape : SHAPES) {
      for (int replicas : new int[] {1, 2}) {
        try (Layer layer = new Layer(shape, replicas)) {
          boolean hasScale = replicas == 1;
          int inputRows = (shape.rows() + 1) / 2;
          float[][][] before = parameters(layer);
          layer.rig.run(
              () -> layer.run(true, hasScale, inputRows, false),
              layer.velocity,
              layer.biasVelocity,
              layer.inDelta);
          for (int r = 0; r < replicas; r++) {
            checkParameters(layer, r, hasScale, before[r]);
            checkInputs(layer, r, inputRows);
          }
        }
      }
    }
  }

  private static float[][][] parameters(Layer layer) {
    float[][][] all = new float[layer.rig.replicas()][][];
    for (int r = 0; r < all.length; r++) {
      all[r] =
          new float[][] {
            layer.rig.floats(layer.velocity, r), layer.rig.floats(layer.biasVelocity, r)
          };
    }
    return all;
  }

  private static void checkParameters(Layer layer, int r, boolean hasScale, float[][] before) {
    MaxoutShape s = layer.shape;
    double[] slopes = layer.slopes(r);
    float[] in = layer.rig.floats(layer.in, r);
    float[] scale = layer.rig.floats(layer.rowScale, r);
    float[] velocity = layer.rig.floats(layer.velocity, r);
    float[] biases = layer.rig.floats(layer.biasVelocity, r);
    for (int column = 0; column < s.columns(); column++) {
      for (int i = -1; i < s.inputs(); i++) {
        double sum = 0;
        double magnitude = 0;
        for (int row = 0; row < s.rows(); row++) {
          double x = i < 0 ? 1 : in[row * s.inputs() + i];
          double term = (hasScale ? scale[row] : 1) * x * slopes[row * s.columns() + column];
          sum += term;
          magnitude += Math.abs(term);
        }
        int at = i * s.columns() + column;
        double old = i < 0 ? before[1][column] : before[0][at];
        double expected = STATE.momentum() * old + STATE.minusRate() * sum;
        double bound = Math.abs(old) + magnitude;
        float found = i < 0 ? biases[column] : velocity[at];
        assertClose(
            expected, found, (s.rows() + 6) * ROUNDING * bound, s + ": " + i + ", " + column);
      }
    }
  }

  private static void checkInputs(Layer layer, int r, int inputRows) {
    MaxoutShape s = layer.shape;
    double[] slopes = layer.slopes(r);
    float[] weights = layer.rig.floats(layer.weights, r);
    float[] found = layer.rig.floats(layer.inDelta, r);
    for (int row = 0; row < s.rows(); row++) {
      for (int i = 0; i < s.inputs(); i++) {
        int at = row * s.inputs() + i;
        if (row >= inputRows) {
          assertTrue(Float.isNaN(found[at]), "a row that nobody asked for");
          continue;
        }
        double sum = 0;
        double magnitude = 0;
        for (int c = 0; c < s.columns(); c++) {
          double term = slopes[row * s.columns() + c] * weights[i * s.columns() + c];
          sum += term;
          magnitude += Math.abs(term);
        }
        assertClose(
            sum, found[at], (s.units() + 3) * ROUNDING * magnitude, s + ": " + row + ", " + i);
      }
    }
  }

  /** To rounding, as the two ways add up in different orders. */
  @Test
  void theWayByAllSlopesGivesTheSame() {
    for (MaxoutShape shape : SHAPES) {
      try (Layer layer = new Layer(shape, 2);
          Layer other = new Layer(shape, 2)) {
        layer.run(true, true, shape.rows(), true);
        other.runDense();
        double tolerance = 4 * (shape.rows() + shape.units() + 6) * ROUNDING;
        for (int r = 0; r < 2; r++) {
          assertNear(other, layer, x -> x.weights, r, tolerance * shape.rows());
          assertNear(other, layer, x -> x.velocity, r, tolerance * shape.rows());
          assertNear(other, layer, x -> x.biases, r, tolerance * shape.rows());
          assertNear(other, layer, x -> x.biasVelocity, r, tolerance * shape.rows());
          assertNear(other, layer, x -> x.inDelta, r, tolerance * shape.units());
          double square = States.read(other.state, r, StateLayout.UPDATE_SQUARE);
          assertEquals(
              square, States.read(layer.state, r, StateLayout.UPDATE_SQUARE), 1e-5 * square);
        }
      }
    }
  }

  private static void assertNear(
      Layer expected, Layer found, Function<Layer, DeviceBuffer> of, int r, double tolerance) {
    float[] e = expected.rig.floats(of.apply(expected), r);
    float[] f = found.rig.floats(of.apply(found), r);
    for (int i = 0; i < e.length; i++) {
      assertClose(e[i], f[i], tolerance, found.shape + " at " + i);
    }
  }

  /** One pass over the weights gives the bits of two. */
  @Test
  void aStepIsTheGradientAndThenTheUpdate() {
    for (MaxoutShape shape : SHAPES) {
      try (Layer at = new Layer(shape, 1);
          Layer after = new Layer(shape, 1)) {
        at.rig.run(
            () -> at.run(true, true, shape.rows(), true),
            at.inDelta,
            at.weights,
            at.velocity,
            at.biases,
            at.biasVelocity,
            at.state);
        after.run(true, true, shape.rows(), false);
        after.rig.kernels().update(after.weights, after.velocity, after.state);
        after.rig.kernels().update(after.biases, after.biasVelocity, after.state);
        assertSame(after, at, x -> x.weights);
        assertSame(after, at, x -> x.velocity);
        assertSame(after, at, x -> x.biases);
        assertSame(after, at, x -> x.biasVelocity);
        assertSame(after, at, x -> x.inDelta);
      }
    }
  }

  private static void assertSame(Layer expected, Layer found, Function<Layer, DeviceBuffer> of) {
    assertSameBits(
        expected.rig.floats(of.apply(expected), 0),
        found.rig.floats(of.apply(found), 0),
        found.shape.toString());
  }

  /** Against one thread of plain instructions. */
  @Test
  void theSameBitsOnEverySetAndWithAnyNumberOfThreads() {
    for (MaxoutShape shape : SHAPES) {
      try (Layer expected = new Layer(shape, 1);
          Layer found = new Layer(shape, 1)) {
        NativeKernels.useInstructionSet(0);
        NativeKernels.setThreadCount(1);
        expected.run(true, true, shape.rows(), true);
        NativeKernels.useInstructionSet(set);
        for (int count : new int[] {1, 2, 4}) {
          found.fill();
          NativeKernels.setThreadCount(count);
          found.run(true, true, shape.rows(), true);
          assertSame(expected, found, x -> x.weights);
          assertSame(expected, found, x -> x.velocity);
          assertSame(expected, found, x -> x.biases);
          assertSame(expected, found, x -> x.inDelta);
          assertEquals(
              States.read(expected.state, 0, StateLayout.UPDATE_SQUARE),
              States.read(found.state, 0, StateLayout.UPDATE_SQUARE));
        }
      }
    }
  }

  @Test
  void onlyWhatIsAskedForIsWritten() {
    MaxoutShape shape = new MaxoutShape(9, 49, 40, 5, 0.5);
    try (Layer layer = new Layer(shape, 1)) {
      layer.rig.run(() -> layer.run(false, false, 9, true), layer.inDelta);
      layer.rig.run(() -> layer.run(true, false, 0, false), layer.velocity, layer.biasVelocity);
    }
  }

  @Test
  void wrongArgumentsAreRefused() {
    MaxoutShape shape = new MaxoutShape(9, 49, 40, 5, 0.5);
    try (Layer layer = new Layer(shape, 1)) {
      assertThrows(IllegalArgumentException.class, () -> layer.run(true, true, 10, false));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              layer
                  .rig
                  .kernels()
                  .maxoutGradients(
                      layer.inDelta,
                      layer.weights,
                      layer.velocity,
                      layer.biases,
                      null,
                      layer.in,
                      layer.delta,
                      layer.winner,
                      null,
                      shape,
                      9,
                      false,
                      layer.state));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              layer
                  .rig
                  .kernels()
                  .maxoutGradients(
                      layer.inDelta,
                      layer.weights,
                      null,
                      layer.biases,
                      null,
                      layer.in,
                      layer.delta,
                      layer.winner,
                      null,
                      shape,
                      0,
                      false,
                      layer.state));
    }
    assertThrows(IllegalArgumentException.class, () -> new MaxoutShape(1, 1, 1, 255, 1));
    assertThrows(IllegalArgumentException.class, () -> new MaxoutShape(1, 1, 1, 2, 0));
    assertThrows(IllegalArgumentException.class, () -> new MaxoutShape(0, 1, 1, 2, 1));
  }

  /** The work space against what the check of memory takes it for. */
  @Test
  void theEstimateOfItsMemoryIsNotLess() {
    for (MaxoutShape s : SHAPES) {
      long needed =
          NativeKernels.winnersBytes(s.rows(), s.rows(), s.inputs(), s.units(), s.pieces());
      long estimate = MemoryNeed.maxout(s);
      assertTrue(needed <= estimate, s + " needs " + needed + ", not " + estimate);
    }
  }

  /** The rule, the same on every machine. */
  @Test
  void fewWinnersDecide() {
    assertTrue(new MaxoutShape(200, 784, 240, 5, 0.5).byWinners());
    assertTrue(new MaxoutShape(200, 784, 240, 5, 1).byWinners());
    assertTrue(new MaxoutShape(200, 784, 240, 2, 0.5).byWinners());
    assertTrue(!new MaxoutShape(200, 784, 240, 3, 1).byWinners());
    assertTrue(!new MaxoutShape(200, 784, 240, 1, 0.5).byWinners());
  }
}
