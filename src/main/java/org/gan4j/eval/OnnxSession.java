package org.gan4j.eval;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.io.Printable;

/** A network of onnxruntime from images to vectors: the one class that needs its types. */
final class OnnxSession implements AutoCloseable {
  /** Images of a call, where the network takes any number. */
  private static final int BATCH = 100;

  private final Path file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final String input;
  private final long[] shape;
  private final int imageWidth;
  private final int width;

  static OnnxSession open(Path file, byte[] content, ImageShape image) {
    try {
      return new OnnxSession(file, content, image);
    } catch (OrtException e) {
      throw new FormatException(
          file + " is no network that onnxruntime knows: " + Printable.line(e.getMessage()), e);
    }
  }

  private OnnxSession(Path file, byte[] content, ImageShape image) throws OrtException {
    this.file = file;
    this.imageWidth = image.size();
    this.environment = OrtEnvironment.getEnvironment();
    this.session = environment.createSession(content);
    try {
      Map.Entry<String, NodeInfo> only = only(image);
      this.input = only.getKey();
      this.shape = ((TensorInfo) only.getValue().getInfo()).getShape();
      shape[0] = shape[0] < 1 ? BATCH : shape[0];
      // A network says the width of its output only if it likes to.
      float[] one = call(new float[rows() * imageWidth]);
      this.width = one.length / rows();
      if (width == 0 || width * rows() != one.length) {
        throw refused(one.length + " features for " + rows() + " images");
      }
    } catch (OrtException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private Map.Entry<String, NodeInfo> only(ImageShape image) throws OrtException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    for (Map.Entry<String, NodeInfo> each : inputs.entrySet()) {
      if (inputs.size() == 1 && takesImages(each.getValue().getInfo())) {
        return each;
      }
    }
    throw refused(
        "it must take one tensor of floats, [examples, "
            + imageWidth
            + "] or with the values of "
            + image
            + " in more dimensions, not "
            + Printable.line(inputs.values().toString()));
  }

  /** Dimensions come from the file: any number may stand there. */
  private boolean takesImages(ValueInfo input) {
    if (!(input instanceof TensorInfo tensor)
        || tensor.type != OnnxJavaType.FLOAT
        || tensor.getShape().length < 2
        || tensor.getShape()[0] > Integer.MAX_VALUE / imageWidth) {
      return false;
    }
    long values = 1;
    for (long dimension : Arrays.copyOfRange(tensor.getShape(), 1, tensor.getShape().length)) {
      if (dimension < 1 || dimension > imageWidth) {
        return false;
      }
      values = Math.min(values * dimension, imageWidth + 1L);
    }
    return values == imageWidth;
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(file + " gives no features of such images: " + why);
  }

  private int rows() {
    return (int) shape[0];
  }

  int width() {
    return width;
  }

  /** [count][width] of [count][values of an image]. */
  float[] of(float[] points) {
    Distances.requirePoints(points, imageWidth);
    int count = points.length / imageWidth;
    float[] features = new float[Math.multiplyExact(count, width)];
    for (int first = 0; first < count; first += rows()) {
      int some = Math.min(rows(), count - first);
      // The last call has the same number of rows; those beyond the images are 0.
      float[] in = new float[rows() * imageWidth];
      System.arraycopy(points, first * imageWidth, in, 0, some * imageWidth);
      try {
        System.arraycopy(call(in), 0, features, first * width, some * width);
      } catch (OrtException e) {
        throw new FormatException(
            file + " can't be computed: " + Printable.line(e.getMessage()), e);
      }
    }
    return features;
  }

  private float[] call(float[] in) throws OrtException {
    try (OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(in), shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      OnnxValue first = result.get(0);
      FloatBuffer out = first instanceof OnnxTensor values ? values.getFloatBuffer() : null;
      if (out == null) {
        throw refused("its first output is no tensor of floats");
      }
      float[] values = new float[out.remaining()];
      out.get(values);
      return values;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(file + " can't be closed", e);
    }
  }
}
