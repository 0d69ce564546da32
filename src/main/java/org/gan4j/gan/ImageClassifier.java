package org.gan4j.gan;

import java.nio.file.Path;
import java.util.List;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.device.Device;

/**
 * Tells which class an image is of: a linear layer and softmax on {@link HiddenLayers}, for use as
 * a {@link Discriminator} is, by any number of threads at once.
 */
public final class ImageClassifier implements AutoCloseable {
  private final SavedClassifier saved;
  private final SharedNetwork shared;

  /**
   * Writes a classifier, atomically; the file needs no other.
   *
   * @param file where to; its folder exists
   * @param hidden the layers below
   * @param weights [values that leave them][classes] of the linear layer; not modified
   * @param biases [classes], of 2 to 256; not modified
   * @throws IllegalArgumentException if there are not as many weights
   * @throws FormatException if a weight is no finite number, or the file can't be written; an older
   *     one there is untouched
   */
  public static void save(Path file, HiddenLayers hidden, float[] weights, float[] biases) {
    SavedClassifier.write(file, hidden, weights, biases);
  }

  /**
   * Writes the classifier that a discriminator has become, where the recipe has labels, atomically:
   * softmax of its logits.
   *
   * @param file where to; its folder exists
   * @param gan of this thread; not changed, and free to go on training
   * @param replica which of its discriminators, from 0
   * @throws IllegalArgumentException if there is no such replica, the recipe has no labels, or the
   *     discriminator no hidden layer or a last one that is not dense
   * @throws IllegalStateException if the networks have no values yet
   * @throws FormatException if a weight is no finite number, or the file can't be written; an older
   *     one there is untouched
   */
  public static void save(Path file, Gan gan, int replica) {
    List<Integer> hidden = HiddenLayers.ofDiscriminator(gan);
    if (gan.recipe().labels() == null || hidden.isEmpty()) {
      throw new IllegalArgumentException(
          "the discriminator of " + gan.recipe().name() + " has no layers that classes come from");
    }
    int below = hidden.get(hidden.size() - 1);
    try (HiddenLayers layers = HiddenLayers.ofDiscriminator(gan, replica, below)) {
      SavedClassifier.write(file, layers, gan, replica);
    }
  }

  /**
   * Reads a classifier onto the CPU.
   *
   * @param file that {@link #save} wrote
   * @return the classifier; close it
   * @throws FormatException if the file is no classifier, or damaged
   */
  public static ImageClassifier open(Path file) {
    return SharedNetwork.onCpu(device -> new ImageClassifier(device, file));
  }

  /**
   * Reads a classifier onto a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param file that {@link #save} wrote
   * @throws FormatException if the file is no classifier, or damaged
   */
  public ImageClassifier(Device device, Path file) {
    this.saved = SavedClassifier.read(file);
    this.shared =
        new SharedNetwork("classifier", device, saved.layers(), shape().size(), saved.weights());
  }

  /**
   * The shape of an image.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return saved.below().shape();
  }

  /**
   * How many classes it tells apart.
   *
   * @return 2 to 256
   */
  public int classes() {
    return saved.classes();
  }

  /**
   * Which layers are below the linear one.
   *
   * @return for people, such as "discriminator, layer 1"
   */
  public String features() {
    return saved.below().title();
  }

  /**
   * Classifies images, whose bytes are scaled as those of the data set that the networks saw. From
   * any thread.
   *
   * @param images of its shape; labels are not looked at
   * @return [count][{@link #classes}]: the probability of each class, from 0 to 1
   * @throws IllegalArgumentException if the images have another shape
   * @throws IllegalStateException if this is closed, or the file does not say how images become
   *     values, as where the networks have learnt from values that are none
   */
  public float[] predict(Images images) {
    if (!images.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "the classifier is for images of " + shape() + ", not " + images.shape());
    }
    return predict(saved.scaling().values(images));
  }

  /**
   * Classifies examples: values as the networks see them. From any thread.
   *
   * @param examples [count][width]; not modified
   * @return [count][{@link #classes}]: the probability of each class, from 0 to 1
   * @throws IllegalArgumentException if the examples are none, no whole number of them or not
   *     finite
   * @throws IllegalStateException if this is closed
   */
  public float[] predict(float[] examples) {
    int count = Discriminator.count(shape(), examples, classes());
    int last = saved.layers().size() - 1;
    float[] values = shared.leaving(examples.clone(), null, count, last, classes());
    for (int row = 0; row < count; row++) {
      softmax(values, row * classes(), classes());
    }
    return values;
  }

  /** Of some logits, in their place. */
  static void softmax(float[] values, int from, int count) {
    double sum = logSum(values, from, count);
    for (int c = from; c < from + count; c++) {
      values[c] = (float) Math.exp(values[c] - sum);
    }
  }

  /** ln Σ e^l of some logits. */
  static double logSum(float[] values, int from, int count) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = from; c < from + count; c++) {
      largest = Math.max(largest, values[c]);
    }
    double sum = 0;
    for (int c = from; c < from + count; c++) {
      sum += Math.exp(values[c] - largest);
    }
    return largest + Math.log(sum);
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    shared.close();
  }
}
