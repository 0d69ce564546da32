package org.gan4j.device;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gan4j.device.Kernels.Epilogue;

/** Every kernel but the products once, on data large enough for several threads. */
public final class Scenario {
  private static final int ROWS = 67;
  private static final int UNITS = 333;
  private static final int PIECES = 5;
  private static final int N = ROWS * UNITS;
  private static final int EXAMPLES = 200;
  private static final int SIGMAS = 3;

  private final Rig rig;
  private final Kernels kernels;
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
  private final DeviceBuffer precisions;
  private final DeviceBuffer state;

  private Scenario(Rig rig) {
    this.rig = rig;
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
    precisions = rig.single(DataType.FLOAT, SIGMAS);
    state = rig.state();
  }

  /** The bytes that each kernel left behind, by its name. */
  public static Map<String, byte[]> run(Device device) {
    try (Rig rig = new Rig(device, 2)) {
      Scenario scenario = new Scenario(rig);
      rig.freeze();
      scenario.prepare();
      scenario.draw();
      scenario.layers();
      scenario.images();
      scenario.train();
      scenario.distances();
      return scenario.results;
    }
  }

  private void prepare() {
    rig.randoms(values, 1, 3);
    rig.randoms(wide, 2, 3);
    rig.randoms(bias, 3, 1);
    rig.randoms(rowScale, 4, 1);
    rig.randoms(scaling, 5, 1);
    rig.write(precisions, 50, 5, 0.5f);
    rig.write(pixels, Numbers.randomBytes(EXAMPLES * UNITS, 6));
    rig.write(state, States.of(8, 7).epochs(2, 1));
  }

  private void keep(String kernel, DeviceBuffer... outputs) {
    for (int i = 0; i < outputs.length; i++) {
      for (int r = 0; r < outputs[i].replicas(); r++) {
        results.put(kernel + " " + i + "," + r, rig.bytes(outputs[i], r));
      }
    }
  }

  private void draw() {
    kernels.uniform(out, 0.3, state, 1);
    keep("uniform", out);
    kernels.normal(out, 0.3, state, 2);
    keep("normal", out);
    kernels.addNormal(out, values, 0.3, state, 3);
    keep("addNormal", out);
    kernels.dropout(out, values, 0.7, state, 4);
    keep("dropout", out);
    kernels.gather(out, pixels, scaling, ROWS, UNITS, 0, state);
    keep("gather", out);
    kernels.expand(out, pixels, scaling, 9, ROWS, UNITS);
    keep("expand", out);
  }

  private void layers() {
    kernels.maxoutForward(out, winner, wide, ROWS, UNITS, PIECES, 0.5, state, 5);
    keep("maxoutForward", out, winner);
    kernels.maxoutBackward(slopes, bias, values, winner, rowScale, ROWS, UNITS, PIECES, 0.5, state);
    keep("maxoutBackward", slopes, bias);
    for (Epilogue activation : Epilogue.values()) {
      DeviceBuffer velocity = bias.view(0, UNITS);
      kernels.activationBackward(out, velocity, values, rowScale, ROWS, UNITS, activation, state);
      keep("activationBackward " + activation, out, bias);
    }
    kernels.scaleRows(out, values, rowScale, ROWS, UNITS);
    keep("scaleRows", out);
  }

  private void images() {
    PoolShape shape = new PoolShape(3, 5, 10, 11, 3, 2);
    kernels.maxPoolForward(out, winner, wide, shape, ROWS, 0.5, state, 7);
    keep("maxPoolForward", out, winner);
    kernels.maxPoolBackward(slopes, values, winner, shape, ROWS, 0.5);
    keep("maxPoolBackward", slopes);
    for (Epilogue activation : Epilogue.values()) {
      kernels.biasActivation(out, values, bias, activation, ROWS, 9, 37);
      keep("biasActivation " + activation, out);
    }
    kernels.biasGradient(bias, values, ROWS, 9, 37, state);
    keep("biasGradient", bias);
  }

  private void train() {
    kernels.ganLoss(out, slopes, values, 9000, 9001, false, 1, state);
    keep("ganLoss", out, slopes, state);
    kernels.update(values, out, state);
    keep("update", values, state);
    kernels.capColumns(wide, ROWS, UNITS * PIECES, 10);
    keep("capColumns", wide);
    kernels.schedule(state);
    keep("schedule", state);
    kernels.advance(state);
    keep("advance", state);
  }

  private void distances() {
    float[] far = new float[ROWS];
    Arrays.fill(far, Float.POSITIVE_INFINITY);
    DeviceBuffer nearest = rowScale;
    kernels.squaredNorms(norms.view(0, ROWS), values, ROWS, UNITS);
    keep("squaredNorms", norms);
    kernels.fill(norms, 40);
    kernels.fill(out, 3);
    kernels.addNormal(out, out, 2, state, 9);
    rig.write(nearest, far);
    rig.write(sums, new double[ROWS * SIGMAS]);
    for (int tile = 0; tile < 2; tile++) {
      kernels.parzenTile(nearest, sums, out, norms, norms, precisions, ROWS, UNITS);
      keep("parzenTile " + tile, nearest, sums);
      kernels.scaleRows(out, out, norms, ROWS, UNITS);
    }
    rig.write(nearest, far);
    kernels.nearestTile(nearest, index, out, norms, norms, ROWS, UNITS, 5);
    keep("nearestTile", nearest, index);
  }
}
