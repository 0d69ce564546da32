package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Batch normalisation and weight normalisation. */
public abstract class NormalisationContract extends KernelsContract {
  /** Rows, columns. */
  private static final int[][] SIZES = {
    {1, 1}, {2, 3}, {3, 31}, {33, 8}, {7, 65}, {100, 500}, {513, 9}, {1025, 33}
  };

  private static final double RATE = 0.125;
  private static final double EPSILON = 0.01;

  /** A difference from a mean of values up to 3, its factor up to 10, scale and shift. */
  private static final double TOLERANCE = 300 * ROUNDING;

  /** Buffers of one launch. */
  private static final class Setup {
    private final Rig rig;
    private final DeviceBuffer out;
    private final DeviceBuffer mean;
    private final DeviceBuffer inverse;
    private final DeviceBuffer runningMean;
    private final DeviceBuffer runningVariance;
    private final DeviceBuffer in;
    private final DeviceBuffer scale;
    private final DeviceBuffer shift;
    private final DeviceBuffer delta;
    private final DeviceBuffer state;

    Setup(Rig rig, int rows, int columns) {
      this.rig = rig;
      this.out = rig.floats((long) rows * columns);
      this.mean = rig.floats(columns);
      this.inverse = rig.floats(columns);
      this.runningMean = rig.floats(columns);
      this.runningVariance = rig.floats(columns);
      this.in = rig.floats((long) rows * columns);
      this.scale = rig.floats(columns);
      this.shift = rig.floats(columns);
      this.delta = rig.floats((long) rows * columns);
      this.state = rig.state();
      rig.freeze();
      rig.write(state, States.of(1, 1).factors(-0.5, 0.25));
    }

    void forward(int rows, int columns, boolean training) {
      forward(rows, columns, Epilogue.NONE, training);
    }

    void forward(int rows, int columns, Epilogue activation, boolean training) {
      Runnable kernel =
          () ->
              rig.kernels()
                  .batchNormForward(
                      out,
                      mean,
                      inverse,
                      runningMean,
                      runningVariance,
                      in,
                      scale,
                      shift,
                      rows,
                      columns,
                      RATE,
                      EPSILON,
                      activation,
                      training);
      if (training) {
        rig.run(kernel, out, mean, inverse, runningMean, runningVariance);
      } else {
        rig.run(kernel, out, mean, inverse);
      }
    }

    /** Of 3 x 2 values, in training, without a gradient of the input. */
    Runnable velocities(DeviceBuffer ofScaleOrNull, DeviceBuffer ofShiftOrNull) {
      return () ->
          rig.kernels()
              .batchNormBackward(
                  null,
                  ofScaleOrNull,
                  ofShiftOrNull,
                  delta,
                  in,
                  mean,
                  inverse,
                  scale,
                  3,
                  0,
                  2,
                  true,
                  state);
    }

    /** Into out, and the velocities in the places of what runs along. */
    void backward(int rows, int inRows, int columns, boolean training) {
      rig.run(
          () ->
              rig.kernels()
                  .batchNormBackward(
                      inRows == 0 ? null : out,
                      runningMean,
                      runningVariance,
                      delta,
                      in,
                      mean,
                      inverse,
                      scale,
                      rows,
                      inRows,
                      columns,
                      training,
                      state),
          out,
          runningMean,
          runningVariance);
    }
  }

  @Test
  void byHand() {
    try (Rig rig = rig(1)) {
      Setup setup = new Setup(rig, 2, 2);
      rig.write(setup.in, 1, 5, 4, 5);
      rig.write(setup.scale, 3, 2);
      rig.write(setup.shift, -1, 0.5f);
      rig.write(setup.runningMean, 0.5f, 1);
      rig.write(setup.runningVariance, 4, 8);
      setup.forward(2, 2, true);
      // Of 1 and 4 the mean is 2.5, the variance 2.25, and 4.5 with the divisor 1.
      double deviation = Math.sqrt(2.25 + EPSILON);
      float[] out = rig.floats(setup.out, 0);
      assertClose(-1 - 3 * 1.5 / deviation, out[0], 1e-6, "below the mean");
      assertClose(-1 + 3 * 1.5 / deviation, out[2], 1e-6, "above the mean");
      assertClose(0.5, out[1], 0, "what is always the same");
      assertSameBits(new float[] {2.5f, 5}, rig.floats(setup.mean, 0), "means");
      assertSameBits(new float[] {0.75f, 1.5f}, rig.floats(setup.runningMean, 0), "running means");
      float[] variances = {4 + 0.125f * 0.5f, 7};
      assertSameBits(variances, rig.floats(setup.runningVariance, 0), "running variances");
      setup.forward(2, 2, false);
      float[] sampled = rig.floats(setup.out, 0);
      double ran = Math.sqrt(variances[0] + EPSILON);
      assertClose(-1 + 3 * 0.25 / ran, sampled[0], 1e-6, "by what ran along");
    }
  }

  @Test
  void forwardAndBackward() {
    for (int[] size : SIZES) {
      for (int replicas : REPLICAS) {
        for (boolean training : new boolean[] {true, false}) {
          try (Rig rig = rig(replicas)) {
            check(rig, size[0], size[1], training);
          }
        }
      }
    }
  }

  private static void check(Rig rig, int rows, int columns, boolean training) {
    Setup setup = new Setup(rig, rows, columns);
    float[][] x = rig.randoms(setup.in, 1, 2);
    float[][] scale = rig.randoms(setup.scale, 2, 1);
    float[][] shift = rig.randoms(setup.shift, 3, 1);
    float[][] means = rig.randoms(setup.runningMean, 4, 1);
    float[][] variances = rig.randoms(setup.runningVariance, 5, 1);
    for (int r = 0; r < variances.length; r++) {
      for (int c = 0; c < columns; c++) {
        variances[r][c] = Math.abs(variances[r][c]);
      }
      Buffers.write(setup.runningVariance, r, variances[r]);
    }
    Epilogue activation = Epilogue.values()[(rows + columns) % Epilogue.values().length];
    setup.forward(rows, columns, activation, training);
    Expected[] expected = new Expected[rig.replicas()];
    for (int r = 0; r < expected.length; r++) {
      expected[r] =
          new Expected(x[r], scale[r], shift[r], means[r], variances[r], columns, training);
      String what = rows + " x " + columns + ", ";
      double[] out = DoubleStream.of(expected[r].out).map(y -> activated(y, activation)).toArray();
      assertAll(out, rig.floats(setup.out, r), TOLERANCE, what + "out, " + activation);
      assertAll(
          expected[r].means, rig.floats(setup.runningMean, r), TOLERANCE, what + "running mean");
      assertAll(
          expected[r].variances,
          rig.floats(setup.runningVariance, r),
          TOLERANCE,
          what + "running variance");
    }
    float[][] delta = rig.randoms(setup.delta, 6, 1);
    float[][] before = rig.randoms(setup.out, 7, 1);
    float[][] v = rig.randoms(setup.runningMean, 8, 1);
    float[][] w = rig.randoms(setup.runningVariance, 9, 1);
    int inRows = (rows + 1) / 2;
    setup.backward(rows, inRows, columns, training);
    for (int r = 0; r < expected.length; r++) {
      double[] in = expected[r].backward(delta[r], scale[r], training);
      for (int i = inRows * columns; i < in.length; i++) {
        in[i] = before[r][i];
      }
      String what = rows + " x " + columns + ", slope of the ";
      assertAll(in, rig.floats(setup.out, r), TOLERANCE, what + "input");
      double room = TOLERANCE * Math.sqrt(rows);
      assertAll(velocity(v[r], expected[r].ofScale), rig.floats(setup.runningMean, r), room, what);
      assertAll(
          velocity(w[r], expected[r].ofShift), rig.floats(setup.runningVariance, r), room, what);
    }
  }

  private static float[][] all(Rig rig, DeviceBuffer buffer) {
    float[][] values = new float[rig.replicas()][];
    Arrays.setAll(values, r -> rig.floats(buffer, r));
    return values;
  }

  private static double activated(double x, Epilogue activation) {
    return switch (activation) {
      case NONE -> x;
      case RELU -> Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SOFTPLUS -> Math.log1p(Math.exp(x));
      case TANH -> Math.tanh(x);
    };
  }

  private static double[] velocity(float[] before, double[] gradient) {
    double[] after = new double[before.length];
    for (int i = 0; i < after.length; i++) {
      after[i] = 0.25 * before[i] - 0.5 * gradient[i];
    }
    return after;
  }

  private static void assertAll(double[] expected, float[] found, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      double room = tolerance * Math.max(1, Math.abs(expected[i]));
      assertClose(expected[i], found[i], room, what + " at " + i);
    }
  }

  /** In double precision, from the definition. */
  private static final class Expected {
    private final int columns;
    private final int rows;
    private final double[] normal;
    private final double[] out;
    private final double[] means;
    private final double[] variances;
    private final double[] deviations;
    private final double[] ofScale;
    private final double[] ofShift;

    Expected(
        float[] x,
        float[] scale,
        float[] shift,
        float[] runningMean,
        float[] runningVariance,
        int columns,
        boolean training) {
      this.columns = columns;
      this.rows = x.length / columns;
      this.normal = new double[x.length];
      this.out = new double[x.length];
      this.means = new double[columns];
      this.variances = new double[columns];
      this.deviations = new double[columns];
      this.ofScale = new double[columns];
      this.ofShift = new double[columns];
      for (int c = 0; c < columns; c++) {
        double mean = 0;
        double squares = 0;
        for (int i = c; i < x.length; i += columns) {
          mean += (double) x[i] / rows;
        }
        for (int i = c; i < x.length; i += columns) {
          squares += (x[i] - mean) * (x[i] - mean);
        }
        double rate = training ? RATE : 0;
        means[c] = runningMean[c] + rate * (mean - runningMean[c]);
        variances[c] =
            runningVariance[c] + rate * (squares / Math.max(1, rows - 1) - runningVariance[c]);
        deviations[c] = Math.sqrt((training ? squares / rows : runningVariance[c]) + EPSILON);
        for (int i = c; i < x.length; i += columns) {
          normal[i] = (x[i] - (training ? mean : runningMean[c])) / deviations[c];
          out[i] = scale[c] * normal[i] + shift[c];
        }
      }
    }

    double[] backward(float[] delta, float[] scale, boolean training) {
      double[] in = new double[delta.length];
      for (int i = 0; i < in.length; i++) {
        ofScale[i % columns] += delta[i] * normal[i];
        ofShift[i % columns] += delta[i];
      }
      for (int i = 0; i < in.length; i++) {
        int c = i % columns;
        double common = training ? (ofShift[c] + normal[i] * ofScale[c]) / rows : 0;
        in[i] = scale[c] / deviations[c] * (delta[i] - common);
      }
      return in;
    }
  }

  @Test
  void weightsByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer out = rig.floats(6);
      DeviceBuffer weights = rig.floats(6);
      DeviceBuffer scale = rig.floats(3);
      DeviceBuffer velocity = rig.floats(6);
      DeviceBuffer scaleVelocity = rig.floats(3);
      DeviceBuffer step = rig.floats(6);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(1, 1).factors(-9, 0.5));
      // Columns (3, 4), (0, 2) and zeros.
      rig.write(weights, 3, 0, 0, 4, 2, 0);
      rig.write(scale, 10, 3, 7);
      Kernels kernels = rig.kernels();
      rig.run(() -> kernels.weightNorm(out, weights, scale, 2, 3), out);
      assertAll(new double[] {6, 0, 0, 8, 3, 0}, rig.floats(out, 0), 1e-6, "weights");
      rig.write(step, 1, 1, 1, 2, 1, 1);
      rig.write(velocity, 2, 2, 2, 2, 2, 2);
      rig.write(scaleVelocity, 4, 4, 4);
      rig.run(
          () ->
              kernels.weightNormVelocity(
                  velocity, scaleVelocity, step, weights, scale, 2, 3, state),
          velocity,
          scaleVelocity);
      // u·v / n = 11 / 5 and 1; along the sphere (1, 2) − 11 / 25 (3, 4), times 10 / 5.
      double[] lengths = {2 + 2.2, 2 + 1, 2};
      assertAll(lengths, rig.floats(scaleVelocity, 0), 1e-6, "velocity of the lengths");
      double[] directions = {1 - 0.64, 1 + 1.5, 1, 1 + 0.48, 1, 1};
      assertAll(directions, rig.floats(velocity, 0), 1e-6, "velocity of the directions");
    }
  }

  @Test
  void weightsOfManySizes() {
    for (int[] size : SIZES) {
      for (int replicas : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          checkWeights(rig, size[0], size[1]);
        }
      }
    }
  }

  private static void checkWeights(Rig rig, int rows, int columns) {
    int n = rows * columns;
    DeviceBuffer out = rig.floats(n);
    DeviceBuffer weights = rig.floats(n);
    DeviceBuffer scale = rig.floats(columns);
    DeviceBuffer velocity = rig.floats(n);
    DeviceBuffer scaleVelocity = rig.floats(columns);
    DeviceBuffer step = rig.floats(n);
    DeviceBuffer state = rig.state();
    rig.freeze().write(state, States.of(1, 1).factors(-9, 0.5));
    float[][] v = rig.randoms(weights, 1, 1);
    float[][] g = rig.randoms(scale, 2, 1);
    float[][] u = rig.randoms(step, 3, 1);
    float[][] before = rig.randoms(velocity, 4, 1);
    float[][] ofScale = rig.randoms(scaleVelocity, 5, 1);
    Kernels kernels = rig.kernels();
    rig.run(() -> kernels.weightNorm(out, weights, scale, rows, columns), out);
    rig.run(
        () ->
            kernels.weightNormVelocity(
                velocity, scaleVelocity, step, weights, scale, rows, columns, state),
        velocity,
        scaleVelocity);
    float[][] learnt = all(rig, scaleVelocity);
    float[][] turned = all(rig, velocity);
    for (int r = 0; r < rig.replicas(); r++) {
      Buffers.write(velocity, r, before[r]);
    }
    // Without the lengths the same of the directions.
    rig.run(
        () ->
            kernels.weightNormVelocity(velocity, null, step, weights, scale, rows, columns, state),
        velocity);
    for (int r = 0; r < rig.replicas(); r++) {
      assertSameBits(learnt[r], rig.floats(scaleVelocity, r), "lengths that stay");
      assertSameBits(turned[r], rig.floats(velocity, r), "directions alone");
    }
    for (int r = 0; r < rig.replicas(); r++) {
      double[] norms = new double[columns];
      double[] products = new double[columns];
      for (int i = 0; i < n; i++) {
        norms[i % columns] += (double) v[r][i] * v[r][i];
        products[i % columns] += (double) u[r][i] * v[r][i];
      }
      double[] made = new double[n];
      double[] moved = new double[n];
      double[] lengths = new double[columns];
      for (int c = 0; c < columns; c++) {
        lengths[c] = 0.5 * ofScale[r][c] + products[c] / Math.sqrt(norms[c]);
      }
      // What is left of a step is small where all of it goes into the length.
      double room = TOLERANCE;
      for (int i = 0; i < n; i++) {
        int c = i % columns;
        double factor = g[r][c] / Math.sqrt(norms[c]);
        made[i] = factor * v[r][i];
        moved[i] = 0.5 * before[r][i] + factor * (u[r][i] - products[c] / norms[c] * v[r][i]);
        room = Math.max(room, 10 * ROUNDING * Math.abs(factor));
      }
      String what = rows + " x " + columns;
      assertAll(made, rig.floats(out, r), TOLERANCE, what + ", weights");
      assertAll(lengths, rig.floats(scaleVelocity, r), TOLERANCE, what + ", lengths");
      assertAll(moved, rig.floats(velocity, r), room, what + ", directions");
    }
  }

  @Test
  void whatIsNotAskedForStays() {
    try (Rig rig = rig(1)) {
      Setup setup = new Setup(rig, 3, 2);
      rig.randoms(setup.in, 1, 1);
      rig.randoms(setup.delta, 2, 1);
      rig.randoms(setup.mean, 3, 1);
      rig.randoms(setup.inverse, 4, 1);
      rig.randoms(setup.scale, 5, 1);
      rig.run(setup.velocities(null, null));
      setup.backward(3, 0, 2, true);
      rig.run(setup.velocities(setup.runningMean, null), setup.runningMean);
      rig.run(setup.velocities(null, setup.runningVariance), setup.runningVariance);
    }
  }

  @Test
  void impossibleArgumentsAreRefused() {
    try (Rig rig = rig(1)) {
      Setup setup = new Setup(rig, 3, 2);
      Kernels kernels = rig.kernels();
      for (double[] wrong : new double[][] {{-0.1, 1}, {1.5, 1}, {0.1, 0}, {0.1, Double.NaN}}) {
        assertThrows(
            IllegalArgumentException.class,
            () ->
                kernels.batchNormForward(
                    setup.out,
                    setup.mean,
                    setup.inverse,
                    setup.runningMean,
                    setup.runningVariance,
                    setup.in,
                    setup.scale,
                    setup.shift,
                    3,
                    2,
                    wrong[0],
                    wrong[1],
                    Epilogue.NONE,
                    true));
      }
      assertThrows(IllegalArgumentException.class, () -> setup.forward(4, 2, true));
      assertThrows(IllegalArgumentException.class, () -> setup.backward(3, 4, 2, true));
    }
  }
}
