package org.gan4j.theory;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;

/** A network's plain forward pass over any number of examples, for the host. */
final class BatchedForward {
  private final int rows;
  private final int inputs;
  private final int outputs;
  private final DeviceBuffer in;
  private final DeviceBuffer out;
  private final NetworkPass pass;

  BatchedForward(Network network, DeviceArena arena, int rows) {
    this.rows = rows;
    this.inputs = network.inputs();
    this.outputs = network.outputs();
    this.in = arena.floats((long) rows * inputs);
    this.out = arena.floats((long) rows * outputs);
    this.pass = network.pass(arena, rows, false);
  }

  /** [count][inputs] to [count][outputs]. */
  float[] apply(float[] values, DeviceBuffer state, int site) {
    int count = values.length / inputs;
    float[] results = new float[count * outputs];
    for (int first = 0; first < count; first += rows) {
      int size = Math.min(rows, count - first);
      // The last chunk's rest keeps what was there before; nobody reads it.
      Buffers.write(in, 0, Arrays.copyOfRange(values, first * inputs, (first + size) * inputs));
      pass.forward(out, in, state, site);
      float[] part = new float[size * outputs];
      Buffers.read(out, 0, part);
      System.arraycopy(part, 0, results, first * outputs, part.length);
    }
    return results;
  }
}
