package org.gan4j.device;

/** How examples come into buffers of floats. */
public abstract class DataKernels extends WinnerKernels {
  DataKernels(Backend backend) {
    super(backend);
  }

  /**
   * One shuffled minibatch: row i of out ← (pixels − shift) · scale of the example that stands at
   * its place in this epoch's order. The order is a function of (seed, epoch).
   *
   * @param out [rows][width]; modified
   * @param pixels BYTE [count][width], one replica; not modified
   * @param scaling [count][2], one replica: shift and scale of every example; not modified
   * @param rows examples of a minibatch
   * @param width values of an example
   * @param minibatch which of the iteration's minibatches, from 0
   * @param state training state; not modified
   */
  public final void gather(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      int rows,
      int width,
      int minibatch,
      DeviceBuffer state) {
    Require.matrix(out, rows, width);
    long count = Require.images(pixels, scaling, width);
    Require.minibatch(rows, count, minibatch);
    Require.state(state, out);
    of(out)
        .writes(out)
        .reads(pixels)
        .reads(scaling)
        .integer(rows)
        .integer(width)
        .integer(count)
        .integer(minibatch)
        .reads(state)
        .launch(Kernel.GATHER, rows);
  }

  /**
   * What goes with the examples of a shuffled minibatch: row i of out ← the row of the example that
   * {@link #gather} puts into row i, with the same state, minibatch and numbers of rows and
   * examples.
   *
   * @param out [rows][width]; modified
   * @param values [count][width], one replica; not modified
   * @param rows examples of a minibatch
   * @param width values of an example
   * @param minibatch which of the iteration's minibatches, from 0
   * @param state training state; not modified
   */
  public final void gatherRows(
      DeviceBuffer out,
      DeviceBuffer values,
      int rows,
      int width,
      int minibatch,
      DeviceBuffer state) {
    Require.matrix(out, rows, width);
    long count = Require.rows(values, width);
    Require.minibatch(rows, count, minibatch);
    Require.state(state, out);
    of(out)
        .writes(out)
        .reads(values)
        .integer(rows)
        .integer(width)
        .integer(count)
        .integer(minibatch)
        .reads(state)
        .launch(Kernel.GATHER_ROWS, rows);
  }

  /**
   * Examples in their own order: row i of out ← (pixels − shift) · scale of example first + i.
   *
   * @param out [rows][width]; modified
   * @param pixels BYTE [count][width], one replica; not modified
   * @param scaling [count][2], one replica; not modified
   * @param first the first example
   * @param rows examples
   * @param width values of an example
   */
  public final void expand(
      DeviceBuffer out,
      DeviceBuffer pixels,
      DeviceBuffer scaling,
      long first,
      int rows,
      int width) {
    Require.matrix(out, rows, width);
    long count = Require.images(pixels, scaling, width);
    Require.that(first >= 0 && first <= count - rows, "examples outside of the data, from ", first);
    of(out)
        .writes(out)
        .reads(pixels)
        .reads(scaling)
        .integer(first)
        .integer(rows)
        .integer(width)
        .launch(Kernel.EXPAND, rows);
  }

  /**
   * out ← value.
   *
   * @param out [n]; modified
   * @param value for every element
   */
  public final void fill(DeviceBuffer out, double value) {
    Require.floats(out);
    of(out).writes(out).integer(out.length()).real((float) value).launch(Kernel.FILL, out.length());
  }
}
