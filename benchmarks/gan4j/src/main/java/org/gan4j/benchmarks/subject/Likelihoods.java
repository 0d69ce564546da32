package org.gan4j.benchmarks.subject;

import java.util.Arrays;
import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.ParzenWindow;
import org.gan4j.gan.DeviceImages;

/** A Parzen window's log-likelihoods. */
final class Likelihoods implements Work {
  private final Device device;
  private final DeviceArena arena;
  private final DeviceBuffer samples;
  private final DeviceImages validation;
  private final DeviceImages test;
  private double[][] ofValidation;
  private double[][] ofTest;

  /**
   * Prepares a window.
   *
   * @param device closed by this
   */
  Likelihoods(Parzen parzen, Device device) {
    this.device = device;
    arena = device.arena(1);
    validation = images(1, Parzen.VALIDATION);
    test = images(2, Parzen.TEST);
    samples = arena.floats((long) parzen.samples() * Parzen.WIDTH);
    arena.freeze();
    Buffers.write(samples, 0, parzen.window());
  }

  private DeviceImages images(long seed, int count) {
    Images images = Images.of(RecipeOf.GREY, Parzen.images(seed, count));
    return new DeviceImages(device, images, Scaling.UNIT);
  }

  @Override
  public void run() {
    try (ParzenWindow window = new ParzenWindow(device, samples, Parzen.WIDTH)) {
      ofValidation = window.logLikelihoods(validation, Parzen.grid())[0];
      ofTest = window.logLikelihoods(test, Parzen.SIGMA)[0];
    }
  }

  @Override
  public Tensors outputs() {
    return new Tensors().put("validation", means(ofValidation)).put("test", means(ofTest));
  }

  private static float[] means(double[][] likelihoods) {
    float[] means = new float[likelihoods.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = (float) Arrays.stream(likelihoods[k]).average().orElseThrow();
    }
    return means;
  }

  @Override
  public void close() {
    validation.close();
    test.close();
    arena.close();
    device.close();
  }
}
