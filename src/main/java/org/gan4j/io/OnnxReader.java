package org.gan4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gan4j.FormatException;

/** Reads what {@link Onnx} writes: its metadata and its tensors of floats. */
public final class OnnxReader {
  private static final int FLOAT = 1;
  private static final int MOST_TENSORS = 100_000;

  /** The first field of a model, its version; JSON and safetensors begin otherwise. */
  private static final int FIRST_BYTE = 8;

  private final Path file;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, FloatBuffer> tensors = new LinkedHashMap<>();

  /** What is done with one field. */
  private interface Field {
    void take(int number, int wire, ByteBuffer from);
  }

  private OnnxReader(Path file) {
    this.file = file;
  }

  /**
   * Whether a file may be one of ONNX, by how it begins.
   *
   * @param file the file
   * @return false also if it can't be read
   */
  public static boolean isOnnx(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (var in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(9);
      return start.length == 9 && start[0] == FIRST_BYTE && start[8] != '{';
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @return what is in it
   * @throws FormatException if it can't be read or is damaged
   */
  public static OnnxReader read(Path file) {
    OnnxReader reader = new OnnxReader(file);
    try {
      if (Files.size(file) > Integer.MAX_VALUE - 8) {
        throw reader.damaged("it is too large", null);
      }
      reader.model(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    } catch (IOException e) {
      throw new FormatException("can't read " + file + ": " + FileErrors.reason(e), e);
    } catch (RuntimeException e) {
      if (e instanceof FormatException known) {
        throw known;
      }
      // What the buffer throws where a length leads beyond its end.
      throw reader.damaged("a length leads beyond its end", e);
    }
    return reader;
  }

  private FormatException damaged(String what, Throwable causeOrNull) {
    return new FormatException(
        file + " is damaged or not an ONNX file of gan4j: " + what + "; use an intact copy of it",
        causeOrNull);
  }

  /**
   * What is said of the network.
   *
   * @return texts by their names
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * A tensor.
   *
   * @param name its name
   * @param elements that it must have
   * @return its values
   * @throws FormatException if there is none, or one of another size
   */
  public float[] tensor(String name, int elements) {
    FloatBuffer found = tensors.get(name);
    if (found == null) {
      throw damaged("it has no " + Printable.quoted(name), null);
    }
    if (found.limit() != elements) {
      throw damaged(
          Printable.quoted(name) + " has " + found.limit() + " values, not " + elements, null);
    }
    float[] values = new float[elements];
    found.duplicate().get(values);
    return values;
  }

  private void model(ByteBuffer model) {
    fields(
        model,
        (number, wire, from) -> {
          if (number == 7 && wire == Protobuf.BYTES) {
            fields(bytes(from), this::graph);
          } else if (number == 14 && wire == Protobuf.BYTES) {
            entry(bytes(from));
          } else {
            skip(wire, from);
          }
        });
  }

  private void graph(int number, int wire, ByteBuffer from) {
    if (number == 5 && wire == Protobuf.BYTES) {
      tensor(bytes(from));
    } else {
      skip(wire, from);
    }
  }

  private void entry(ByteBuffer entry) {
    String[] pair = {"", ""};
    fields(
        entry,
        (number, wire, from) -> {
          if ((number == 1 || number == 2) && wire == Protobuf.BYTES) {
            pair[number - 1] = text(bytes(from));
          } else {
            skip(wire, from);
          }
        });
    if (metadata.put(pair[0], pair[1]) != null) {
      throw damaged("it says " + Printable.quoted(pair[0]) + " twice", null);
    }
  }

  private void tensor(ByteBuffer tensor) {
    Object[] parts = new Object[2];
    long[] type = new long[1];
    fields(
        tensor,
        (number, wire, from) -> {
          if (number == 2 && wire == Protobuf.VARINT) {
            type[0] = varint(from);
          } else if (number == 8 && wire == Protobuf.BYTES) {
            parts[0] = text(bytes(from));
          } else if (number == 9 && wire == Protobuf.BYTES) {
            parts[1] = bytes(from);
          } else {
            skip(wire, from);
          }
        });
    if (type[0] == FLOAT && parts[0] instanceof String name && parts[1] instanceof ByteBuffer raw) {
      boolean first = tensors.put(name, raw.asFloatBuffer()) == null;
      if (!first || tensors.size() > MOST_TENSORS || raw.remaining() % Float.BYTES != 0) {
        throw damaged("its tensor " + Printable.quoted(name) + " is not one of floats", null);
      }
    }
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private void fields(ByteBuffer message, Field field) {
    while (message.hasRemaining()) {
      long tag = varint(message);
      field.take((int) (tag >>> 3), (int) (tag & 7), message);
    }
  }

  private void skip(int wire, ByteBuffer from) {
    switch (wire) {
      case Protobuf.VARINT -> varint(from);
      case Protobuf.BYTES -> bytes(from);
      case Protobuf.FIXED64 -> from.position(from.position() + Long.BYTES);
      case Protobuf.FIXED32 -> from.position(from.position() + Integer.BYTES);
      default -> throw damaged("a field is of no known kind", null);
    }
  }

  private ByteBuffer bytes(ByteBuffer from) {
    long length = varint(from);
    if (length < 0 || length > from.remaining()) {
      throw damaged("a length leads beyond its end", null);
    }
    ByteBuffer part = from.slice(from.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    from.position(from.position() + (int) length);
    return part;
  }

  private long varint(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = from.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number does not end", null);
  }
}
