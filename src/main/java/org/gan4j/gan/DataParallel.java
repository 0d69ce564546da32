package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.gan4j.device.Communicator;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.Interconnect;
import org.gan4j.layers.Checks;
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

    /**
     * Whether this rank is to give up, because another one is lost or all of them are ended. Asked
     * several times a second, by any thread, while devices wait for each other without this.
     *
     * @return true if it is; never, unless said otherwise
     */
    default boolean isEnded() {
      return false;
    }
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

  /**
   * Meets the other ranks on a device: directly where all of them can, each on a processor of its
   * own; else by way of their hosts.
   */
  Communicator meet(Device device) {
    Optional<Interconnect> direct = device.interconnect();
    byte[] own = direct.map(Interconnect::processor).orElse("").getBytes(StandardCharsets.UTF_8);
    Set<String> processors = new HashSet<>();
    for (byte[] each : gather(own)) {
      processors.add(new String(each, StandardCharsets.UTF_8));
    }
    if (processors.contains("") || processors.size() < ranks) {
      return new HostCommunicator(this);
    }
    Interconnect interconnect = direct.orElseThrow();
    byte[] invitation = ofFirst(interconnect::invitation);
    return interconnect.join(invitation, rank, ranks, allGather::isEnded);
  }

  /** The mean over the ranks of each value. */
  double[] mean(double[] values) {
    if (!isSplit()) {
      return values;
    }
    ByteBuffer own =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    own.asDoubleBuffer().put(values);
    double[] means = new double[values.length];
    for (ByteBuffer each : gatherAlike(own)) {
      DoubleBuffer doubles = each.asDoubleBuffer();
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

  /** What each rank has, of which all have as many bytes. */
  List<ByteBuffer> gatherAlike(ByteBuffer own) {
    List<ByteBuffer> all = new ArrayList<>();
    for (byte[] each : gather(own.array())) {
      if (each.length != own.capacity()) {
        throw new IllegalStateException(
            String.format(
                "a rank sent %d bytes instead of %d: ranks must do the same",
                each.length, own.capacity()));
      }
      all.add(ByteBuffer.wrap(each).order(own.order()));
    }
    return all;
  }
}
