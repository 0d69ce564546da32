package org.gan4j.gan;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;

/**
 * The Euclidean norm of a network's last update. An update is what lies in the velocities after it,
 * so this costs the step nothing: it is taken between steps, when somebody looks.
 */
final class UpdateNorm implements AutoCloseable {
  private final Kernels kernels;
  private final Network network;
  private final DeviceArena arena;
  private final DeviceBuffer squares;

  UpdateNorm(Device device, Network network) {
    this.kernels = device.kernels();
    this.network = network;
    this.arena = device.arena(network.replicas());
    this.squares = arena.floats(network.parameters().stream().mapToInt(Parameter::rows).sum());
    arena.freeze();
  }

  /** One norm for each replica; waits for the device. */
  List<Double> read() {
    int at = 0;
    for (Parameter p : network.parameters()) {
      kernels.squaredNorms(squares.view(at, p.rows()), p.velocity(), p.rows(), p.columns());
      at += p.rows();
    }
    List<Double> norms = new ArrayList<>();
    float[] read = new float[at];
    for (int r = 0; r < network.replicas(); r++) {
      Buffers.read(squares, r, read);
      double sum = 0;
      for (float square : read) {
        sum += square;
      }
      norms.add(Math.sqrt(sum));
    }
    return norms;
  }

  @Override
  public void close() {
    arena.close();
  }
}
