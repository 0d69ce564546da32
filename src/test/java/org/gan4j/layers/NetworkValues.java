package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;

/** Parameters and velocities of a network on the host. */
public final class NetworkValues {
  private NetworkValues() {}

  /** The first n floats of one replica. */
  public static double[] doubles(DeviceBuffer buffer, int replica, int n) {
    float[] floats = new float[n];
    Buffers.read(buffer, replica, floats);
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** Values of one replica, in the order of {@link Network#parameters}. */
  public static List<double[]> parameters(Network network, int replica) {
    List<double[]> all = new ArrayList<>();
    network.parameters().forEach(p -> all.add(doubles(p.value(), replica, p.size())));
    return all;
  }

  /** Velocities of one replica, in the same order. */
  public static List<double[]> velocities(Network network, int replica) {
    List<double[]> all = new ArrayList<>();
    network.parameters().forEach(p -> all.add(doubles(p.velocity(), replica, p.size())));
    return all;
  }

  /** Uniform values on (−range, range) for every parameter, biases too, and no velocity. */
  public static void randomise(Network network, long seed, float range) {
    for (Parameter p : network.parameters()) {
      for (int r = 0; r < network.replicas(); r++) {
        Random random = new Random(31 * seed + 7 * r + p.name().hashCode());
        float[] values = floats(random, p.size(), range);
        for (int i = 0; i < values.length && p.has(ParameterShape.VARIANCE); i++) {
          values[i] = 0.5f + Math.abs(values[i]);
        }
        Buffers.write(p.value(), r, values);
        Buffers.write(p.velocity(), r, new float[p.size()]);
      }
    }
  }

  /** Uniform values on (−range, range). */
  public static float[] floats(Random random, int n, float range) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = range * (2 * random.nextFloat() - 1);
    }
    return values;
  }

  /** The state's word of that name: minus the learning rate, then the momentum. */
  public static long factors(float minusRate, float momentum) {
    return (long) Float.floatToRawIntBits(momentum) << 32
        | Integer.toUnsignedLong(Float.floatToRawIntBits(minusRate));
  }

  /** Copies one replica's parameters and velocities between networks of the same layers. */
  public static void copy(Network to, int toReplica, Network from, int fromReplica) {
    for (int i = 0; i < to.parameters().size(); i++) {
      Parameter target = to.parameters().get(i);
      Parameter source = from.parameters().get(i);
      float[] values = new float[target.size()];
      Buffers.read(source.value(), fromReplica, values);
      Buffers.write(target.value(), toReplica, values);
      Buffers.read(source.velocity(), fromReplica, values);
      Buffers.write(target.velocity(), toReplica, values);
    }
  }
}
