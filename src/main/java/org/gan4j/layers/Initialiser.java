package org.gan4j.layers;

import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Philox;

/** Draws initial parameters on the host, the same numbers for every device. */
final class Initialiser {
  private static final int PART = 1 << 18;

  private Initialiser() {}

  /**
   * The random numbers of a parameter.
   *
   * @param site of its layer
   * @param index of the parameter among the layer's
   */
  static Philox stream(long seed, int site, int index) {
    return new Philox(seed, RandomStreams.INITIAL.site(site), index);
  }

  /** Draws one replica's values: in parts where that can be, for a layer may be large. */
  static void draw(
      ParameterInit init, Parameter parameter, int replica, Philox random, double[] dataMean) {
    DeviceBuffer values = parameter.value();
    int most = init.inParts() ? PART : parameter.size();
    for (int at = 0; at < parameter.size(); at += most) {
      float[] part = new float[Math.min(most, parameter.size() - at)];
      init.fill(part, parameter.columns(), random, dataMean);
      Buffers.write(values.view(at, part.length), replica, part);
    }
  }
}
