package org.gan4j.gan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Checks;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;

/**
 * Trains a {@link Gan} on a data set, iteration by iteration. It only trains: when to stop, score
 * and save is {@link Training}'s business.
 *
 * <p>Belongs to the thread of its device: see {@link org.gan4j.device.Device}.
 */
public final class Trainer implements AutoCloseable {
  private final Gan gan;
  private final Communicator communicator;
  private final Feed feed;
  private final RecordedStep step;
  private final GanNorms norms;
  private final long iterationsPerEpoch;

  /**
   * Copies the training set to the device, allocates activations and records the step.
   *
   * @param gan initialised, or read from a checkpoint; not closed by this
   * @param data the data set of the recipe
   * @throws IllegalArgumentException if the data's shape does not fit, or they are not those that
   *     the networks were initialised with
   * @throws IllegalStateException if the networks have no values yet
   */
  public Trainer(Gan gan, DataSet data) {
    this(gan, data, DataParallel.ALONE);
  }

  /**
   * The same, as one of several ranks, all of which have the same networks and data.
   *
   * @param gan initialised, or read from a checkpoint; not closed by this
   * @param data the data set of the recipe
   * @param parallel which rank
   * @throws IllegalArgumentException if the data's shape does not fit, they are not those that the
   *     networks were initialised with, or several ranks can't train the recipe
   * @throws IllegalStateException if the networks have no values yet
   */
  public Trainer(Gan gan, DataSet data, DataParallel parallel) {
    this(
        gan,
        parallel,
        data.name(),
        data.shape(),
        known -> known.require(data),
        data.train().count(),
        perEpoch -> feed(gan, data));
    gan.data(DataIdentity.of(data));
  }

  /**
   * Trains on examples that stay where they are: before each iteration its rows are read and copied
   * to the device, so that every single one is waited for.
   *
   * @param gan initialised with these examples, or read from a checkpoint of such; not closed by
   *     this
   * @param examples to learn from
   * @throws IllegalArgumentException if their shape or number does not fit
   * @throws IllegalStateException if the networks have no values yet
   */
  public Trainer(Gan gan, Examples examples) {
    this(gan, examples, DataParallel.ALONE);
  }

  /**
   * The same, as one of several ranks, all of which have the same networks and examples.
   *
   * @param gan initialised with these examples, or read from a checkpoint of such; not closed by
   *     this
   * @param examples to learn from
   * @param parallel which rank
   * @throws IllegalArgumentException if their shape or number does not fit, or several ranks can't
   *     train the recipe
   * @throws IllegalStateException if the networks have no values yet
   */
  public Trainer(Gan gan, Examples examples, DataParallel parallel) {
    this(
        gan,
        parallel,
        "the data",
        examples.shape(),
        known -> requireSame(known, Gan.identity(examples)),
        examples.count(),
        perEpoch -> new HostFeed(gan, examples, perEpoch));
  }

  private static Feed feed(Gan gan, DataSet data) {
    Recipe recipe = gan.recipe();
    return recipe.labels() != null
        ? new LabelledFeed(gan.device(), data, recipe.labels())
        : new DeviceImages(
            gan.device(),
            data.train(),
            data.scaling(),
            Conditions.training(data, recipe.condition()));
  }

  private static void requireSame(DataIdentity known, DataIdentity here) {
    if (!known.training().equals(here.training())) {
      throw new IllegalArgumentException(
          "these are not the data that the run began with: it has "
              + known.training()
              + ", and here are "
              + here.training()
              + "; give the run's own");
    }
  }

  private Trainer(
      Gan gan,
      DataParallel parallel,
      String name,
      ImageShape shape,
      Consumer<DataIdentity> identity,
      int count,
      LongFunction<Feed> feeds) {
    if (!shape.equals(gan.shape())) {
      throw new IllegalArgumentException(
          "the networks were made for examples of "
              + gan.shape()
              + ", but "
              + name
              + " has "
              + shape);
    }
    identity.accept(gan.data());
    this.gan = gan;
    this.iterationsPerEpoch = Gan.iterationsPerEpoch(gan.recipe(), count);
    if (gan.state().read(0)[StateLayout.ITERATIONS_PER_EPOCH] != iterationsPerEpoch) {
      throw new IllegalArgumentException(
          "the checkpoint's epochs are not as long as this data's: the file is damaged");
    }
    this.communicator = gan.split(parallel);
    Deque<Runnable> open = new ArrayDeque<>();
    open.push(communicator::close);
    try {
      this.feed = feeds.apply(iterationsPerEpoch);
      open.push(feed::close);
      this.step =
          new RecordedStep(
              gan.device(),
              gan.recipe().replicas(),
              arena -> step(gan, feed, arena),
              gan.device().usesHostMemory() || !parallel.isSplit());
      open.push(step::close);
      this.norms = new GanNorms(gan);
    } catch (RuntimeException e) {
      open.forEach(Runnable::run);
      throw e;
    }
  }

  /** One iteration; its buffers are reserved in the arena, which is to be frozen then. */
  static TrainingStep step(Gan gan, Feed feed, DeviceArena arena) {
    return gan.recipe().update() == UpdateOrder.ALTERNATING
        ? new AlternatingStep(gan, feed, arena)
        : new SimultaneousStep(gan, feed, arena);
  }

  /**
   * Queues iterations.
   *
   * @param iterations how many, ≥ 0
   * @throws IllegalArgumentException if it is negative
   */
  public void run(long iterations) {
    Checks.range("iterations", iterations, 0, Long.MAX_VALUE);
    if (!feed.isStepwise()) {
      step.run(iterations);
      return;
    }
    // The networks may have been restored since, or a step have failed.
    feed.refresh();
    for (long i = 0; i < iterations; i++) {
      feed.next();
      step.run(1);
    }
  }

  /**
   * Reads the measurements so far, of all ranks; waits for the device, and for the other ranks.
   *
   * @return one for each replica
   */
  public List<Totals> totals() {
    gan.state().average();
    List<Totals> totals = new ArrayList<>();
    for (int r = 0; r < gan.recipe().replicas(); r++) {
      totals.add(gan.state().totals(r));
    }
    return totals;
  }

  /**
   * Measures the last update of the generators; waits for the device.
   *
   * @return the Euclidean norm of what it added to each replica's weights; 0 before the first
   */
  public List<Double> generatorUpdates() {
    return norms.generatorUpdates();
  }

  /** After a replica has gone back. */
  void refresh() {
    feed.refresh();
  }

  /** Looks for a weight that is NaN or infinite; waits for the device. */
  Optional<GanNorms.NotFinite> notFinite() {
    return norms.notFinite();
  }

  /**
   * The length of an epoch.
   *
   * @return iterations, ≥ 1
   */
  public long iterationsPerEpoch() {
    return iterationsPerEpoch;
  }

  @Override
  public void close() {
    norms.close();
    step.close();
    feed.close();
    communicator.close();
  }
}
