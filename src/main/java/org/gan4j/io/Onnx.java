package org.gan4j.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.gan4j.FormatException;

/**
 * A network in the format of ONNX (opset 17), as it is put together: nodes in the order in which
 * they compute, and the tensors that they take. Only what networks of this library need.
 */
public final class Onnx {
  /** Protocol Buffers hold no more in one message. */
  private static final long LARGEST = Integer.MAX_VALUE;

  private static final long IR_VERSION = 8;
  private static final long OPSET = 17;
  private static final int FLOAT = 1;
  private static final int INT64 = 7;

  /** The first dimension, which any number of examples may have. */
  private static final String EXAMPLES = "N";

  /** What a value is. */
  public enum Type {
    /** Single precision. */
    FLOAT(1),
    /** Unsigned bytes. */
    UINT8(2);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** The floats of a tensor, written when the file is. */
  @FunctionalInterface
  public interface Values {
    /**
     * Writes them.
     *
     * @param out takes as many as the tensor has, in little-endian order
     * @throws IOException from it
     */
    void write(Floats out) throws IOException;
  }

  /** Takes floats. */
  @FunctionalInterface
  public interface Floats {
    /**
     * Takes some.
     *
     * @param values the floats
     * @throws IOException if they can't be written
     */
    void write(float[] values) throws IOException;
  }

  private record Tensor(byte[] head, long bytes, Values values) {
    long length() {
      return head.length + bytes;
    }
  }

  private final String name;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Protobuf nodes = new Protobuf();
  private final Protobuf ends = new Protobuf();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private int count;

  /**
   * An empty network.
   *
   * @param name of the graph
   */
  public Onnx(String name) {
    this.name = name;
  }

  /**
   * Says something about the network.
   *
   * @param all by their names
   */
  public void metadata(Map<String, String> all) {
    metadata.putAll(all);
  }

  /**
   * The value that enters.
   *
   * @param value its name
   * @param shape after the number of examples
   */
  public void input(String value, long... shape) {
    ends.message(11, valueInfo(value, Type.FLOAT, shape));
  }

  /**
   * The value that leaves.
   *
   * @param value its name
   * @param type of its elements
   * @param shape after the number of examples
   */
  public void output(String value, Type type, long... shape) {
    ends.message(12, valueInfo(value, type, shape));
  }

  private static Protobuf valueInfo(String value, Type type, long... shape) {
    Protobuf dimensions = new Protobuf().message(1, new Protobuf().text(2, EXAMPLES));
    for (long size : shape) {
      dimensions.message(1, new Protobuf().integer(1, size));
    }
    Protobuf tensor = new Protobuf().integer(1, type.number).message(2, dimensions);
    return new Protobuf().text(1, value).message(2, new Protobuf().message(1, tensor));
  }

  /**
   * A tensor of floats.
   *
   * @param tensor its name
   * @param values writes as many as the shape has
   * @param shape of the tensor
   * @return its name
   */
  public String tensor(String tensor, Values values, long... shape) {
    long bytes = Float.BYTES;
    Protobuf head = new Protobuf();
    for (long size : shape) {
      head.integer(1, size);
      bytes *= size;
    }
    head.integer(2, FLOAT).text(8, tensor).length(9, bytes);
    tensors.add(new Tensor(head.toByteArray(), bytes, values));
    return tensor;
  }

  /**
   * A number.
   *
   * @param value the number
   * @return the name of a tensor that holds it
   */
  public String number(float value) {
    String tensor = "number" + tensors.size();
    return tensor(tensor, out -> out.write(new float[] {value}), 1);
  }

  private String shape(long... sizes) {
    ByteBuffer raw = ByteBuffer.allocate(8 * sizes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long size : sizes) {
      raw.putLong(size);
    }
    String tensor = "shape" + tensors.size();
    Protobuf head =
        new Protobuf()
            .integer(1, sizes.length)
            .integer(2, INT64)
            .text(8, tensor)
            .bytes(9, raw.array());
    tensors.add(new Tensor(head.toByteArray(), 0, out -> {}));
    return tensor;
  }

  /**
   * A node.
   *
   * @param operator of ONNX
   * @param attributes Long, Float or long[] by their names
   * @param inputs the values that it takes
   * @return the value that it gives
   */
  public String node(String operator, Map<String, Object> attributes, String... inputs) {
    String value = operator.toLowerCase(Locale.ROOT) + count++;
    named(value, operator, attributes, inputs);
    return value;
  }

  /**
   * A node whose value has a name.
   *
   * @param value the name
   * @param operator of ONNX
   * @param attributes Long, Float or long[] by their names
   * @param inputs the values that it takes
   */
  public void named(
      String value, String operator, Map<String, Object> attributes, String... inputs) {
    Protobuf node = new Protobuf();
    for (String input : inputs) {
      node.text(1, input);
    }
    node.text(2, value).text(3, "node_" + value).text(4, operator);
    new TreeMap<>(attributes)
        .forEach((attribute, content) -> node.message(5, attribute(attribute, content)));
    nodes.message(1, node);
  }

  private static Protobuf attribute(String attribute, Object value) {
    Protobuf message = new Protobuf().text(1, attribute);
    if (value instanceof Long whole) {
      return message.integer(3, whole).integer(20, 2);
    }
    if (value instanceof Float real) {
      return message.real(2, real).integer(20, 1);
    }
    for (long each : (long[]) value) {
      message.integer(8, each);
    }
    return message.integer(20, 7);
  }

  /**
   * The same values in another shape.
   *
   * @param value what is shaped
   * @param sizes after the number of examples
   * @return the value
   */
  public String reshape(String value, long... sizes) {
    long[] all = new long[sizes.length + 1];
    all[0] = -1;
    System.arraycopy(sizes, 0, all, 1, sizes.length);
    return node("Reshape", Map.of(), value, shape(all));
  }

  /**
   * Writes the network, atomically.
   *
   * @param file where to; its folder exists
   * @throws IllegalArgumentException if it is larger than such a file may be
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public void write(Path file) {
    long length = 0;
    Protobuf graphEnd = new Protobuf().text(2, name);
    byte[] ends = this.ends.toByteArray();
    byte[] nodes = this.nodes.toByteArray();
    for (Tensor tensor : tensors) {
      length += new Protobuf().length(5, tensor.length()).toByteArray().length + tensor.length();
    }
    length += nodes.length + graphEnd.toByteArray().length + ends.length;
    if (length > LARGEST) {
      throw new IllegalArgumentException(
          "the network has "
              + (length >> 20)
              + " MiB, and an ONNX file holds at most 2,047 MiB in one piece; export its weights"
              + " in the safetensors format in its place");
    }
    byte[] head =
        new Protobuf().integer(1, IR_VERSION).text(2, "gan4j").length(7, length).toByteArray();
    Protobuf tail = new Protobuf().message(8, new Protobuf().text(1, "").integer(2, OPSET));
    metadata.forEach((key, value) -> tail.message(14, new Protobuf().text(1, key).text(2, value)));
    try {
      AtomicFiles.write(
          file,
          out -> {
            out.write(head);
            out.write(nodes);
            out.write(graphEnd.toByteArray());
            for (Tensor tensor : tensors) {
              out.write(new Protobuf().length(5, tensor.length()).toByteArray());
              out.write(tensor.head);
              tensor.values.write(values -> write(out, values));
            }
            out.write(ends);
            out.write(tail.toByteArray());
          });
    } catch (IOException e) {
      throw new FormatException(
          "can't write "
              + file
              + ": "
              + FileErrors.reason(e)
              + "; what was there before is unchanged, name a folder that can be written and has"
              + " space",
          e);
    }
  }

  private static void write(OutputStream out, float[] values) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }
}
