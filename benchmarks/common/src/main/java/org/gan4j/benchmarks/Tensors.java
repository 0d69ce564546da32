package org.gan4j.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Named arrays, and the file in which they go from one library's process to another's. */
public final class Tensors {
  private final Map<String, float[]> values = new LinkedHashMap<>();

  /**
   * Adds or replaces an array.
   *
   * @param name what it is called
   * @param array kept, not copied
   * @return this
   */
  public Tensors put(String name, float... array) {
    values.put(name, array);
    return this;
  }

  /**
   * Finds an array.
   *
   * @param name what it is called
   * @return the array itself
   * @throws IllegalArgumentException if there is none
   */
  public float[] get(String name) {
    float[] array = values.get(name);
    if (array == null) {
      throw new IllegalArgumentException("no array '" + name + "'; there are " + values.keySet());
    }
    return array;
  }

  /**
   * All names, in the order in which they were added.
   *
   * @return the names
   */
  public Set<String> names() {
    return values.keySet();
  }

  /**
   * Writes all arrays.
   *
   * @param file replaced if it exists
   * @throws IOException if that fails
   */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(values.size());
      for (Map.Entry<String, float[]> entry : values.entrySet()) {
        out.writeUTF(entry.getKey());
        out.writeInt(entry.getValue().length);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, entry.getValue().length));
        bytes.asFloatBuffer().put(entry.getValue());
        out.write(bytes.array());
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param file the file
   * @return its arrays
   * @throws IOException if that fails
   */
  public static Tensors read(Path file) throws IOException {
    Tensors tensors = new Tensors();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        float[] array = new float[in.readInt()];
        byte[] bytes = in.readNBytes(Math.multiplyExact(4, array.length));
        ByteBuffer.wrap(bytes).asFloatBuffer().get(array);
        tensors.put(name, array);
      }
    }
    return tensors;
  }
}
