package org.gan4j.gan;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.device.Device;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Printable;
import org.gan4j.io.Sha256;

/**
 * Trained generators that are published as artifacts of their own: a jar on the class path, such as
 * org.gan4j:gan4j:mnist, the artifact gan4j with the classifier mnist. Beside the weights it has
 * the recipe of the training (config.yaml) and what it scored (score.txt).
 */
public final class Models {
  private static final String FOLDER = "org/gan4j/models/";
  private static final String WEIGHTS = "generator.onnx";
  private static final String CHECKSUMS = "SHA256SUMS";

  /** Of a text in such a jar. */
  private static final int MOST_TEXT = 1 << 16;

  private Models() {}

  /**
   * Whether there is such a model on the class path.
   *
   * @param name its name, such as mnist
   * @return false also for what can be no name
   */
  public static boolean exist(String name) {
    return isName(name) && find(name, WEIGHTS).isPresent();
  }

  private static boolean isName(String name) {
    return name.matches("[a-z0-9][a-z0-9-]{0,63}");
  }

  /**
   * Opens a generator on the CPU.
   *
   * @param name its name, such as mnist
   * @return the generator; close it
   * @throws IllegalArgumentException if there is no such model on the class path; the message says
   *     which artifact to add
   * @throws FormatException if its weights are not those that were published
   */
  public static Generator open(String name) {
    return SharedNetwork.onCpu(device -> open(device, name));
  }

  /**
   * Opens a generator.
   *
   * @param device of this thread, opened for this alone: it is closed with the generator, but not
   *     if this throws
   * @param name its name, such as mnist
   * @return the generator; close it
   * @throws IllegalArgumentException if there is no such model on the class path; the message says
   *     which artifact to add
   * @throws FormatException if its weights are not those that were published
   */
  public static Generator open(Device device, String name) {
    URL weights = require(name, WEIGHTS);
    try {
      Path file = Files.createTempFile("gan4j-" + name, ".onnx");
      try {
        byte[] bytes = bytes(weights, Integer.MAX_VALUE);
        requirePublished(name, bytes);
        Files.write(file, bytes);
        return new Generator(device, file, 0);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new FormatException("can't read the model " + name + ": " + FileErrors.reason(e), e);
    }
  }

  /**
   * What a model's training came to.
   *
   * @param name its name, such as mnist
   * @return what gan4j evaluate said of it
   * @throws IllegalArgumentException if there is no such model on the class path
   * @throws FormatException if it can't be read
   */
  public static String score(String name) {
    return text(name, "score.txt");
  }

  /**
   * How a model was trained.
   *
   * @param name its name, such as mnist
   * @return the text of its config.yaml, as a run's folder has it
   * @throws IllegalArgumentException if there is no such model on the class path
   * @throws FormatException if it can't be read
   */
  public static String recipe(String name) {
    return text(name, "config.yaml");
  }

  private static String text(String name, String file) {
    try {
      return new String(bytes(require(name, file), MOST_TEXT), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FormatException("can't read the model " + name + ": " + FileErrors.reason(e), e);
    }
  }

  /** The checksums stand in the form of the program sha256sum. */
  private static void requirePublished(String name, byte[] weights) {
    String found = Sha256.hex(weights) + "  " + WEIGHTS;
    if (text(name, CHECKSUMS).lines().noneMatch(found::equals)) {
      throw new FormatException(
          "the weights of the model "
              + name
              + " are not those that were published: their SHA-256 does not match; use an intact"
              + " copy of the artifact");
    }
  }

  private static byte[] bytes(URL url, int most) throws IOException {
    try (InputStream in = url.openStream()) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new IOException("it has more than " + most + " bytes");
      }
      return bytes;
    }
  }

  private static URL require(String name, String file) {
    return Optional.of(name)
        .filter(Models::isName)
        .flatMap(known -> find(known, file))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no model "
                        + Printable.quoted(name)
                        + " on the class path: add the artifact gan4j with the classifier of its"
                        + " name, such as org.gan4j:gan4j:mnist"));
  }

  /** By the loader, not the module: they are in a module of their own. */
  private static Optional<URL> find(String name, String file) {
    ClassLoader loader = Models.class.getClassLoader();
    return Optional.ofNullable(loader.getResource(FOLDER + name + "/" + file));
  }
}
