package org.gan4j.data;

import java.util.Optional;

/**
 * How bytes become the numbers that a network sees: value = (byte − shift) · scale, with a shift
 * and a scale for each image. The device keeps the bytes and these two numbers an image, and scales
 * while it gathers a minibatch.
 */
public sealed interface Scaling {
  /** Bytes / 255: values from 0 to 1. */
  Scaling UNIT = new Unit();

  /**
   * The two numbers of one image.
   *
   * @param shift what is subtracted from each byte
   * @param scale what the difference is multiplied with
   */
  record Factors(float shift, float scale) {}

  /**
   * The shift and the scale of one image.
   *
   * @param images the set
   * @param index the image, 0 to count − 1
   * @return its factors
   */
  Factors factors(Images images, int index);

  /**
   * What this does, in a few words that no other scaling has.
   *
   * @return such as "byte / 255"
   */
  String description();

  /**
   * The scaling of a description.
   *
   * @param description as {@link #description} gives it
   * @return empty if no scaling has it
   */
  static Optional<Scaling> of(String description) {
    if (description.equals(UNIT.description())) {
      return Optional.of(UNIT);
    }
    if (!description.startsWith(Contrast.WORDS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Contrast(Double.parseDouble(description.substring(Contrast.WORDS.length()))));
    } catch (IllegalArgumentException e) { // no number, or none that is a norm
      return Optional.empty();
    }
  }

  /**
   * The scaled values of one image.
   *
   * @param images the set
   * @param index the image, 0 to count − 1
   * @return [size]
   */
  default float[] values(Images images, int index) {
    Factors factors = factors(images, index);
    float[] values = new float[images.shape().size()];
    for (int p = 0; p < values.length; p++) {
      values[p] = (images.pixel(index, p) - factors.shift()) * factors.scale();
    }
    return values;
  }

  /**
   * The scaled values of all images of a set.
   *
   * @param images the set
   * @return [count][size]
   */
  default float[] values(Images images) {
    int size = images.shape().size();
    float[] values = new float[Math.multiplyExact(images.count(), size)];
    for (int i = 0; i < images.count(); i++) {
      System.arraycopy(values(images, i), 0, values, i * size, size);
    }
    return values;
  }

  /** Bytes / 255: values from 0 to 1. */
  record Unit() implements Scaling {
    private static final Factors FACTORS = new Factors(0f, 1f / 255f);

    @Override
    public Factors factors(Images images, int index) {
      return FACTORS;
    }

    @Override
    public String description() {
      return "byte / 255";
    }
  }

  /**
   * Global contrast normalisation: from each image its mean is subtracted, and what is left is
   * divided by its Euclidean norm and multiplied with {@code norm}. An image of one shade becomes
   * all zero.
   *
   * @param norm the Euclidean norm of every scaled image, above 0; 55 for the paper's CIFAR-10
   */
  record Contrast(double norm) implements Scaling {
    private static final String WORDS = "contrast of norm ";

    public Contrast {
      if (!(norm > 0) || norm == Double.POSITIVE_INFINITY) {
        throw new IllegalArgumentException("a norm is finite and above 0, not " + norm);
      }
    }

    @Override
    public String description() {
      return WORDS + norm;
    }

    @Override
    public Factors factors(Images images, int index) {
      int size = images.shape().size();
      long sum = 0;
      for (int p = 0; p < size; p++) {
        sum += images.pixel(index, p);
      }
      // Exact for an image of one shade, whose squares are then exactly zero.
      double mean = (double) sum / size;
      double squares = 0;
      for (int p = 0; p < size; p++) {
        double difference = images.pixel(index, p) - mean;
        squares += difference * difference;
      }
      double scale = squares == 0 ? 1 : norm / Math.sqrt(squares);
      return new Factors((float) mean, (float) scale);
    }
  }
}
