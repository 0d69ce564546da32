package org.gan4j.gan;

import java.nio.ByteBuffer;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;

/** A set of images on a device: as bytes, with the shift and scale of each. */
public final class DeviceImages implements AutoCloseable {
  private static final int UPLOAD_BYTES = 1 << 24;

  private final DeviceArena arena;
  private final DeviceBuffer pixels;
  private final DeviceBuffer scaling;
  private final int count;
  private final int width;

  /**
   * Copies the images.
   *
   * @param device where to
   * @param images at least one
   * @param rule how bytes become values
   */
  public DeviceImages(Device device, Images images, Scaling rule) {
    this.count = images.count();
    this.width = images.shape().size();
    this.arena = device.arena(1);
    this.pixels = arena.reserve(DataType.BYTE, (long) count * width);
    this.scaling = arena.floats(2L * count);
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

  @Override
  public void close() {
    arena.close();
  }
}
