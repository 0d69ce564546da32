package org.gan4j.gan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;

/**
 * Euclidean norms of a {@link Gan}'s weights and of their last update. An update is what lies in
 * the velocities after it, so this costs the step nothing: it is taken between steps, when somebody
 * looks.
 */
final class GanNorms implements AutoCloseable {
  private final Gan gan;
  private final Kernels kernels;
  private final DeviceArena arena;
  private final DeviceBuffer squares;

  GanNorms(Gan gan) {
    this.gan = gan;
    this.kernels = gan.device().kernels();
    this.arena = gan.device().arena(gan.recipe().replicas());
    this.squares = arena.floats(Math.max(rows(gan.generator()), rows(gan.discriminator())));
    arena.freeze();
  }

  private static int rows(Network network) {
    return network.parameters().stream().mapToInt(Parameter::rows).sum();
  }

  /** Of the generators' last update, one norm for each replica; waits for the device. */
  List<Double> generatorUpdates() {
    return norms(gan.generator(), Parameter::velocity);
  }

  /** Of all weights and biases, one norm for each replica; waits for the device. */
  List<Double> weights(Network network) {
    return norms(network, Parameter::value);
  }

  private List<Double> norms(Network network, Function<Parameter, DeviceBuffer> which) {
    int at = 0;
    for (Parameter p : network.parameters()) {
      kernels.squaredNorms(squares.view(at, p.rows()), which.apply(p), p.rows(), p.columns());
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

  /**
   * A weight that is no finite number.
   *
   * @param what which, in words that a message can have
   * @param replica whose
   */
  record NotFinite(String what, int replica) {}

  /**
   * Looks for a weight that is NaN or infinite; waits for the device. A loss need not tell of it: a
   * ReLU hides a NaN.
   */
  Optional<NotFinite> notFinite() {
    return Stream.of(gan.generator(), gan.discriminator())
        .flatMap(this::suspects)
        .flatMap(suspect -> suspect.look().stream())
        .findFirst();
  }

  /** Where only a square is beyond a float, nothing is to be found. */
  private Stream<Suspect> suspects(Network network) {
    String prefix = network == gan.generator() ? "generator." : "discriminator.";
    List<Double> norms = weights(network);
    return IntStream.range(0, norms.size())
        .filter(r -> !Double.isFinite(norms.get(r)))
        .boxed()
        .flatMap(r -> network.parameters().stream().map(p -> new Suspect(prefix, p, r)));
  }

  private record Suspect(String prefix, Parameter parameter, int replica) {
    Optional<NotFinite> look() {
      float[] values = new float[parameter.size()];
      Buffers.read(parameter.value(), replica, values);
      int at = CheckpointTensors.firstNotFinite(values);
      String what = prefix + parameter.name() + " is not finite at value " + at;
      return at < 0 ? Optional.empty() : Optional.of(new NotFinite(what, replica));
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
