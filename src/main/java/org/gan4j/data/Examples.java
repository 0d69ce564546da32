package org.gan4j.data;

import java.nio.FloatBuffer;

/**
 * Examples of floats, of known number, read by their index: they need not fit into memory. A
 * training asks for the rows of each minibatch as it comes to it, from its own thread, in an order
 * that is shuffled anew in every epoch; what is read again must be the same again.
 */
public interface Examples {
  /**
   * The shape of every example.
   *
   * @return the shape
   */
  ImageShape shape();

  /**
   * How many there are.
   *
   * @return ≥ 1
   */
  int count();

  /**
   * Reads one example. An interrupt of the thread asks a training to save and end: it must not fail
   * for it. So files are read by streams or a {@link java.io.RandomAccessFile}, not by a {@link
   * java.nio.channels.FileChannel}, which an interrupt closes.
   *
   * @param index 0 to count − 1
   * @param to its values go here, as the network shall see them: finite, in the order that {@link
   *     ImageShape} states
   * @param at the first place written; there is room for the example's size
   * @throws java.io.UncheckedIOException if it can't be read; the training ends with it
   */
  void read(int index, float[] to, int at);

  /**
   * Examples in memory.
   *
   * @param shape of each
   * @param values [count][size]; not copied: leave them as they are
   * @return the examples
   * @throws IllegalArgumentException if there is none or the last one is not whole
   */
  static Examples of(ImageShape shape, float[] values) {
    return of(shape, FloatBuffer.wrap(values));
  }

  /**
   * Examples in a buffer of any kind, such as a direct one or a mapped file's: {@code
   * bytes.order(…).asFloatBuffer()}.
   *
   * @param shape of each
   * @param values [count][size], from its position to its limit; not copied: leave them as they are
   * @return the examples
   * @throws IllegalArgumentException if there is none or the last one is not whole
   */
  static Examples of(ImageShape shape, FloatBuffer values) {
    return new FloatExamples(shape, values.slice().asReadOnlyBuffer());
  }

  /**
   * The mean of every value, over all examples or ten thousand that are spread over them evenly.
   *
   * @return [size], cut off at 0 and 1: what biases begin with that begin at the data's mean
   */
  default double[] mean() {
    int size = shape().size();
    double[] mean = new double[size];
    float[] values = new float[size];
    int some = Math.min(count(), FloatExamples.LOOKED_AT);
    for (int i = 0; i < some; i++) {
      read((int) ((long) i * count() / some), values, 0);
      for (int p = 0; p < size; p++) {
        mean[p] += values[p];
      }
    }
    for (int p = 0; p < size; p++) {
      mean[p] = Math.max(0, Math.min(1, mean[p] / some));
    }
    return mean;
  }
}
