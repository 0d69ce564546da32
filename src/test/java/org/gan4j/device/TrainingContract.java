package org.gan4j.device;

import static org.gan4j.device.Numbers.ROUNDING;
import static org.gan4j.device.Numbers.assertClose;
import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Losses, updates, schedules. */
public abstract class TrainingContract extends KernelsContract {
  /** Of a sum or a slope in double precision, and of the slope's rounding to a float. */
  private static final double LOSS_ERROR = 1e-12;

  /** A sum of squares in runs of 16 lanes: 64 additions of a lane, then 16 lanes. */
  private static final double SQUARE_ERROR = (64 + 16 + 4) * ROUNDING;

  /** Relative, of 1.000004^t by squaring: some t · 2⁻⁵³. */
  private static final double RATE_ERROR = 1e-9;

  private static final double CAP = 1.9365;

  private static double softplus(double a) {
    return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
  }

  private static double sigmoid(double a) {
    return a > 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a));
  }

  private static double dLoss(float[] a, int fake) {
    double[] sums = {0, 0};
    for (int i = 0; i < a.length; i++) {
      sums[i < fake ? 0 : 1] += softplus(i < fake ? a[i] : -a[i]);
    }
    return 0.5 * (sums[0] / fake + sums[1] / (a.length - fake));
  }

  private static double gLoss(float[] a, int fake, boolean minimax) {
    double sum = 0;
    for (int i = 0; i < fake; i++) {
      sum += minimax ? -softplus(a[i]) : softplus(-a[i]);
    }
    return sum / fake;
  }

  private static double meanSigmoid(float[] a, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += sigmoid(a[i]);
    }
    return sum / (to - from);
  }

  @Test
  void ganLossByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer dSlope = rig.floats(3);
      DeviceBuffer gSlope = rig.floats(2);
      DeviceBuffer logits = rig.floats(3);
      DeviceBuffer state = rig.state();
      rig.freeze().write(logits, 0, 0, 0);
      rig.write(state, States.of(0, 0));
      rig.run(
          () -> rig.kernels().ganLoss(dSlope, gSlope, logits, 2, 1, false, 0.5, state),
          dSlope,
          gSlope,
          state);
      assertSameBits(new float[] {0.125f, 0.125f, -0.25f}, rig.floats(dSlope, 0), "D's slopes");
      assertSameBits(new float[] {-0.25f, -0.25f}, rig.floats(gSlope, 0), "G's slopes");
      double ln2 = Math.log(2);
      assertClose(ln2 / 2, States.read(state, 0, StateLayout.D_LOSS), LOSS_ERROR, "D's loss");
      assertClose(ln2, States.read(state, 0, StateLayout.G_LOSS), LOSS_ERROR, "G's loss");
      assertEquals(0.25, States.read(state, 0, StateLayout.D_REAL));
      assertEquals(0.25, States.read(state, 0, StateLayout.D_FAKE));
    }
  }

  @Test
  void ganLoss() {
    for (int replicas : REPLICAS) {
      for (boolean minimax : new boolean[] {false, true}) {
        checkLoss(1, 1, replicas, minimax, true, true, 3);
        checkLoss(33, 31, replicas, minimax, true, true, 3);
        checkLoss(100, 100, replicas, minimax, true, false, 40);
        checkLoss(128, 128, replicas, minimax, true, true, 3);
        checkLoss(300, 257, replicas, minimax, true, true, 3);
        checkLoss(65, 0, replicas, minimax, false, true, 3);
        checkLoss(64, 3, replicas, minimax, false, true, 1000);
        checkLoss(5, 5, replicas, minimax, false, false, 3);
      }
    }
  }

  private void checkLoss(
      int fake, int real, int replicas, boolean minimax, boolean d, boolean g, double range) {
    double weight = 0.25;
    try (Rig rig = rig(replicas)) {
      DeviceBuffer dSlope = rig.floats(real + fake);
      DeviceBuffer gSlope = rig.floats(fake);
      DeviceBuffer logits = rig.floats(real + fake);
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(1, 1));
      float[][] a = rig.randoms(logits, 20, range);
      DeviceBuffer dOrNull = d ? dSlope : null;
      DeviceBuffer gOrNull = g ? gSlope : null;
      Runnable loss =
          () -> rig.kernels().ganLoss(dOrNull, gOrNull, logits, fake, real, minimax, weight, state);
      // Twice: the state sums up.
      rig.run(loss, d ? dSlope : state, g ? gSlope : state, state);
      rig.run(loss, d ? dSlope : state, g ? gSlope : state, state);
      for (int r = 0; r < replicas; r++) {
        float[] x = a[r];
        double[] sums = {
          d ? 2 * weight * dLoss(x, fake) : 0,
          g ? 2 * gLoss(x, fake, minimax) : 0,
          d ? 2 * weight * meanSigmoid(x, fake, fake + real) : 0,
          d ? 2 * weight * meanSigmoid(x, 0, fake) : 0
        };
        for (int i = 0; i < 4; i++) {
          double found = States.read(state, r, StateLayout.D_LOSS + i);
          double tolerance = LOSS_ERROR * (1 + Math.abs(sums[i]));
          assertClose(sums[i], found, tolerance, "sum " + i);
        }
        if (d) {
          assertSlopes(x, rig.floats(dSlope, r), y -> dLoss(y, fake));
        }
        if (g) {
          assertSlopes(x, rig.floats(gSlope, r), y -> gLoss(y, fake, minimax));
        }
      }
    }
  }

  private interface Loss {
    double of(float[] logits);
  }

  /** Slopes against differences of the loss in double; steps are exact in float. */
  private static void assertSlopes(float[] logits, float[] slopes, Loss loss) {
    for (int i = 0; i < slopes.length; i++) {
      float[] moved = logits.clone();
      float h = 0x1p-9f * Math.max(1, Math.abs(logits[i]) / 8);
      moved[i] = logits[i] + h;
      double up = loss.of(moved);
      double width = moved[i];
      moved[i] = logits[i] - h;
      double down = loss.of(moved);
      width -= moved[i];
      // The third derivative's share, h²/6 times at most 0.13 / m, and rounding in the losses.
      double tolerance = h * h / 40 + 1e-13 * (1 + Math.abs(up)) / h;
      assertClose((up - down) / width, slopes[i], tolerance + ROUNDING, "slope " + i);
    }
  }

  @Test
  void extremeLogitsStayFinite() {
    float[] a = {80, -80, 1000, -1000, 80, -80, 1000, -1000};
    try (Rig rig = rig(1)) {
      DeviceBuffer dSlope = rig.floats(8);
      DeviceBuffer gSlope = rig.floats(4);
      DeviceBuffer logits = rig.floats(8);
      DeviceBuffer state = rig.state();
      rig.freeze().write(logits, a);
      rig.write(state, States.of(0, 0));
      rig.kernels().ganLoss(dSlope, gSlope, logits, 4, 4, false, 1, state);
      float[] d = {0.125f, 0, 0.125f, 0, 0, -0.125f, 0, -0.125f};
      float[] g = {0, -0.25f, 0, -0.25f};
      for (int i = 0; i < 8; i++) {
        assertClose(d[i], rig.floats(dSlope, 0)[i], 1e-16, "D's slope " + i);
      }
      for (int i = 0; i < 4; i++) {
        assertClose(g[i], rig.floats(gSlope, 0)[i], 1e-16, "G's slope " + i);
      }
      assertClose(270, States.read(state, 0, StateLayout.D_LOSS), 1e-9, "D's loss");
      assertClose(270, States.read(state, 0, StateLayout.G_LOSS), 1e-9, "G's loss");
      rig.kernels().ganLoss(null, gSlope, logits, 4, 4, true, 1, state);
      assertClose(0, States.read(state, 0, StateLayout.G_LOSS), 1e-9, "minimax loss");
    }
  }

  @Test
  void updateByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer weights = rig.floats(3);
      DeviceBuffer velocity = rig.floats(3);
      DeviceBuffer state = rig.state();
      rig.freeze().write(weights, 1, 2, 3);
      rig.write(velocity, 2, -3, 6);
      rig.write(state, States.of(0, 0));
      rig.run(() -> rig.kernels().update(weights, velocity, state), weights, state);
      assertSameBits(new float[] {3, -1, 9}, rig.floats(weights, 0), "weights");
      assertEquals(49, States.read(state, 0, StateLayout.UPDATE_SQUARE));
      rig.run(() -> rig.kernels().endIteration(state, null), state);
      assertEquals(7, States.read(state, 0, StateLayout.UPDATE_NORM));
      assertEquals(1, States.readWord(state, 0, StateLayout.STEP));
      assertEquals(0, States.read(state, 0, StateLayout.UPDATE_SQUARE));
    }
  }

  @Test
  void update() {
    // Also around what one round of all blocks does, and what two do.
    int[] large = {2047, 2049, 524_291, 1_048_576, 1_600_003};
    for (int n : IntStream.concat(Arrays.stream(SIZES), Arrays.stream(large)).toArray()) {
      for (int replicas : n > 2049 ? new int[] {2} : REPLICAS) {
        try (Rig rig = rig(replicas)) {
          DeviceBuffer weights = rig.floats(n);
          DeviceBuffer velocity = rig.floats(n);
          DeviceBuffer state = rig.state();
          rig.freeze().write(state, States.of(0, 0));
          float[][] w = rig.randoms(weights, 30, 1);
          float[][] v = rig.randoms(velocity, 31, 0.1);
          rig.run(() -> rig.kernels().update(weights, velocity, state), weights, state);
          for (int r = 0; r < replicas; r++) {
            double square = 0;
            for (int i = 0; i < n; i++) {
              w[r][i] += v[r][i];
              square += (double) v[r][i] * v[r][i];
            }
            assertSameBits(w[r], rig.floats(weights, r), "weights");
            double found = States.read(state, r, StateLayout.UPDATE_SQUARE);
            assertClose(square, found, SQUARE_ERROR * square, "squared norm of " + n);
          }
        }
      }
    }
  }

  @Test
  void adamByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer weights = rig.floats(2);
      DeviceBuffer gradient = rig.floats(2);
      DeviceBuffer first = rig.floats(2);
      DeviceBuffer second = rig.floats(2);
      DeviceBuffer state = rig.state();
      rig.freeze().write(weights, 1, 1);
      rig.write(gradient, 2, -4);
      rig.write(first, 0, 0);
      rig.write(second, 0, 0);
      Buffers.write(state, 0, States.of(0, 0).rates(0.5, 1).adamWords(0.5, 0.75, 2));
      rig.kernels().schedule(state);
      assertEquals(1, States.readMinusRate(state, 0), "a gradient is taken as it is");
      assertEquals(0, States.readMomentum(state, 0));
      rig.run(
          () -> rig.kernels().adam(weights, gradient, first, second, 1, 0, state),
          weights,
          gradient,
          first,
          second,
          state);
      // m = g / 2 and v = g² / 4, by 1 − 0.5 and 1 − 0.75: the first step is rate g / (|g| + ε).
      float[] steps = {-0.25f, 1f / 3};
      assertSameBits(new float[] {1, -2}, rig.floats(first, 0), "m");
      assertSameBits(new float[] {1, 4}, rig.floats(second, 0), "v");
      assertSameBits(steps, rig.floats(gradient, 0), "what was added");
      assertSameBits(new float[] {0.75f, 1 + steps[1]}, rig.floats(weights, 0), "weights");
      double square = (double) steps[0] * steps[0] + (double) steps[1] * steps[1];
      assertClose(square, States.read(state, 0, StateLayout.UPDATE_SQUARE), 1e-7, "square");
    }
  }

  @Test
  void adam() {
    for (int n : new int[] {1, 3, 33, 2049, 100_003}) {
      for (int replicas : REPLICAS) {
        for (int offset = 0; offset < 2; offset++) {
          adam(n, replicas, offset, 3, 1, 40, 0);
          adam(n, replicas, offset, 3, 1, 40, 38);
        }
      }
    }
  }

  private void adam(
      int n, int replicas, int offset, int updates, int update, long step, long begin) {
    try (Rig rig = rig(replicas)) {
      List<DeviceBuffer> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(rig.floats(n + offset));
      }
      DeviceBuffer state = rig.state();
      rig.freeze();
      List<float[][]> before = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        before.add(rig.randoms(all.get(i), 40 + i, 0.3));
      }
      for (int r = 0; r < replicas; r++) {
        float[] squares = before.get(3)[r];
        for (int i = 0; i < squares.length; i++) {
          squares[i] = Math.abs(squares[i]);
        }
        Buffers.write(all.get(3), r, squares);
        long[] words = States.of(r, step).adamWords(0.9, 0.999, 1e-2);
        words[StateLayout.ADAM_BEGIN] = begin;
        Buffers.write(state, r, words);
      }
      List<DeviceBuffer> views = all.stream().map(each -> each.view(offset, n)).toList();
      rig.kernels().schedule(state);
      rig.run(
          () ->
              rig.kernels()
                  .adam(
                      views.get(0),
                      views.get(1),
                      views.get(2),
                      views.get(3),
                      updates,
                      update,
                      state),
          all.get(0),
          all.get(1),
          all.get(2),
          all.get(3),
          state);
      for (int r = 0; r < replicas; r++) {
        int replica = r;
        List<float[]> after = all.stream().map(each -> rig.floats(each, replica)).toList();
        double rate = States.read(state, r, StateLayout.LEARNING_RATE);
        long t = (step - begin) * updates + update + 1;
        double total = 0;
        for (int i = offset; i < n + offset; i++) {
          double g = before.get(1)[r][i];
          double m = 0.9 * before.get(2)[r][i] + 0.1 * g;
          double v = 0.999 * before.get(3)[r][i] + 0.001 * g * g;
          double root = Math.sqrt(v / (1 - Math.pow(0.999, t)));
          double moved = -rate * (m / (1 - Math.pow(0.9, t))) / (root + 1e-2);
          total += moved * moved;
          String where = "element " + i + " of " + n;
          double rounding = 16 * Numbers.ROUNDING;
          // The mean may be the difference of nearly equal parts.
          double share = rounding * (0.9 * Math.abs(before.get(2)[r][i]) + 0.1 * Math.abs(g));
          assertClose(m, after.get(2)[i], share, where);
          assertClose(v, after.get(3)[i], rounding * v, where);
          double error = share * rate / (1 - Math.pow(0.9, t)) / (root + 1e-2);
          assertClose(moved, after.get(1)[i], error + rounding * Math.abs(moved), where);
          double weight = before.get(0)[r][i];
          double moving = error + rounding * (Math.abs(weight) + Math.abs(moved));
          assertClose(weight + moved, after.get(0)[i], moving, where);
        }
        double found = States.read(state, r, StateLayout.UPDATE_SQUARE);
        assertClose(total, found, 1e-5 * total, "squared norm of " + n);
      }
    }
  }

  @Test
  void theSameBitsHoweverWeightsAreAligned() {
    int n = 100_003;
    try (Rig rig = rig(1)) {
      DeviceBuffer weights = rig.floats(n + 1);
      DeviceBuffer velocity = rig.floats(n + 1);
      DeviceBuffer state = rig.state();
      rig.freeze();
      float[] v = Numbers.randoms(n, 32, 0.1);
      double[] squares = new double[2];
      for (int offset = 0; offset < 2; offset++) {
        DeviceBuffer moves = velocity.view(offset, n);
        Buffers.write(moves, 0, v);
        rig.write(state, States.of(0, 0));
        rig.kernels().update(weights.view(offset, n), moves, state);
        squares[offset] = States.read(state, 0, StateLayout.UPDATE_SQUARE);
      }
      assertEquals(squares[0], squares[1]);
    }
  }

  @Test
  void theNormOfAnIterationIsThatOfAllItsUpdates() {
    try (Rig rig = rig(3)) {
      DeviceBuffer weights = rig.floats(2);
      DeviceBuffer velocity = rig.floats(2);
      DeviceBuffer state = rig.state();
      rig.freeze().write(weights, 0, 0);
      rig.write(velocity, 3, 4);
      rig.write(state, States.of(0, 0));
      for (int iteration = 0; iteration < 2; iteration++) {
        rig.kernels().update(weights, velocity, state);
        rig.kernels().update(weights, velocity, state);
        rig.kernels().endIteration(state, null);
      }
      for (int r = 0; r < 3; r++) {
        double expected = 2 * Math.sqrt(50);
        assertClose(expected, States.read(state, r, StateLayout.UPDATE_NORM), 1e-12, "norms");
        assertEquals(2, States.readWord(state, r, StateLayout.STEP));
        assertEquals(r, States.readWord(state, r, StateLayout.SEED));
      }
    }
  }

  private static void assertSchedule(States set, long step, DeviceBuffer state, int replica) {
    double rate = set.rate() / Math.pow(set.decay(), (double) step * set.minibatches());
    rate = Math.max(States.RATE_MINIMUM, rate);
    long e = 1 + step / set.iterations();
    double share = Math.min(1, Math.max(0, (e - 1) / (States.MOMENTUM_EPOCHS - 1)));
    double range = States.MOMENTUM_LAST - States.MOMENTUM_INITIAL;
    double momentum = States.MOMENTUM_INITIAL + range * share;
    String what = " at step " + step;
    double found = States.read(state, replica, StateLayout.LEARNING_RATE);
    assertClose(rate, found, RATE_ERROR * rate, "rate" + what);
    assertEquals(-(float) found, States.readMinusRate(state, replica), "minus rate" + what);
    assertEquals((float) momentum, States.readMomentum(state, replica), "momentum" + what);
    assertEquals(step, States.readWord(state, replica, StateLayout.STEP), "step");
  }

  @Test
  void scheduleAndAdvance() {
    long[] steps = {0, 1, 499, 500, 62_250, 124_499, 124_500, 200_000, 3_000_000, 1L << 40};
    for (long minibatches : new long[] {1, 3}) {
      States first = States.of(7, 0).epochs(500, minibatches);
      for (long step : steps) {
        try (Rig rig = rig(3)) {
          DeviceBuffer state = rig.state();
          DeviceBuffer other = rig.state();
          rig.freeze();
          for (int r = 0; r < 3; r++) {
            Buffers.write(state, r, first.at(step).rates(0.1 * (r + 1), first.decay()).words());
            Buffers.write(other, r, first.at(step).rates(0.2 * (r + 1), first.decay()).words());
          }
          rig.run(() -> rig.kernels().schedule(state), state);
          for (int r = 0; r < 3; r++) {
            assertSchedule(first.rates(0.1 * (r + 1), first.decay()), step, state, r);
          }
          rig.run(() -> rig.kernels().advance(state), state);
          for (int r = 0; r < 3; r++) {
            assertSchedule(first.rates(0.1 * (r + 1), first.decay()), step + 1, state, r);
          }
          rig.run(() -> rig.kernels().endIteration(state, other), state, other);
          for (int r = 0; r < 3; r++) {
            assertSchedule(first.rates(0.1 * (r + 1), first.decay()), step + 2, state, r);
            assertSchedule(first.rates(0.2 * (r + 1), first.decay()), step + 1, other, r);
          }
        }
      }
    }
  }

  /** Of one replica: lead so far, its limits, sums of D(x) and D(G(z)). */
  private static long[] leading(double lead, double limit, double real, double fake, boolean adam) {
    long[] words = adam ? States.of(0, 9).adamWords(0.5, 0.9, 1e-8) : States.of(0, 9).words();
    words[StateLayout.LEAD] = Double.doubleToRawLongBits(lead);
    words[StateLayout.LEAD_SUM] = Double.doubleToRawLongBits(3);
    words[StateLayout.LEAD_RATE] = Double.doubleToRawLongBits(0.25);
    words[StateLayout.LEAD_LIMIT] = Double.doubleToRawLongBits(limit);
    words[StateLayout.D_REAL] = Double.doubleToRawLongBits(real);
    words[StateLayout.D_FAKE] = Double.doubleToRawLongBits(fake);
    return words;
  }

  private static void assertStands(DeviceBuffer state, int r, boolean stands) {
    assertEquals(stands ? 1 : 0, States.readWord(state, r, StateLayout.STANDING), "replica " + r);
    assertEquals(stands ? 0 : -0.125f, States.readMinusRate(state, r), "replica " + r);
    assertEquals(stands ? 0 : 0.625f, States.readMomentum(state, r), "replica " + r);
  }

  /** Each replica for itself. */
  @Test
  void coordinateByHand() {
    try (Rig rig = rig(3)) {
      DeviceBuffer g = rig.state();
      DeviceBuffer d = rig.state();
      rig.freeze();
      double[] fakes = {6, 6.75, 7.75};
      for (int r = 0; r < 3; r++) {
        Buffers.write(g, r, leading(0.5, 0.25, 10, fakes[r], false));
        Buffers.write(d, r, leading(0, 0.6, 0, 0, false));
      }
      rig.run(() -> rig.kernels().coordinate(g, d, true), g, d);
      // 10 − 6 − 3 = 1 in the last iteration, 0.25 and −0.75 in the others.
      double[] leads = {0.625, 0.4375, 0.1875};
      for (int r = 0; r < 3; r++) {
        assertEquals(leads[r], States.read(g, r, StateLayout.LEAD));
        assertEquals(10 - fakes[r], States.read(g, r, StateLayout.LEAD_SUM));
        assertStands(d, r, r == 0);
        assertStands(g, r, r == 2);
        assertEquals(0, States.readWord(g, r, StateLayout.PAUSED));
      }
      // Without a new iteration the decision is the same, once the schedules are set again.
      rig.kernels().schedule(g);
      rig.kernels().schedule(d);
      rig.kernels().coordinate(g, d, false);
      assertEquals(0, States.readMomentum(d, 0));
      assertEquals(0, States.readMomentum(g, 2));
      assertTrue(States.readMomentum(g, 0) > 0);
      assertEquals(0.625, States.read(g, 0, StateLayout.LEAD));
      rig.kernels().coordinate(g, d, true);
      assertEquals(1, States.readWord(d, 0, StateLayout.PAUSED));
      assertEquals(0, States.readWord(d, 1, StateLayout.PAUSED));
      assertEquals(1, States.readWord(g, 2, StateLayout.PAUSED));
    }
  }

  /** With Adam the gradients go into the moments, and the weights stay. */
  @Test
  void whatStandsStillByAdamKeepsItsWeights() {
    try (Rig rig = rig(1)) {
      DeviceBuffer g = rig.state();
      DeviceBuffer d = rig.state();
      DeviceBuffer weights = rig.floats(3);
      DeviceBuffer gradient = rig.floats(3);
      DeviceBuffer first = rig.floats(3);
      DeviceBuffer second = rig.floats(3);
      rig.freeze();
      Buffers.write(g, 0, leading(0.5, 0, 10, 6, true));
      Buffers.write(d, 0, leading(0, 0.6, 0, 0, true));
      rig.kernels().schedule(g);
      rig.kernels().schedule(d);
      rig.kernels().coordinate(g, d, true);
      rig.write(weights, 1, 2, -3);
      rig.write(gradient, 1, -1, 4);
      rig.write(first, 0, 0, 0);
      rig.write(second, 0, 0, 0);
      assertEquals(1, States.readMinusRate(d, 0));
      rig.kernels().adam(weights, gradient, first, second, 1, 0, d);
      assertSameBits(new float[] {1, 2, -3}, rig.floats(weights, 0), "weights");
      assertSameBits(new float[] {0.5f, -0.5f, 2}, rig.floats(first, 0), "first moments");
      assertEquals(0, States.read(d, 0, StateLayout.UPDATE_SQUARE));
    }
  }

  @Test
  void scheduleByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer state = rig.state();
      rig.freeze().write(state, States.of(0, 3).rates(0.5, 2).epochs(1, 1));
      rig.kernels().schedule(state);
      assertEquals(0.0625, States.read(state, 0, StateLayout.LEARNING_RATE));
      assertEquals((float) (0.5 + 0.2 * 3 / 249), States.readMomentum(state, 0));
    }
  }

  @Test
  void capColumnsByHand() {
    try (Rig rig = rig(1)) {
      DeviceBuffer weights = rig.floats(6);
      rig.freeze().write(weights, 3, 0.3f, 0, 4, 0.4f, 0);
      rig.run(() -> rig.kernels().capColumns(weights, 2, 3, 1), weights);
      float[] expected = {0.6f, 0.3f, 0, 0.8f, 0.4f, 0};
      float[] found = rig.floats(weights, 0);
      for (int i = 0; i < 6; i++) {
        // 1e-7 / (1e-7 + n) is lost even where the cap does not bind.
        assertClose(expected[i], found[i], 3e-7, "weight " + i);
      }
    }
  }

  @Test
  void capColumns() {
    int[][] shapes = {{1, 1}, {3, 31}, {33, 63}, {2, 64}, {31, 65}, {784, 1200}};
    for (int[] shape : shapes) {
      for (int replicas : REPLICAS) {
        int rows = shape[0];
        int columns = shape[1];
        try (Rig rig = rig(replicas)) {
          DeviceBuffer weights = rig.floats((long) rows * columns);
          rig.freeze();
          // Norms around the cap, so that it binds for about half of the columns.
          float[][] w = rig.randoms(weights, 40, CAP * Math.sqrt(3.0 / rows));
          rig.run(() -> rig.kernels().capColumns(weights, rows, columns, CAP), weights);
          for (int r = 0; r < replicas; r++) {
            assertCapped(w[r], rig.floats(weights, r), rows, columns);
          }
        }
      }
    }
  }

  private static void assertCapped(float[] before, float[] after, int rows, int columns) {
    for (int j = 0; j < columns; j++) {
      double square = 0;
      for (int i = 0; i < rows; i++) {
        square += (double) before[i * columns + j] * before[i * columns + j];
      }
      double norm = Math.sqrt(square);
      double factor = Math.min(norm, CAP) / (1e-7 + norm);
      for (int i = 0; i < rows; i++) {
        double expected = before[i * columns + j] * factor;
        double tolerance = (rows / 2.0 + 6) * ROUNDING * Math.abs(expected);
        assertClose(expected, after[i * columns + j], tolerance, "column " + j);
      }
      assertTrue(norm * factor <= CAP);
    }
  }
}
