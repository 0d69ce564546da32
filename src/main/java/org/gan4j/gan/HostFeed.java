package org.gan4j.gan;

import org.gan4j.data.Examples;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Philox;
import org.gan4j.device.StateLayout;

/**
 * Examples that stay on the host: before each iteration its rows are read and copied, in the order
 * in which a device would gather them, so that the step itself is a recorded one as any other.
 */
final class HostFeed implements Feed {
  private final Gan gan;
  private final Examples examples;
  private final long iterationsPerEpoch;
  private final int minibatches;
  private final int rows;
  private final int width;
  private final float[] values;
  private DeviceBuffer staged;
  private final long[] seeds;
  private long step;

  HostFeed(Gan gan, Examples examples, long iterationsPerEpoch) {
    this.gan = gan;
    this.examples = examples;
    this.iterationsPerEpoch = iterationsPerEpoch;
    this.minibatches = gan.recipe().k();
    this.rows = gan.rows();
    this.width = gan.shape().size();
    this.values = new float[Math.multiplyExact(Math.multiplyExact(minibatches, rows), width)];
    this.seeds = new long[gan.recipe().replicas()];
    refresh();
  }

  @Override
  public void refresh() {
    step = gan.state().read(0)[StateLayout.STEP];
    for (int r = 0; r < seeds.length; r++) {
      seeds[r] = gan.state().read(r)[StateLayout.SEED];
    }
  }

  @Override
  public void reserve(DeviceArena arena) {
    staged = arena.floats(values.length);
  }

  @Override
  public boolean isStepwise() {
    return true;
  }

  @Override
  public void next() {
    long epoch = step / iterationsPerEpoch;
    for (int r = 0; r < seeds.length; r++) {
      for (int i = 0; i < minibatches * rows; i++) {
        int index = Philox.shuffled(position(i), examples.count(), seeds[r], epoch);
        examples.read(index, values, i * width);
        requireFinite(index, i * width);
      }
      Buffers.write(staged, r, values);
    }
    step++;
  }

  /** Of a row that is staged, in the epoch's order; other ranks have other rows of a minibatch. */
  private int position(int row) {
    long minibatch = step % iterationsPerEpoch * minibatches + row / rows;
    DataParallel parallel = gan.parallel();
    long inMinibatch = (long) parallel.rank() * rows + row % rows;
    return (int) ((minibatch * rows * parallel.ranks() + inMinibatch) % examples.count());
  }

  private void requireFinite(int index, int at) {
    for (int p = at; p < at + width; p++) {
      if (!Float.isFinite(values[p])) {
        throw new IllegalArgumentException(
            "example "
                + index
                + " has the value "
                + values[p]
                + " at "
                + (p - at)
                + ": examples are finite numbers");
      }
    }
  }

  @Override
  public void gather(DeviceBuffer out, int batch, int minibatch, DeviceBuffer state) {
    DeviceBuffer from = staged.view((long) minibatch * batch * width, (long) batch * width);
    gan.device().kernels().copyColumns(out, 0, width, from, 0, width, batch, width);
  }

  /** What is staged belongs to the step's arena. */
  @Override
  public void close() {}
}
