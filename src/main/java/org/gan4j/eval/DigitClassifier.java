package org.gan4j.eval;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.gan4j.io.Sha256;
import org.gan4j.layers.Parameter;

/**
 * The classifier of MNIST's digits whose weights are inside gan4j, so that what is measured with it
 * compares between runs, machines and parts of the data: two layers of maxout convolution, then
 * ReLU 64 – softmax. It has learnt images 10,000 to 49,999 of MNIST's training set: none that the
 * data set mnist-10k has, none that mnist validates or tests with.
 */
public final class DigitClassifier {
  /** The file's checksum: figures compare under one only. */
  public static final String SHA256 =
      "583e8de104f6fcec8772be8a7301d6f43b6e31c99d9f28bbcfd73481abffb493";

  private static final ClassifierDesign DESIGN = ClassifierDesign.digits();
  private static final String FILE = DESIGN.name() + ".safetensors";

  /** Digits of the checksum that stand beside figures. */
  private static final int SHORT = 12;

  private static final Set<String> DIGITS = Set.of("mnist", "mnist-10k");

  /** Of MNIST's training images, those that mnist-10k does not have. */
  private static final int FIRST = 10_000;

  private static final int END = 50_000;

  /**
   * A classifier that was trained again.
   *
   * @param validation the part of the validation images that it names rightly
   * @param test the same of the test images, which nothing was chosen by
   * @param sha256 of its file
   */
  public record Trained(double validation, double test, String sha256) {
    /**
     * Whether it is the one inside.
     *
     * @return false also if only roundings differ
     */
    public boolean inside() {
      return sha256.equals(SHA256);
    }
  }

  private DigitClassifier() {}

  /** Whether data are digits that it knows. */
  static boolean knows(DataSet data) {
    return DIGITS.contains(data.name())
        && data.train().classes() == ClassifierDesign.DIGITS
        && data.shape().size() == ClassifierDesign.DIGIT.size();
  }

  /**
   * Opens the one inside.
   *
   * @param data digits
   * @throws FormatException if it is not there, or another one
   */
  static Classifier open(Device device, DataSet data) {
    try (InputStream in = DigitClassifier.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new FormatException(FILE + " is not in the gan4j jar; get the jar anew");
      }
      return open(device, data, in.readAllBytes(), SHA256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens the one of a file's content, whose checksum must be this. */
  static Classifier open(Device device, DataSet data, byte[] content, String sha256)
      throws IOException {
    String found = Sha256.hex(content);
    if (!found.equals(sha256)) {
      throw new FormatException(
          String.format(
              "the classifier %s has sha256 %s, not %s, so what it says compares with no other"
                  + " figures; get the gan4j jar anew",
              FILE, found, sha256));
    }
    Path file = Files.createTempFile("gan4j-", ".safetensors");
    try {
      Files.write(file, content);
      try (Safetensors tensors = Safetensors.open(file)) {
        return Classifier.of(
            device, DESIGN, name(sha256), data, parameter -> values(tensors, parameter));
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static String name(String sha256) {
    return DESIGN.name() + " (sha256 " + sha256.substring(0, SHORT) + "…)";
  }

  private static TensorInfo info(Parameter parameter) {
    return new TensorInfo(parameter.name(), DType.F32, parameter.rows(), parameter.columns());
  }

  private static float[] values(Safetensors tensors, Parameter parameter) {
    tensors.require(info(parameter));
    float[] values = new float[parameter.size()];
    tensors.read(parameter.name(), values);
    return values;
  }

  /**
   * Trains it again, which takes minutes.
   *
   * @param device where; on another processor, or with another number of threads, roundings differ
   * @param mnist the data set of that name, split as it is by default
   * @param file to write
   * @return how good it is
   * @throws IllegalArgumentException if it is other data
   * @throws FormatException if the file can't be written
   */
  public static Trained train(Device device, DataSet mnist, Path file) {
    return train(device, mnist, file, DESIGN);
  }

  /** By another schedule. */
  static Trained train(Device device, DataSet mnist, Path file, ClassifierDesign design) {
    if (!mnist.name().equals("mnist") || mnist.train().count() < END) {
      throw new IllegalArgumentException(
          "the classifier of digits learns the data set mnist, of whose training images it takes "
              + FIRST
              + " to "
              + (END - 1)
              + ", not "
              + mnist.name()
              + " with "
              + mnist.train().count());
    }
    DataSet learnt =
        new DataSet(
            mnist.name(),
            mnist.title(),
            mnist.provenance(),
            mnist.train().range(FIRST, END),
            mnist.validation(),
            mnist.test(),
            mnist.scaling());
    try (Classifier classifier = Classifier.train(device, learnt, design)) {
      double validation = classifier.accuracy(mnist.validation());
      double test = classifier.accuracy(mnist.test());
      Safetensors.write(file, metadata(design, validation, test), tensors(classifier));
      return new Trained(validation, test, Sha256.hex(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> metadata(
      ClassifierDesign design, double validation, double test) {
    return Map.of(
        "classifier",
        design.name(),
        "learnt",
        "MNIST training images " + FIRST + " to " + (END - 1),
        "layers",
        design.layers().toString(),
        "steps",
        String.valueOf(design.steps()),
        "seed",
        String.valueOf(design.seed()),
        "validation_accuracy",
        String.format(Locale.ROOT, "%.4f", validation),
        "test_accuracy",
        String.format(Locale.ROOT, "%.4f", test));
  }

  private static List<Tensor> tensors(Classifier classifier) {
    return classifier.parameters().stream()
        .map(
            parameter -> {
              float[] values = new float[parameter.size()];
              Buffers.read(parameter.value(), 0, values);
              return Tensor.of(parameter.name(), values, parameter.rows(), parameter.columns());
            })
        .toList();
  }
}
