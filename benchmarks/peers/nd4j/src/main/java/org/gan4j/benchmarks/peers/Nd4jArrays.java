package org.gan4j.benchmarks.peers;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrices in column-major order, the order in which ND4J's products write: with one order for all,
 * nothing is copied or walked through with strides.
 */
final class Nd4jArrays {
  private Nd4jArrays() {}

  static INDArray zeros(int rows, int columns) {
    return Nd4j.create(DataType.FLOAT, new long[] {rows, columns}, 'f');
  }

  /** From values in row-major order. */
  static INDArray of(float[] values, int rows, int columns) {
    return Nd4j.create(values, new long[] {rows, columns}, 'c').dup('f');
  }

  /** Its values in row-major order. */
  static float[] values(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /**
   * Column unit · pieces + piece to column piece · units + unit: then a piece of all units is one
   * block of memory.
   */
  static float[] byPiece(float[] rowMajor, int units, int pieces) {
    float[] moved = new float[rowMajor.length];
    int columns = units * pieces;
    for (int i = 0; i < rowMajor.length; i++) {
      int column = i % columns;
      moved[i - column + column % pieces * units + column / pieces] = rowMajor[i];
    }
    return moved;
  }

  /** The way back. */
  static float[] byUnit(float[] rowMajor, int units, int pieces) {
    return byPiece(rowMajor, pieces, units);
  }
}
