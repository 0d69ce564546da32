package org.gan4j.gan;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.DataSet;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Checks;
import org.gan4j.recipe.UpdateOrder;

/**
 * Trains a {@link Gan} on a data set, iteration by iteration. It only trains: when to stop, score
 * and save is {@link Training}'s business.
 *
 * <p>Belongs to the thread of its device: see {@link org.gan4j.device.Device}.
 */
public final class Trainer implements AutoCloseable {
  private final Gan gan;
  private final DeviceImages images;
  private final RecordedStep step;
  private final UpdateNorm generatorUpdate;
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
    if (!data.shape().equals(gan.shape())) {
      throw new IllegalArgumentException(
          "the networks were made for examples of "
              + gan.shape()
              + ", but "
              + data.name()
              + " has "
              + data.shape());
    }
    gan.data().require(data);
    this.gan = gan;
    this.iterationsPerEpoch = Gan.iterationsPerEpoch(gan.recipe(), data);
    if (gan.state().read(0)[StateLayout.ITERATIONS_PER_EPOCH] != iterationsPerEpoch) {
      throw new IllegalArgumentException(
          "the checkpoint's epochs are not as long as this data's: the file is damaged");
    }
    gan.data(DataIdentity.of(data));
    this.images =
        new DeviceImages(
            gan.device(),
            data.train(),
            data.scaling(),
            Conditions.training(data, gan.recipe().condition()));
    try {
      this.step =
          new RecordedStep(
              gan.device(), gan.recipe().replicas(), arena -> step(gan, images, arena));
      try {
        this.generatorUpdate = new UpdateNorm(gan.device(), gan.generator());
      } catch (RuntimeException e) {
        step.close();
        throw e;
      }
    } catch (RuntimeException e) {
      images.close();
      throw e;
    }
  }

  /** One iteration; its buffers are reserved in the arena, which is to be frozen then. */
  static TrainingStep step(Gan gan, DeviceImages images, DeviceArena arena) {
    return gan.recipe().update() == UpdateOrder.ALTERNATING
        ? new AlternatingStep(gan, images, arena)
        : new SimultaneousStep(gan, images, arena);
  }

  /**
   * Queues iterations.
   *
   * @param iterations how many, ≥ 0
   * @throws IllegalArgumentException if it is negative
   */
  public void run(long iterations) {
    Checks.range("iterations", iterations, 0, Long.MAX_VALUE);
    step.run(iterations);
  }

  /**
   * Reads the measurements so far; waits for the device.
   *
   * @return one for each replica
   */
  public List<Totals> totals() {
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
    return generatorUpdate.read();
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
    generatorUpdate.close();
    step.close();
    images.close();
  }
}
