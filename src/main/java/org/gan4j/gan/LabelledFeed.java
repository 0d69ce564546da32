package org.gan4j.gan;

import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.recipe.Labels;

/**
 * All training examples, and those that have a label, with the classes as targets: the same copy on
 * the device where all have one.
 */
final class LabelledFeed implements Feed {
  private final DeviceImages all;
  private final DeviceImages labelled;

  LabelledFeed(Device device, DataSet data, Labels labels) {
    Images some = LabelDraw.of(data, labels);
    this.labelled = new DeviceImages(device, some, data.scaling(), some.oneHotLabels());
    try {
      boolean same = some == data.train();
      this.all = same ? labelled : new DeviceImages(device, data.train(), data.scaling());
    } catch (RuntimeException e) {
      labelled.close();
      throw e;
    }
  }

  /** Labelled examples of a minibatch: as many as of the others, if there are so many. */
  static int rows(Labels labelsOrNull, int batch) {
    if (labelsOrNull == null) {
      return 0;
    }
    return labelsOrNull.count() == 0 ? batch : Math.min(batch, labelsOrNull.count());
  }

  @Override
  public void gather(DeviceBuffer out, int batch, int minibatch, DeviceBuffer state) {
    all.gather(out, batch, minibatch, state);
  }

  @Override
  public void gatherLabelled(
      DeviceBuffer out, DeviceBuffer targets, int rows, int minibatch, DeviceBuffer state) {
    labelled.gather(out, rows, minibatch, state);
    labelled.gatherConditions(targets, rows, minibatch, state);
  }

  @Override
  public void close() {
    labelled.close();
    if (all != labelled) {
      all.close();
    }
  }
}
