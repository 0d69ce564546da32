package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Matrix products. */
public abstract class ProductContract extends KernelsContract {
  /** Rows, columns, inner. */
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 31, 33},
    {33, 1, 65},
    {1, 64, 63},
    {31, 65, 3},
    {65, 33, 1},
    {20, 60, 1200},
    {1, 33, 1},
    {33, 1, 1}
  };

  /** Roundings beside those of the sum: bias and epilogue, or the velocity's two factors. */
  private static final int MORE_ROUNDINGS = 4;

  /** Relative, of a logistic function by oneDNN's polynomials. */
  private static final double SIGMOID_ERROR = 1e-6;

  private static final double SOFTPLUS_ERROR = 1e-6;
  private static final double TANH_ERROR = 5e-7;

  /** Σ of a's row times b's column, and what its magnitude is bounded by. */
  private record Sum(double value, double magnitude) {
    static Sum of(float[] a, int aAt, int aStep, float[] b, int bAt, int bStep, int count) {
      double value = 0;
      double magnitude = 0;
      for (int i = 0; i < count; i++) {
        double term = (double) a[aAt + i * aStep] * b[bAt + i * bStep];
        value += term;
        magnitude += Math.abs(term);
      }
      return new Sum(value, magnitude);
    }

    Sum plus(double term) {
      return new Sum(value + term, magnitude + Math.abs(term));
    }

    double tolerance(int terms) {
      return (terms + MORE_ROUNDINGS) * ROUNDING * magnitude;
    }
  }

  @Test
  void affineByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(4);
      DeviceBuffer a = rig.floats(4);
      DeviceBuffer b = rig.floats(4);
      DeviceBuffer bias = rig.floats(2);
      DeviceBuffer biases = rig.floats(3);
      rig.freeze().write(a, 1, 2, 3, 4);
      rig.write(b, 5, 6, 7, -8);
      rig.write(bias, 100, -1);
      rig.write(biases, 1000, 100, -1);
      DeviceBuffer unaligned = biases.view(1, 2);
      rig.run(() -> rig.kernels().affine(out, a, b, unaligned, Epilogue.RELU, 2, 2, 2), out);
      assertSameBits(new float[] {119, 0, 143, 0}, rig.floats(out, 0), "between vectors");
      rig.run(() -> rig.kernels().affine(out, a, b, bias, Epilogue.NONE, 2, 2, 2), out);
      assertSameBits(new float[] {119, -11, 143, -15}, rig.floats(out, 0), "no epilogue");
      rig.run(() -> rig.kernels().affine(out, a, b, bias, Epilogue.RELU, 2, 2, 2), out);
      assertSameBits(new float[] {119, 0, 143, 0}, rig.floats(out, 0), "ReLU");
      rig.run(() -> rig.kernels().productTransposed(out, a, b, 2, 2, 2), out);
      assertSameBits(new float[] {17, -9, 39, -11}, rig.floats(out, 0), "transposed");
    }
  }

  @Test
  void affine() {
    for (int[] shape : SHAPES) {
      for (int replicas : REPLICAS) {
        for (Epilogue epilogue : Epilogue.values()) {
          checkAffine(shape[0], shape[1], shape[2], replicas, epilogue);
        }
      }
    }
  }

  private void checkAffine(int rows, int columns, int inner, int replicas, Epilogue epilogue) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer a = rig.floats((long) rows * inner);
      DeviceBuffer out = rig.floats((long) rows * columns);
      DeviceBuffer b = rig.floats((long) inner * columns);
      DeviceBuffer bias = rig.floats(columns);
      rig.freeze();
      float[][] x = rig.randoms(a, 1, 1);
      float[][] w = rig.randoms(b, 2, 1);
      float[][] c = rig.randoms(bias, 3, 1);
      // Twice: the second run takes the plan that the first one prepared.
      for (int run = 0; run < 2; run++) {
        rig.run(() -> rig.kernels().affine(out, a, b, bias, epilogue, rows, columns, inner), out);
      }
      for (int r = 0; r < replicas; r++) {
        float[] found = rig.floats(out, r);
        for (int i = 0; i < found.length; i++) {
          int j = i % columns;
          Sum sum = Sum.of(x[r], i / columns * inner, 1, w[r], j, columns, inner).plus(c[r][j]);
          double tolerance = sum.tolerance(inner);
          double expected = sum.value();
          if (epilogue == Epilogue.RELU) {
            expected = Math.max(expected, 0);
          } else if (epilogue == Epilogue.SIGMOID) {
            expected = 1 / (1 + Math.exp(-expected));
            tolerance = tolerance / 4 + SIGMOID_ERROR;
          } else if (epilogue == Epilogue.SOFTPLUS) {
            expected = Math.log1p(Math.exp(expected));
            tolerance += SOFTPLUS_ERROR * Math.max(1, expected);
          } else if (epilogue == Epilogue.TANH) {
            expected = Math.tanh(expected);
            tolerance += TANH_ERROR;
          }
          assertClose(expected, found[i], tolerance, epilogue + ", element " + i);
        }
      }
    }
  }

  @Test
  void productTransposed() {
    for (int[] shape : SHAPES) {
      for (int replicas : REPLICAS) {
        checkTransposed(shape[0], shape[1], shape[2], replicas);
      }
    }
  }

  private void checkTransposed(int rows, int columns, int inner, int replicas) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer out = rig.floats((long) rows * columns);
      DeviceBuffer a = rig.floats((long) rows * inner);
      DeviceBuffer b = rig.floats((long) inner * columns);
      rig.freeze();
      float[][] x = rig.randoms(a, 4, 1);
      float[][] w = rig.randoms(b, 5, 1);
      rig.run(() -> rig.kernels().productTransposed(out, a, b, rows, columns, inner), out);
      for (int r = 0; r < replicas; r++) {
        float[] found = rig.floats(out, r);
        for (int i = 0; i < found.length; i++) {
          Sum sum = Sum.of(x[r], i / columns * inner, 1, w[r], i % columns * inner, 1, inner);
          String what = rows + "x" + columns + "x" + inner + " R=" + replicas + ", element " + i;
          assertClose(sum.value(), found[i], sum.tolerance(inner), what);
        }
      }
    }
  }

  @Test
  void weightGradientByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer velocity = rig.floats(4);
      DeviceBuffer x = rig.floats(4);
      DeviceBuffer delta = rig.floats(4);
      DeviceBuffer state = rig.state();
      rig.freeze().write(velocity, 8, 16, -8, 0);
      rig.write(x, 1, 2, 3, 4);
      rig.write(delta, 1, 0, 2, -1);
      rig.write(state, States.of(1, 1).factors(-0.5, 0.25));
      rig.run(
          () -> rig.kernels().weightGradient(velocity, x, delta, new DenseShape(2, 2, 2), state),
          velocity);
      // xᵀ·delta = {7, −3, 10, −4}.
      assertSameBits(new float[] {-1.5f, 5.5f, -7, 2}, rig.floats(velocity, 0), "velocity");
    }
  }

  @Test
  void weightGradient() {
    for (int[] shape : SHAPES) {
      for (int replicas : REPLICAS) {
        checkWeightGradient(shape[0], shape[1], shape[2], replicas);
      }
    }
  }

  /** Every replica has factors of its own. */
  private void checkWeightGradient(int rows, int inputs, int outputs, int replicas) {
    try (Rig rig = rig(replicas)) {
      DeviceBuffer velocity = rig.floats((long) inputs * outputs);
      DeviceBuffer x = rig.floats((long) rows * inputs);
      DeviceBuffer delta = rig.floats((long) rows * outputs);
      DeviceBuffer state = rig.state();
      rig.freeze();
      float[][] v = rig.randoms(velocity, 6, 1);
      float[][] in = rig.randoms(x, 7, 1);
      float[][] d = rig.randoms(delta, 8, 1);
      for (int r = 0; r < replicas; r++) {
        States own = States.of(1, 1).factors(-0.1 * (r + 1), 0.5 + 0.1 * r);
        Buffers.write(state, r, own.words());
      }
      rig.run(
          () ->
              rig.kernels()
                  .weightGradient(velocity, x, delta, new DenseShape(rows, inputs, outputs), state),
          velocity);
      for (int r = 0; r < replicas; r++) {
        double rate = (float) (-0.1 * (r + 1));
        double momentum = (float) (0.5 + 0.1 * r);
        float[] found = rig.floats(velocity, r);
        for (int i = 0; i < found.length; i++) {
          Sum sum = Sum.of(in[r], i / outputs, inputs, d[r], i % outputs, outputs, rows);
          Sum whole = new Sum(rate * sum.value(), -rate * sum.magnitude()).plus(momentum * v[r][i]);
          assertClose(whole.value(), found[i], whole.tolerance(rows), "element " + i);
        }
      }
    }
  }

  @Test
  void withoutMomentumTheVelocityIsNotRead() {
    try (Rig rig = rig(1)) {
      DeviceBuffer velocity = rig.floats(1);
      DeviceBuffer x = rig.floats(1);
      DeviceBuffer delta = rig.floats(1);
      DeviceBuffer state = rig.state();
      rig.freeze().write(x, 3);
      rig.write(delta, 5);
      rig.write(state, States.of(1, 1).factors(-1, 0));
      rig.run(
          () -> rig.kernels().weightGradient(velocity, x, delta, new DenseShape(1, 1, 1), state),
          velocity);
      assertSameBits(new float[] {-15}, rig.floats(velocity, 0), "velocity");
    }
  }

  /** Nor in one replica that stands still among others. */
  @Test
  void theVelocityOfAReplicaWithoutMomentumIsNotRead() {
    try (Rig rig = rig(3)) {
      DeviceBuffer velocity = rig.floats(1);
      DeviceBuffer x = rig.floats(1);
      DeviceBuffer delta = rig.floats(1);
      DeviceBuffer state = rig.state();
      rig.freeze().write(x, 3);
      rig.write(delta, 5);
      for (int r = 0; r < 3; r++) {
        Buffers.write(velocity, r, new float[] {r == 1 ? Float.NaN : 8});
        States own = r == 1 ? States.of(1, 1).factors(0, 0) : States.of(1, 1).factors(-1, 0.5);
        Buffers.write(state, r, own.words());
      }
      rig.run(
          () -> rig.kernels().weightGradient(velocity, x, delta, new DenseShape(1, 1, 1), state),
          velocity);
      for (int r = 0; r < 3; r++) {
        assertEquals(r == 1 ? 0f : -11f, rig.floats(velocity, r)[0], "replica " + r);
      }
    }
  }
}
