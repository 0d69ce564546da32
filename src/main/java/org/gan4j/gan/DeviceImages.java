package org.gan4j.gan;

import java.nio.ByteBuffer;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/**
 * A set of images on a device: as bytes, with the shift and scale of each, and their conditions
 * where somebody needs them.
 */
public final class DeviceImages implements Feed {
  private static final int UPLOAD_BYTES = 1 << 24;

  private final DeviceArena arena;
  private final DeviceBuffer pixels;
  private final DeviceBuffer scaling;
  private final DeviceBuffer conditions;
  private final Kernels kernels;
  private final int count;
  private final int width;
  private final int conditionWidth;

  /**
   * Copies images alone.
   *
   * @param device where to
   * @param images at least one
   * @param rule how bytes become values
   */
  public DeviceImages(Device device, Images images, Scaling rule) {
    this(device, images, rule, null);
  }

  /**
   * Copies images and a vector for each, which a step can gather with them.
   *
   * @param device where to
   * @param images at least one
   * @param rule how bytes become values
   * @param conditionsOrNull [count][any width ≥ 1], such as {@link Images#conditions} or {@link
   *     Images#oneHotLabels}; null for none
   * @throws IllegalArgumentException if they are not as many for each image
   */
  public DeviceImages(Device device, Images images, Scaling rule, float[] conditionsOrNull) {
    this.kernels = device.kernels();
    this.count = images.count();
    this.width = images.shape().size();
    this.conditionWidth = conditionsOrNull == null ? 0 : conditionsOrNull.length / count;
    if (conditionsOrNull != null
        && (conditionWidth == 0 || conditionWidth * count != conditionsOrNull.length)) {
      throw new IllegalArgumentException(
          conditionsOrNull.length + " values are not as many for each of " + count + " images");
    }
    this.arena = device.arena(1);
    this.pixels = arena.reserve(DataType.BYTE, (long) count * width);
    this.scaling = arena.floats(2L * count);
    this.conditions = conditionsOrNull == null ? null : arena.floats(conditionsOrNull.length);
    float[] factors = new float[2 * count];
    for (int i = 0; i < count; i++) {
      Scaling.Factors f = rule.factors(images, i);
      factors[2 * i] = f.shift();
      factors[2 * i + 1] = f.scale();
    }
    arena.freeze();
    try {
      upload(images.pixels());
      Buffers.write(scaling, 0, factors);
      if (conditions != null) {
        Buffers.write(conditions, 0, conditionsOrNull);
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      arena.close();
      throw e;
    }
  }

  private void upload(ByteBuffer bytes) {
    for (long at = 0; bytes.hasRemaining(); ) {
      int part = Math.min(UPLOAD_BYTES, bytes.remaining());
      pixels.write(0, at, bytes.slice(bytes.position(), part));
      bytes.position(bytes.position() + part);
      at += part;
    }
  }

  /**
   * The bytes.
   *
   * @return BYTE [count][width], one replica
   */
  public DeviceBuffer pixels() {
    return pixels;
  }

  /**
   * How bytes become values.
   *
   * @return [count][2], one replica: shift and scale
   */
  public DeviceBuffer scaling() {
    return scaling;
  }

  /**
   * How many there are.
   *
   * @return ≥ 1
   */
  public int count() {
    return count;
  }

  /**
   * Values of one image.
   *
   * @return ≥ 1
   */
  public int width() {
    return width;
  }

  /**
   * Values of an image's condition.
   *
   * @return 0 if the images were copied alone
   */
  public int conditionWidth() {
    return conditionWidth;
  }

  /**
   * A shuffled minibatch of the images, as {@link Kernels#gather} has it. Part of a step.
   *
   * @param out [rows][width]; modified
   * @param rows examples
   * @param minibatch which of the iteration's minibatches, from 0
   * @param state training state; not modified
   */
  @Override
  public void gather(DeviceBuffer out, int rows, int minibatch, DeviceBuffer state) {
    kernels.gather(out, pixels, scaling, rows, width, minibatch, state);
  }

  /**
   * The conditions of the images that {@link #gather} fetches with the same arguments. Part of a
   * step.
   *
   * @param out [rows][{@link #conditionWidth}]; modified
   * @param rows examples
   * @param minibatch which of the iteration's minibatches, from 0
   * @param state training state; not modified
   * @throws IllegalStateException if the conditions were not copied
   */
  @Override
  public void gatherConditions(DeviceBuffer out, int rows, int minibatch, DeviceBuffer state) {
    if (conditions == null) {
      throw new IllegalStateException("these images were copied to the device without conditions");
    }
    kernels.gatherRows(out, conditions, rows, conditionWidth, minibatch, state);
  }

  @Override
  public void close() {
    arena.close();
  }
}
