package org.gan4j.gan;

import org.gan4j.device.Buffers;
import org.gan4j.layers.Network;

/** Networks whose weights go after those of others, step by step: a moving average of them. */
final class MovingAverage implements AutoCloseable {
  private final Network of;
  private final Network average;
  private final double rate;

  /**
   * Allocates the average.
   *
   * @param of the networks that learn
   * @param like the same layers, without values
   * @param rate by which the average goes after them, in (0, 1]
   */
  MovingAverage(Network of, Network like, double rate) {
    this.of = of;
    this.average = like;
    this.rate = rate;
  }

  /** Begins with the weights as they are. */
  void begin() {
    for (int i = 0; i < of.parameters().size(); i++) {
      float[] values = new float[of.parameters().get(i).size()];
      for (int r = 0; r < of.replicas(); r++) {
        Buffers.read(of.parameters().get(i).value(), r, values);
        Buffers.write(average.parameters().get(i).value(), r, values);
      }
    }
  }

  /** Part of a step: takes in the weights. */
  void follow() {
    average.follow(of, rate);
  }

  Network average() {
    return average;
  }

  @Override
  public void close() {
    average.close();
  }
}
