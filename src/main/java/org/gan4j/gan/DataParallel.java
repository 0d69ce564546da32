package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.layers.RowExchange;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;

/**
 * One rank of several that train a GAN together, each with its share of every minibatch. The recipe
 * is the whole's: a minibatch of {@code batch} rows has {@code batch / ranks} of each rank, noise
 * and masks are counted by the whole's rows, and gradients are averaged before every update. So N
 * ranks compute what one machine does with the same recipe, to rounding, and all of them have the
 * same bits.
 *
 * <p>All ranks do the same in the same order. Belongs to the thread that trains.
 */
public final class DataParallel {
  /** How ranks hear of each other; in threads of one JVM, in processes, or on other machines. */
  @FunctionalInterface
  public interface AllGather {
    /**
     * Gives every rank what each of them has; waits for all of them. They call it equally often.
     *
     * @param own this rank's bytes, perhaps others in number than those of the other ranks; not
     *     modified
     * @return those of all ranks, in their order; the same for every rank
     * @throws RuntimeException if a rank is lost
     */
    List<byte[]> gather(byte[] own);
  }

  /** A machine that trains alone. */
  public static final DataParallel ALONE = new DataParallel(0, 1, List::of);

  /** Elements that draw their random words together. */
  private static final int GROUP = 4;

  private final int rank;
  private final int ranks;
  private final AllGather allGather;

  /**
   * One of several ranks.
   *
   * @param rank which, from 0
   * @param ranks how many there are, ≥ 1
   * @param allGather reaches the others
   * @throws IllegalArgumentException if there is no such rank
   */
  public DataParallel(int rank, int ranks, AllGather allGather) {
    Checks.range("ranks", ranks, 1, 1 << 16);
    Checks.range("rank", rank, 0, ranks - 1);
    this.rank = rank;
    this.ranks = ranks;
    this.allGather = allGather;
  }

  /**
   * Which rank this is.
   *
   * @return from 0
   */
  public int rank() {
    return rank;
  }

  /**
   * How many ranks there are.
   *
   * @return ≥ 1
   */
  public int ranks() {
    return ranks;
  }

  /**
   * Whether there are others.
   *
   * @return true if there are two ranks or more
   */
  public boolean isSplit() {
    return ranks > 1;
  }

  /**
   * Refuses what several ranks can't train.
   *
   * @param recipe of the whole
   * @throws IllegalArgumentException if its minibatches can't be shared out, or something in it
   *     depends on the whole minibatch otherwise than by its gradient
   */
  public void requireFit(Recipe recipe) {
    if (!isSplit()) {
      return;
    }
    if (recipe.batch() % (GROUP * ranks) != 0) {
      throw new IllegalArgumentException(
          String.format(
              "%d ranks share minibatches whose size is a multiple of %d, not batch=%d",
              ranks, GROUP * ranks, recipe.batch()));
    }
    refuse(TrainingState.isCoordinated(recipe), "coordination by pauses");
    refuse(recipe.rollback() != null, "a rollback");
    refuse(recipe.labels() != null, "labels");
    refuse(recipe.objective() == Objective.FEATURE_MATCHING, "objective=feature-matching");
  }

  private void refuse(boolean has, String what) {
    if (has) {
      throw new IllegalArgumentException(
          "several ranks can't train a recipe with " + what + ": train it on one");
    }
  }

  /** Refuses a device whose dropout is a library's, which can't be told where rows stand. */
  void requireFit(Device device) {
    if (isSplit() && device.options().kernels() == KernelSet.LIBRARY) {
      throw new IllegalArgumentException(
          "several ranks train with gan4j's own kernels only: their masks are counted by the rows"
              + " of the whole minibatch");
    }
  }

  /** This rank's rows of a minibatch. */
  int rows(Recipe recipe) {
    return recipe.batch() / ranks;
  }

  /** Makes the velocities of each rank their mean: that of a sum of gradients, to rounding. */
  void average(Network network) {
    if (isSplit()) {
      averageAll(network);
    }
  }

  /** The same of two networks, in one exchange. */
  void average(Network one, Network other) {
    if (isSplit()) {
      averageAll(one, other);
    }
  }

  private void averageAll(Network... networks) {
    long length = 0;
    for (Network network : networks) {
      length += network.velocities().length() * network.replicas();
    }
    float[] values = new float[Math.toIntExact(length)];
    copy(networks, values, false);
    mean(values);
    copy(networks, values, true);
  }

  /** For layers that mix the rows of a minibatch. */
  RowExchange others() {
    return isSplit() ? new Rows() : RowExchange.ALONE;
  }

  private final class Rows implements RowExchange {
    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int ranks() {
      return ranks;
    }

    @Override
    public void gather(DeviceBuffer whole, DeviceBuffer part, double factor) {
      float[] values = new float[Math.toIntExact(part.length())];
      ByteBuffer own = bytes(values.length * part.replicas() * Float.BYTES);
      for (int r = 0; r < part.replicas(); r++) {
        Buffers.read(part, r, values);
        own.slice(r * values.length * Float.BYTES, values.length * Float.BYTES)
            .order(own.order())
            .asFloatBuffer()
            .put(values);
      }
      List<byte[]> all = DataParallel.this.gather(own.array());
      float[] together = new float[values.length * ranks];
      for (int r = 0; r < part.replicas(); r++) {
        for (int i = 0; i < ranks; i++) {
          FloatBuffer floats = wrap(all.get(i), own.capacity()).asFloatBuffer();
          floats.get(r * values.length, together, i * values.length, values.length);
        }
        for (int i = 0; i < together.length; i++) {
          together[i] *= (float) factor;
        }
        Buffers.write(whole, r, together);
      }
    }
  }

  /** Between one array and the velocities, replica by replica. */
  private static void copy(Network[] networks, float[] values, boolean toDevice) {
    int at = 0;
    for (Network network : networks) {
      DeviceBuffer buffer = network.velocities();
      float[] part = new float[Math.toIntExact(buffer.length())];
      for (int r = 0; r < network.replicas(); r++) {
        if (toDevice) {
          System.arraycopy(values, at, part, 0, part.length);
          Buffers.write(buffer, r, part);
        } else {
          Buffers.read(buffer, r, part);
          System.arraycopy(part, 0, values, at, part.length);
        }
        at += part.length;
      }
    }
  }

  private void mean(float[] values) {
    ByteBuffer own = bytes(values.length * Float.BYTES);
    own.asFloatBuffer().put(values);
    List<byte[]> all = gather(own.array());
    double[] sums = new double[values.length];
    for (byte[] each : all) {
      FloatBuffer floats = wrap(each, own.capacity()).asFloatBuffer();
      for (int i = 0; i < sums.length; i++) {
        sums[i] += floats.get(i);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      values[i] = (float) (sums[i] / ranks);
    }
  }

  /** The mean over the ranks of each value. */
  double[] mean(double[] values) {
    if (!isSplit()) {
      return values;
    }
    ByteBuffer own = bytes(values.length * Double.BYTES);
    own.asDoubleBuffer().put(values);
    double[] means = new double[values.length];
    for (byte[] each : gather(own.array())) {
      DoubleBuffer doubles = wrap(each, own.capacity()).asDoubleBuffer();
      for (int i = 0; i < means.length; i++) {
        means[i] += doubles.get(i) / ranks;
      }
    }
    return means;
  }

  /** Whether any rank has it so. */
  boolean any(boolean own) {
    return isSplit()
        ? gather(new byte[] {(byte) (own ? 1 : 0)}).stream().anyMatch(each -> each[0] != 0)
        : own;
  }

  /**
   * Rank 0 tells the others what they begin with.
   *
   * @param checkpoint whole; empty if there is nothing to train
   */
  public void begin(byte[] checkpoint) {
    ofFirst(() -> checkpoint);
  }

  /**
   * What rank 0 has told by {@link #begin}; waits for it.
   *
   * @return a checkpoint, or nothing
   */
  public byte[] begun() {
    return ofFirst(() -> new byte[0]);
  }

  /** What rank 0 makes; the others wait for it. */
  byte[] ofFirst(Supplier<byte[]> made) {
    byte[] own = rank == 0 ? made.get() : new byte[0];
    return isSplit() ? gather(own).get(0) : own;
  }

  private List<byte[]> gather(byte[] own) {
    List<byte[]> all = allGather.gather(own);
    if (all.size() != ranks) {
      throw new IllegalStateException(
          "of " + ranks + " ranks, " + all.size() + " were heard: they must all do the same");
    }
    return all;
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer wrap(byte[] bytes, int size) {
    if (bytes.length != size) {
      throw new IllegalStateException(
          "a rank sent " + bytes.length + " bytes instead of " + size + ": ranks must do the same");
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
