package org.gan4j.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Objects;
import org.gan4j.io.Sha256;

/**
 * An immutable set of images of one shape, one unsigned byte a value, with or without labels. Image
 * {@code i}'s pixels lie together, in the order that {@link ImageShape} states.
 *
 * <p>What a conditional network is told of an image is its condition: a vector that was given for
 * it, else its label as a one-hot vector.
 */
public final class Images {
  private static final int MAX_CLASSES = 256;
  private static final int DIGEST_DIGITS = 16;

  private final ImageShape shape;
  private final byte[] pixels;
  private final byte[] labels;
  private final int classes;
  // [count][width] of these images alone; null if none were given
  private final FloatBuffer conditions;
  // A range shares the arrays: image i is number first + i there.
  private final int first;
  private final int count;
  // The same whoever finds it out first.
  private String digest;

  private Images(
      ImageShape shape,
      byte[] pixels,
      byte[] labels,
      int classes,
      FloatBuffer conditions,
      int first,
      int count) {
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.classes = classes;
    this.conditions = conditions;
    this.first = first;
    this.count = count;
  }

  /**
   * Images without labels.
   *
   * @param shape the shape of each
   * @param pixels [count, size] unsigned bytes; copied
   * @return the images
   * @throws IllegalArgumentException if there is no image or the last one is not whole
   */
  public static Images of(ImageShape shape, byte[] pixels) {
    return wrap(shape, pixels.clone());
  }

  /**
   * Images without labels, from a buffer of any kind.
   *
   * @param shape the shape of each
   * @param pixels [count, size] unsigned bytes, from its position to its limit; copied, its
   *     position stays
   * @return the images
   * @throws IllegalArgumentException if there is no image or the last one is not whole
   */
  public static Images of(ImageShape shape, ByteBuffer pixels) {
    byte[] copy = new byte[pixels.remaining()];
    pixels.duplicate().get(copy);
    return wrap(shape, copy);
  }

  /**
   * Images with labels.
   *
   * @param shape the shape of each
   * @param pixels [count, size] unsigned bytes; copied
   * @param labels [count] unsigned bytes, each below {@code classes}; copied
   * @param classes the number of classes, 1 to 256
   * @return the images
   * @throws IllegalArgumentException if the arrays don't fit the shape or each other, or a label is
   *     out of range
   */
  public static Images of(ImageShape shape, byte[] pixels, byte[] labels, int classes) {
    return wrap(shape, pixels.clone(), labels.clone(), classes);
  }

  /**
   * One picture, its pixels as they are.
   *
   * @param shape of the image; with one channel colours become grey
   * @param file PNG, JPEG, GIF, BMP, TIFF or WebP
   * @return one image
   * @throws DataException if the file is no picture of exactly that width and height
   */
  public static Images ofPicture(ImageShape shape, Path file) {
    return wrap(shape, PictureFile.readExactly(file, shape));
  }

  /** {@link #of(ImageShape, byte[])} without the copy. */
  static Images wrap(ImageShape shape, byte[] pixels) {
    return new Images(shape, pixels, null, 0, null, 0, count(shape, pixels));
  }

  /** {@link #of(ImageShape, byte[], byte[], int)} without the copies. */
  static Images wrap(ImageShape shape, byte[] pixels, byte[] labels, int classes) {
    int count = count(shape, pixels);
    if (labels.length != count) {
      throw new IllegalArgumentException(count + " images have " + labels.length + " labels");
    }
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "images have 1 to " + MAX_CLASSES + " classes, not " + classes);
    }
    for (int i = 0; i < count; i++) {
      int label = Byte.toUnsignedInt(labels[i]);
      if (label >= classes) {
        throw new IllegalArgumentException(
            "label " + label + " of image " + i + " is not below the " + classes + " classes");
      }
    }
    return new Images(shape, pixels, labels, classes, null, 0, count);
  }

  private static int count(ImageShape shape, byte[] pixels) {
    if (pixels.length == 0 || pixels.length % shape.size() != 0) {
      throw new IllegalArgumentException(
          pixels.length + " values are not a whole number of " + shape + " images, at least one");
    }
    return pixels.length / shape.size();
  }

  /**
   * The number of images.
   *
   * @return at least 1
   */
  public int count() {
    return count;
  }

  /**
   * The shape of each image.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return shape;
  }

  /**
   * Whether the images have labels.
   *
   * @return true if {@link #label} may be called
   */
  public boolean labelled() {
    return labels != null;
  }

  /**
   * The number of classes.
   *
   * @return 1 to 256, or 0 without labels
   */
  public int classes() {
    return classes;
  }

  /**
   * The label of one image.
   *
   * @param index 0 to count − 1
   * @return 0 to classes − 1
   * @throws IllegalStateException without labels
   */
  public int label(int index) {
    Objects.checkIndex(index, count);
    return Byte.toUnsignedInt(requireLabels()[first + index]);
  }

  /**
   * One value of one image.
   *
   * @param index the image, 0 to count − 1
   * @param position the place in the image, 0 to size − 1
   * @return 0 to 255
   */
  public int pixel(int index, int position) {
    Objects.checkIndex(index, count);
    Objects.checkIndex(position, shape.size());
    return Byte.toUnsignedInt(pixels[(first + index) * shape.size() + position]);
  }

  /**
   * The values of one image.
   *
   * @param index the image, 0 to count − 1
   * @return [size] unsigned bytes, a copy
   */
  public byte[] pixels(int index) {
    byte[] copy = new byte[shape.size()];
    range(index, index + 1).pixels().get(copy);
    return copy;
  }

  /**
   * All values, for the way to a device.
   *
   * @return [count, size] unsigned bytes: a read-only view, position 0, no copy
   */
  public ByteBuffer pixels() {
    int size = shape.size();
    return ByteBuffer.wrap(pixels, first * size, count * size).slice().asReadOnlyBuffer();
  }

  /**
   * All labels, for the way to a device.
   *
   * @return [count] unsigned bytes: a read-only view, position 0, no copy
   * @throws IllegalStateException without labels
   */
  public ByteBuffer labels() {
    return ByteBuffer.wrap(requireLabels(), first, count).slice().asReadOnlyBuffer();
  }

  /**
   * What tells these pixels, labels and conditions in this order from others: 64 bits of a SHA-256.
   */
  String digest() {
    if (digest == null) {
      MessageDigest sha256 = Sha256.digest();
      sha256.update(pixels());
      if (labels != null) {
        sha256.update(labels());
      }
      if (conditions != null) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(conditions.capacity(), 4));
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(conditions.duplicate());
        sha256.update(bytes);
      }
      digest = Sha256.hex(sha256).substring(0, DIGEST_DIGITS);
    }
    return digest;
  }

  /**
   * These images with a vector of numbers for each, which is its condition from then on; labels
   * stay.
   *
   * @param values [count][width], finite, for any width ≥ 1; copied
   * @return the same images, not copied
   * @throws IllegalArgumentException if they are not as many for each image, or not finite
   */
  public Images withConditions(float[] values) {
    if (values.length == 0 || values.length % count != 0) {
      throw new IllegalArgumentException(
          values.length + " values are not as many for each of " + count + " images, at least one");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the condition of image "
                + i / (values.length / count)
                + " is not finite: "
                + values[i]);
      }
    }
    FloatBuffer copy = FloatBuffer.wrap(values.clone());
    return new Images(shape, pixels, labels, classes, copy, first, count);
  }

  /**
   * Values of an image's condition.
   *
   * @return ≥ 1: of the vectors that were given, else the number of classes; 0 without labels
   */
  public int conditionWidth() {
    return conditions == null ? classes : conditions.capacity() / count;
  }

  /**
   * The condition of every image.
   *
   * @return [count][{@link #conditionWidth}], a copy: the vectors that were given, else {@link
   *     #oneHotLabels}
   * @throws IllegalStateException without either
   */
  public float[] conditions() {
    if (conditions == null) {
      return oneHotLabels();
    }
    float[] values = new float[conditions.capacity()];
    conditions.get(0, values);
    return values;
  }

  /**
   * The labels as vectors.
   *
   * @return [count][classes]: 1 at an image's label, 0 elsewhere
   * @throws IllegalStateException without labels
   */
  public float[] oneHotLabels() {
    requireLabels();
    float[] values = new float[Math.multiplyExact(count, classes)];
    for (int i = 0; i < count; i++) {
      values[i * classes + label(i)] = 1;
    }
    return values;
  }

  /**
   * How many images each class has.
   *
   * @return [classes]
   * @throws IllegalStateException without labels
   */
  public int[] classCounts() {
    requireLabels();
    int[] counts = new int[classes];
    for (int i = 0; i < count; i++) {
      counts[label(i)]++;
    }
    return counts;
  }

  /**
   * Some of these images that follow each other: a view, no copy.
   *
   * @param from the first, 0 to count − 1
   * @param to one more than the last, up to count
   * @return images {@code from} to {@code to} − 1, at least one
   * @throws IllegalArgumentException if there is no such range
   */
  public Images range(int from, int to) {
    if (from < 0 || from >= to || to > count) {
      throw new IllegalArgumentException(
          "no images " + from + " to " + to + " (exclusive) in a set of " + count);
    }
    int width = conditionWidth();
    FloatBuffer some =
        conditions == null ? null : conditions.slice(from * width, (to - from) * width);
    return new Images(shape, pixels, labels, classes, some, first + from, to - from);
  }

  /** The same images in at least as many classes; no copy. Without labels the same. */
  Images inClasses(int more) {
    return labels == null
        ? this
        : new Images(shape, pixels, labels, more, conditions, first, count);
  }

  /**
   * Any of these images, in any order, repeated or not: a copy.
   *
   * @param indices which, each 0 to count − 1; at least one
   * @return image {@code indices[i]} of this set at {@code i}
   */
  public Images select(int... indices) {
    int size = shape.size();
    byte[] chosen = new byte[Math.multiplyExact(indices.length, size)];
    byte[] chosenLabels = labelled() ? new byte[indices.length] : null;
    for (int i = 0; i < indices.length; i++) {
      int source = first + Objects.checkIndex(indices[i], count);
      System.arraycopy(pixels, source * size, chosen, i * size, size);
      if (chosenLabels != null) {
        chosenLabels[i] = labels[source];
      }
    }
    return new Images(
        shape, chosen, chosenLabels, classes, conditions(indices), 0, count(shape, chosen));
  }

  private FloatBuffer conditions(int[] indices) {
    if (conditions == null) {
      return null;
    }
    int width = conditionWidth();
    float[] chosen = new float[Math.multiplyExact(indices.length, width)];
    for (int i = 0; i < indices.length; i++) {
      conditions.get(indices[i] * width, chosen, i * width, width);
    }
    return FloatBuffer.wrap(chosen);
  }

  /**
   * The mean image. A generator with a logistic output layer starts from it: the layer's bias is
   * logit(clip(mean, 1e-7, 1 − 1e-7)).
   *
   * @return [size] mean over the set of each pixel / 255, from 0 to 1
   */
  public double[] meanImage() {
    int size = shape.size();
    long[] sums = new long[size];
    for (int i = 0; i < count; i++) {
      int start = (first + i) * size;
      for (int p = 0; p < size; p++) {
        sums[p] += pixels[start + p] & 0xff;
      }
    }
    double[] mean = new double[size];
    for (int p = 0; p < size; p++) {
      mean[p] = sums[p] / (255.0 * count);
    }
    return mean;
  }

  private byte[] requireLabels() {
    if (labels == null) {
      throw new IllegalStateException("these images have no labels; ask labelled() first");
    }
    return labels;
  }
}
