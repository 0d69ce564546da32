package org.gan4j.device;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Every kernel, but no product or convolution of a library, on data large enough for several
 * threads; each on the same inputs, whatever ran before it.
 */
public final class Scenario {
  private static final int ROWS = 67;
  private static final int UNITS = 333;
  private static final int PIECES = 5;
  private static final int N = ROWS * UNITS;
  private static final int EXAMPLES = 200;
  private static final int SIGMAS = 3;
  private static final PoolShape POOL = new PoolShape(3, 5, 10, 11, 3, 2);

  private final Rig rig;
  private final Consumer<float[]> change;
  private final Kernels kernels;
  private final boolean onCpu;
  private final Map<String, byte[]> results = new LinkedHashMap<>();
  private final DeviceBuffer values;
  private final DeviceBuffer out;
  private final DeviceBuffer wide;
  private final DeviceBuffer slopes;
  private final DeviceBuffer winner;
  private final DeviceBuffer bias;
  private final DeviceBuffer rowScale;
  private final DeviceBuffer norms;
  private final DeviceBuffer sums;
  private final DeviceBuffer index;
  private final DeviceBuffer pixels;
  private final DeviceBuffer scaling;
  private final DeviceBuffer conditions;
  private final DeviceBuffer precisions;
  private final DeviceBuffer state;
  private final DeviceBuffer other;

  private Scenario(Rig rig, Consumer<float[]> change, boolean onCpu) {
    this.rig = rig;
    this.onCpu = onCpu;
    this.change = change;
    kernels = rig.kernels();
    values = rig.floats(N);
    out = rig.floats(N);
    wide = rig.floats(N * PIECES);
    slopes = rig.floats(N * PIECES);
    winner = rig.reserve(DataType.BYTE, N);
    bias = rig.floats(UNITS * PIECES);
    rowScale = rig.floats(ROWS);
    norms = rig.floats(UNITS);
    sums = rig.reserve(DataType.DOUBLE, ROWS * SIGMAS);
    index = rig.reserve(DataType.INT, ROWS);
    pixels = rig.single(DataType.BYTE, EXAMPLES * UNITS);
    scaling = rig.single(DataType.FLOAT, 2 * EXAMPLES);
    conditions = rig.single(DataType.FLOAT, EXAMPLES * UNITS);
    precisions = rig.single(DataType.FLOAT, SIGMAS);
    state = rig.state();
    other = rig.state();
  }

  /**
   * The bytes that each kernel left behind, by its name, and, after a blank, the output and the
   * replica. What comes after a dash tells the uses of one kernel apart. One NaN is as good as
   * another.
   */
  public static Map<String, byte[]> run(Device device) {
    return run(device, values -> {});
  }

  /**
   * The same.
   *
   * @param change of every input of floats, before it is used
   */
  public static Map<String, byte[]> run(Device device, Consumer<float[]> change) {
    try (Rig rig = new Rig(device, 2)) {
      Scenario scenario = new Scenario(rig, change, device.usesHostMemory());
      rig.freeze();
      scenario.draw();
      scenario.layers();
      scenario.images();
      scenario.train();
      scenario.distances();
      scenario.masks();
      return scenario.results;
    }
  }

  /** The kernels whose names begin these keys. */
  public static Set<String> kernels(Set<String> keys) {
    Set<String> names = new TreeSet<>();
    keys.forEach(key -> names.add(key.split("[- ]")[0]));
    return names;
  }

  private void prepare() {
    randoms(values, 1, 3);
    randoms(wide, 2, 3);
    randoms(bias, 3, 1);
    randoms(rowScale, 4, 1);
    randoms(scaling, 5, 1);
    randoms(conditions, 6, 1);
    randoms(out, 7, 2);
    randoms(slopes, 8, 1);
    randoms(norms, 9, 1);
    rig.write(precisions, 50, 5, 0.5f);
    rig.write(pixels, Numbers.randomBytes(EXAMPLES * UNITS, 6));
    rig.write(state, States.of(8, 7).epochs(2, 1));
  }

  private void randoms(DeviceBuffer buffer, long seed, double scale) {
    float[][] made = rig.randoms(buffer, seed, scale);
    for (int r = 0; r < made.length; r++) {
      change.accept(made[r]);
      Buffers.write(buffer, r, made[r]);
    }
  }

  private void run(String name, Runnable kernel, DeviceBuffer... outputs) {
    prepare();
    kernel.run();
    keep(name, outputs);
  }

  private void keep(String name, DeviceBuffer... outputs) {
    for (int i = 0; i < outputs.length; i++) {
      for (int r = 0; r < outputs[i].replicas(); r++) {
        byte[] bytes = rig.bytes(outputs[i], r);
        unifyNaNs(outputs[i].type(), ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
        results.put(name + " " + i + "," + r, bytes);
      }
    }
  }

  private static void unifyNaNs(DataType type, ByteBuffer bytes) {
    for (int at = 0; at < bytes.capacity(); at += type.bytes()) {
      if (type == DataType.FLOAT && Float.isNaN(bytes.getFloat(at))) {
        bytes.putFloat(at, Float.NaN);
      } else if (type.bytes() == Double.BYTES && Double.isNaN(bytes.getDouble(at))) {
        bytes.putDouble(at, Double.NaN);
      }
    }
  }

  private void draw() {
    run("uniform", () -> kernels.uniform(out, 0, 0.3, state, 1), out);
    run("uniform-above", () -> kernels.uniform(out, 0.5, 0.3, state, 1), out);
    run("normal", () -> kernels.normal(out, 0.3, state, 2), out);
    run("normal-added", () -> kernels.addNormal(out, values, 0.3, state, 3), out);
    run("dropout", () -> kernels.dropout(out, values, 0.7, state, 4), out);
    run("gather", () -> kernels.gather(out, pixels, scaling, ROWS, UNITS, 0, state), out);
    run("gather_rows", () -> kernels.gatherRows(out, conditions, ROWS, UNITS, 0, state), out);
    run("expand", () -> kernels.expand(out, pixels, scaling, 9, ROWS, UNITS), out);
    run("fill", () -> kernels.fill(out, 0.1), out);
  }

  private void layers() {
    for (int pieces = 1; pieces <= PIECES; pieces++) {
      int p = pieces;
      run(
          "maxout_forward-" + p,
          () -> kernels.maxoutForward(out, winner, wide, ROWS, UNITS, p, 1, state, 5),
          out,
          winner);
    }
    run(
        "maxout_forward",
        () -> kernels.maxoutForward(out, winner, wide, ROWS, UNITS, PIECES, 0.5, state, 5),
        out,
        winner);
    // With the winners of the kernel before.
    run(
        "maxout_backward",
        () ->
            kernels.maxoutBackward(
                slopes, bias, values, winner, rowScale, ROWS, UNITS, PIECES, 0.5, state),
        slopes,
        bias);
    maxoutGradients();
    DeviceBuffer velocity = bias.view(0, UNITS);
    for (Epilogue activation : Epilogue.values()) {
      run(
          "activation_backward-" + activation,
          () ->
              kernels.activationBackward(
                  out, velocity, values, rowScale, ROWS, UNITS, activation, state),
          out,
          bias);
    }
    normalisation();
    run("scale_rows", () -> kernels.scaleRows(out, values, rowScale, ROWS, UNITS), out);
    run(
        "copy_columns",
        () -> kernels.copyColumns(out, 2, UNITS, values, 1, UNITS, ROWS, UNITS - 2),
        out);
  }

  private void normalisation() {
    int inputs = 37;
    DeviceBuffer lengths = rowScale.view(0, inputs);
    run("weight_norm", () -> kernels.weightNorm(out, values, lengths, N / inputs, inputs), out);
    run(
        "weight_norm_velocity",
        () ->
            kernels.weightNormVelocity(
                out, norms, wide.view(0, N), values, bias.view(0, UNITS), ROWS, UNITS, state),
        out,
        norms);
    DeviceBuffer mean = slopes.view(0, UNITS);
    DeviceBuffer inverse = slopes.view(UNITS, UNITS);
    DeviceBuffer scale = slopes.view(2 * UNITS, UNITS);
    DeviceBuffer shift = slopes.view(3 * UNITS, UNITS);
    DeviceBuffer runningMean = bias.view(0, UNITS);
    DeviceBuffer runningVariance = norms;
    for (boolean training : new boolean[] {false, true}) {
      run(
          "batch_norm_forward" + (training ? "" : "-sampling"),
          () -> {
            kernels.fill(runningVariance, 0.5);
            kernels.batchNormForward(
                out,
                mean,
                inverse,
                runningMean,
                runningVariance,
                values,
                scale,
                shift,
                ROWS,
                UNITS,
                0.1,
                0.01,
                Epilogue.SOFTPLUS,
                training);
          },
          out,
          mean,
          inverse,
          runningMean,
          runningVariance);
      run(
          "batch_norm_backward" + (training ? "" : "-sampling"),
          () ->
              kernels.batchNormBackward(
                  out,
                  runningMean,
                  mean,
                  values,
                  wide.view(0, N),
                  inverse,
                  shift,
                  scale,
                  ROWS,
                  50,
                  UNITS,
                  training,
                  state),
          out.view(0, 50 * UNITS),
          runningMean,
          mean);
    }
  }

  /** Of 37 inputs and UNITS units, on devices that have it. */
  private void maxoutGradients() {
    if (!onCpu) {
      return;
    }
    int inputs = 37;
    int columns = UNITS * PIECES;
    DeviceBuffer weights = slopes.view(0, (long) inputs * columns);
    DeviceBuffer velocity = wide.view(0, (long) inputs * columns);
    DeviceBuffer in = slopes.view((long) inputs * columns, ROWS * inputs);
    DeviceBuffer biases = slopes.view((long) (inputs + 10) * columns, columns);
    DeviceBuffer inDelta = out.view(0, 50 * inputs);
    for (int pieces : new int[] {PIECES, 1, 2, 3, 4}) {
      MaxoutShape shape = new MaxoutShape(ROWS, inputs, UNITS, pieces, 0.5);
      for (boolean step : new boolean[] {true, false}) {
        run(
            "maxout_gradients-" + pieces + (step ? "-step" : ""),
            () ->
                kernels.maxoutGradients(
                    inDelta, weights, velocity, biases, bias, in, values, winner, rowScale, shape,
                    50, step, state),
            inDelta,
            slopes,
            velocity,
            bias,
            state);
      }
    }
  }

  private void images() {
    run(
        "max_pool_forward",
        () -> kernels.maxPoolForward(out, winner, wide, POOL, ROWS, 0.5, state, 7),
        out,
        winner);
    run(
        "max_pool_backward",
        () -> kernels.maxPoolBackward(slopes, values, winner, POOL, ROWS, 0.5),
        slopes);
    for (Epilogue activation : Epilogue.values()) {
      run(
          "bias_activation-" + activation,
          () -> kernels.biasActivation(out, values, bias, activation, ROWS, 9, 37),
          out);
    }
    run("bias_gradient", () -> kernels.biasGradient(bias, values, ROWS, 9, 37, state), bias);
  }

  private void train() {
    run(
        "gan_loss",
        () -> kernels.ganLoss(out, slopes, values, 9000, 9001, false, 1, state),
        out,
        slopes,
        state);
    run("log_sum_rows", () -> kernels.logSumRows(rowScale, values, ROWS, UNITS), rowScale);
    run("spread_rows", () -> kernels.spreadRows(out, values, rowScale, ROWS, UNITS), out);
    // And matching_loss.
    run(
        "match_means",
        () -> kernels.matchMeans(out, norms, values, slopes.view(0, N), ROWS, UNITS, state),
        out,
        norms);
    keep("matching_loss", state);
    run("follow", () -> kernels.follow(out, values, 0.01), out);
    run(
        "cross_entropy_slope",
        () -> kernels.crossEntropySlope(out, values, slopes, ROWS, UNITS),
        out);
    ConvolutionShape one = new ConvolutionShape(1, 1, 1, 1, 1, 1, 0);
    DeviceBuffer single = bias.view(0, 1);
    run("accumulate", () -> kernels.filterGradient(single, values, out, one, 1, state), single);
    run("update", () -> kernels.update(values, out, state), values, state);
    run("adam", this::adam, values, out, slopes, state);
    run("cap_columns", () -> kernels.capColumns(wide, ROWS, UNITS * PIECES, 10), wide);
    run("schedule", () -> kernels.schedule(state), state);
    run("advance", () -> kernels.advance(state), state);
    run("settle", () -> kernels.endIteration(state, null), state);
    run("coordinate", this::coordinate, state, other);
  }

  private void coordinate() {
    long[] words = States.of(8, 7).words();
    words[StateLayout.LEAD_RATE] = Double.doubleToRawLongBits(0.1);
    words[StateLayout.D_REAL] = Double.doubleToRawLongBits(0.7);
    words[StateLayout.STANDING] = 1;
    for (int r = 0; r < state.replicas(); r++) {
      words[StateLayout.LEAD_LIMIT] = Double.doubleToRawLongBits(0.2 * r);
      Buffers.write(state, r, words);
      Buffers.write(other, r, words);
    }
    kernels.coordinate(state, other, true);
  }

  private void adam() {
    DeviceBuffer second = slopes.view(N, N);
    kernels.fill(second, 0.25f);
    for (int r = 0; r < state.replicas(); r++) {
      Buffers.write(state, r, States.of(8, 7).adamWords(0.9, 0.999, 1e-3));
    }
    kernels.schedule(state);
    kernels.adam(values, out, slopes.view(0, N), second, 3, 1, state);
  }

  private void masks() {
    MaskWeights weights = new MaskWeights(1, 1, 1, 2, 0.5);
    run("masks", () -> kernels.masks(out, ROWS, 1, 9, UNITS / 9, weights, state, 6), out);
    run("compose", () -> kernels.compose(out, values, wide.view(0, N), values), out);
    run("completion_slope", () -> kernels.completionSlope(out, values, values, out, 0.3), out);
  }

  private void distances() {
    run("add_row", () -> kernels.addRow(out, values, bias.view(0, UNITS), ROWS, UNITS), out);
    run(
        "squared_norms",
        () -> kernels.squaredNorms(norms.view(0, ROWS), values, ROWS, UNITS),
        norms.view(0, ROWS));
    DeviceBuffer nearest = rowScale;
    run("parzen_tile", () -> tiles(nearest, true), nearest, sums);
    run("nearest_tile", () -> tiles(nearest, false), nearest, index);
  }

  /** Two tiles, the second of points that are nearer. */
  private void tiles(DeviceBuffer nearest, boolean parzen) {
    float[] far = new float[ROWS];
    Arrays.fill(far, Float.POSITIVE_INFINITY);
    rig.write(nearest, far);
    rig.write(sums, new double[ROWS * SIGMAS]);
    float[] squares = new float[UNITS];
    Arrays.fill(squares, 40);
    rig.write(norms, squares);
    for (DeviceBuffer products : new DeviceBuffer[] {values, wide.view(0, N)}) {
      if (parzen) {
        kernels.parzenTile(nearest, sums, products, norms, norms, precisions, ROWS, UNITS);
      } else {
        kernels.nearestTile(nearest, index, products, norms, norms, ROWS, UNITS, 5);
      }
    }
  }
}
