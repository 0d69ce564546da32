package org.gan4j.eval;

import org.gan4j.device.Device;

/** The features of the examples that samples are compared with. */
final class FeatureSpace {
  /** Training examples whose likelihood is taken, at most. */
  static final int MOST_TRAINING = 10_000;

  /** Validation examples that choose the width of a window, at most. */
  static final int MOST_VALIDATION = 1000;

  private final Device device;
  private final int imageWidth;
  private final FeatureMap features;
  private final Lazy<float[]> tests;
  private final Lazy<float[]> training;
  private final Lazy<float[]> validation;

  FeatureSpace(MeasureContext context, FeatureMap features) {
    this.device = context.device();
    this.imageWidth = context.width();
    this.features = features;
    this.tests = new Lazy<>(() -> of(context.testPoints()));
    this.training = new Lazy<>(() -> of(context.trainingExamples(MOST_TRAINING)));
    this.validation = new Lazy<>(() -> of(context.validationPoints(MOST_VALIDATION)));
  }

  Device device() {
    return device;
  }

  /** What they are, for people. */
  String name() {
    return features.name();
  }

  /** Values of a point. */
  int width() {
    return features.width();
  }

  /** Of images, checked: features may be a program's own. */
  float[] of(float[] points) {
    float[] values = features.of(points);
    int count = points.length / imageWidth;
    if (values.length != (long) count * width()) {
      throw new IllegalArgumentException(
          String.format(
              "features %s gave %d values for %d images, not %d for each",
              name(), values.length, count, width()));
    }
    Distances.requirePoints(values, width());
    return values;
  }

  /** [tests][width]. */
  float[] tests() {
    return tests.get();
  }

  /** [at most 10,000][width]: none of the tests. */
  float[] training() {
    return training.get();
  }

  /** [at most 1,000][width]. */
  float[] validation() {
    return validation.get();
  }
}
