package org.gan4j.eval;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Printable;
import org.gan4j.io.Sha256;

/**
 * Features by a network in an ONNX file, which onnxruntime computes on the CPU. It is optional: add
 * the dependency {@code com.microsoft.onnxruntime:onnxruntime}.
 *
 * <p>The network takes one tensor of floats, images of one or more examples in their first
 * dimension, whose other dimensions together have the values of an image: channels, then rows, then
 * columns, after the scaling of the data set. All values of its first output are the features.
 *
 * <p>From any thread.
 */
public final class OnnxFeatures implements FeatureMap, AutoCloseable {
  /** Digits of a checksum for people. */
  private static final int SHORT = 12;

  private static final String MISSING =
      "features by an ONNX file need onnxruntime: add the dependency"
          + " com.microsoft.onnxruntime:onnxruntime; gan4j's launcher takes its jar from the"
          + " variable GAN4J_CLASSPATH";

  private final String name;
  private final OnnxSession session;

  private OnnxFeatures(String name, OnnxSession session) {
    this.name = name;
    this.session = session;
  }

  /**
   * Opens a network.
   *
   * @param file with all weights inside
   * @param shape of an image
   * @return the features; close them
   * @throws IllegalArgumentException if the network takes another tensor than images of that shape
   * @throws FormatException if the file can't be read, or is no network that onnxruntime knows
   * @throws IllegalStateException if onnxruntime is missing
   */
  public static OnnxFeatures open(Path file, ImageShape shape) {
    try {
      byte[] content = Files.readAllBytes(file);
      String name =
          Printable.line(String.valueOf(file.getFileName()))
              + " (sha256 "
              + Sha256.hex(content).substring(0, SHORT)
              + "…)";
      return new OnnxFeatures(name, OnnxSession.open(file, content, shape));
    } catch (IOException e) {
      throw new FormatException(file + " can't be read: " + FileErrors.reason(e), e);
    } catch (OutOfMemoryError e) {
      throw new FormatException(file + " can't be read: it is larger than memory", e);
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(MISSING, e);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int width() {
    return session.width();
  }

  @Override
  public float[] of(float[] points) {
    return session.of(points);
  }

  @Override
  public void close() {
    session.close();
  }
}
