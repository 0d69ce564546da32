package org.gan4j.eval;

import java.util.Random;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the measures must do on every device; a device's test extends the subclasses. */
abstract class EvalContract {
  Device device;
  private DeviceArena arena;

  /** A new device under test. */
  protected abstract Device open();

  @BeforeEach
  final void openDevice() {
    device = open();
  }

  @AfterEach
  final void closeDevice() {
    if (arena != null) {
      arena.close();
    }
    device.close();
  }

  /** [R][count·width] on the device, until the next call. */
  final DeviceBuffer samples(float[]... replicas) {
    if (arena != null) {
      arena.close();
    }
    arena = device.arena(replicas.length);
    DeviceBuffer buffer = arena.floats(replicas[0].length);
    arena.freeze();
    for (int r = 0; r < replicas.length; r++) {
      Buffers.write(buffer, r, replicas[r]);
    }
    return buffer;
  }

  static ImageShape shape(int width) {
    return width % 28 == 0 ? new ImageShape(1, 28, width / 28) : new ImageShape(1, 1, width);
  }

  static Images images(Random random, int count, int width) {
    byte[] pixels = new byte[count * width];
    random.nextBytes(pixels);
    return Images.of(shape(width), pixels);
  }

  /** Values as bytes/255 have them, but any float between. */
  static float[] uniform(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  /** [count·width], as bytes/255. */
  static float[] values(Images images) {
    int width = images.shape().size();
    float[] values = new float[images.count() * width];
    for (int i = 0; i < images.count(); i++) {
      System.arraycopy(Scaling.UNIT.values(images, i), 0, values, i * width, width);
    }
    return values;
  }

  static double squaredDistance(float[] a, int i, float[] b, int j, int width) {
    double sum = 0;
    for (int p = 0; p < width; p++) {
      double difference = (double) a[i * width + p] - b[j * width + p];
      sum += difference * difference;
    }
    return sum;
  }

  /** Naive, in double precision: [sigmas][examples]. */
  static double[][] reference(Images examples, float[] samples, double... sigmas) {
    int width = examples.shape().size();
    int count = samples.length / width;
    float[] values = values(examples);
    double[][] result = new double[sigmas.length][examples.count()];
    double[] distances = new double[count];
    for (int i = 0; i < examples.count(); i++) {
      double least = Double.POSITIVE_INFINITY;
      for (int j = 0; j < count; j++) {
        distances[j] = squaredDistance(values, i, samples, j, width);
        least = Math.min(least, distances[j]);
      }
      for (int k = 0; k < sigmas.length; k++) {
        double precision = 1 / (2 * sigmas[k] * sigmas[k]);
        double sum = 0;
        for (double distance : distances) {
          sum += Math.exp(-precision * (distance - least));
        }
        result[k][i] =
            Math.log(sum / count)
                - precision * least
                - width * Math.log(sigmas[k] * Math.sqrt(2 * Math.PI));
      }
    }
    return result;
  }
}
