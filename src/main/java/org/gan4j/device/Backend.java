package org.gan4j.device;

/**
 * What a kind of device supplies; {@link Kernels} has checked all arguments, and says what each
 * operation computes. Everything works on all replicas and allocates nothing when it runs again.
 */
public abstract class Backend {
  private final Arguments arguments = new Arguments(this);

  /** For the backends. */
  protected Backend() {}

  /**
   * The arguments of the kernel that is launched next.
   *
   * @return the same object at every call
   */
  protected final Arguments arguments() {
    return arguments;
  }

  /**
   * An operation begins.
   *
   * @throws IllegalStateException in another thread than the device's, or if that is closed
   */
  protected abstract void enter();

  /**
   * A kernel is about to use a buffer.
   *
   * @param buffer which
   * @param written whether it is written, and not only read
   * @throws IllegalArgumentException if it belongs to another kind of device
   * @throws IllegalStateException if its memory is gone
   */
  protected abstract void use(DeviceBuffer buffer, boolean written);

  /**
   * Runs a kernel on {@link #arguments}, every buffer of which was announced to {@link #use}.
   *
   * @param kernel which
   * @param items of one replica, as the kernel's grid counts
   * @param rows that every item has, if the items are columns; columns, if they are rows of tiles;
   *     else 1
   * @param replicas R
   */
  protected abstract void launch(Kernel kernel, long items, long rows, int replicas);

  /**
   * out ← epilogue(a·b + bias), or with bᵀ for b.
   *
   * @param out [rows][columns]; modified
   * @param a [rows][inner]
   * @param b [inner][columns], or [columns][inner] if it is to be transposed
   * @param biasOrNull [columns]
   * @param epilogue NONE where there is no bias
   * @param transposeB whether b is
   * @param rows rows of out
   * @param columns columns of out
   * @param inner terms of a sum
   * @return whether bias and epilogue are done; if not, out is the product alone
   */
  protected abstract boolean product(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      Epilogue epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner);

  /**
   * See {@link Kernels#innerProducts}.
   *
   * @param out [rows][columns]; modified
   * @param a [rows][inner]
   * @param b [columns][inner]
   * @param rows rows of out
   * @param columns columns of out
   * @param inner terms of a sum
   */
  protected abstract void innerProducts(
      DeviceBuffer out, DeviceBuffer a, DeviceBuffer b, int rows, int columns, int inner);

  /**
   * See {@link Kernels#weightGradient}.
   *
   * @param velocity [inputs][outputs]; modified
   * @param x [rows][inputs]
   * @param delta [rows][outputs]
   * @param shape of the layer
   * @param state training state
   */
  protected abstract void weightGradient(
      DeviceBuffer velocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state);

  /**
   * See {@link Kernels#convolve}.
   *
   * @param out [rows][shape.outputs()]; modified
   * @param in [rows][shape.inputs()]
   * @param filters [filters][channels][kernel][kernel]
   * @param biasOrNull [filters]
   * @param shape the geometry
   * @param rows examples
   * @return whether the bias is in it
   */
  protected abstract boolean convolve(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer filters,
      DeviceBuffer biasOrNull,
      ConvolutionShape shape,
      int rows);

  /**
   * See {@link Kernels#convolveTransposed}.
   *
   * @param out [rows][shape.inputs()]; modified
   * @param in [rows][shape.outputs()]
   * @param filters [filters][channels][kernel][kernel]
   * @param shape the geometry of the convolution whose adjoint this is
   * @param rows examples
   */
  protected abstract void convolveTransposed(
      DeviceBuffer out, DeviceBuffer in, DeviceBuffer filters, ConvolutionShape shape, int rows);

  /**
   * See {@link Kernels#filterGradient}. Libraries compute the gradient alone: {@link #accumulate}
   * adds it.
   *
   * @param velocity [filters][channels][kernel][kernel]; modified
   * @param in [rows][shape.inputs()]
   * @param delta [rows][shape.outputs()]
   * @param shape the geometry of the convolution
   * @param rows examples
   * @param state training state
   */
  protected abstract void filterGradient(
      DeviceBuffer velocity,
      DeviceBuffer in,
      DeviceBuffer delta,
      ConvolutionShape shape,
      int rows,
      DeviceBuffer state);

  /**
   * velocity ← momentum · velocity − learningRate · gradient.
   *
   * @param velocity [n]; modified
   * @param gradient where the first replica's begins, in memory of the backend's own: [count][n]
   * @param n values
   * @param state training state
   * @param firstReplica of the velocities
   * @param count of replicas
   */
  protected final void accumulate(
      DeviceBuffer velocity,
      long gradient,
      long n,
      DeviceBuffer state,
      int firstReplica,
      int count) {
    arguments
        .of(firstReplica, count)
        .writes(velocity)
        .pointer(gradient, n * Float.BYTES)
        .integer(n)
        .reads(state)
        .launch(Kernel.ACCUMULATE, n);
  }

  /**
   * Begins the arguments of {@link Kernel#TAKE_FACTORS}; two pointers are to follow, to the factors
   * of the batch and to where the values go.
   *
   * @param velocity [weights]; modified
   * @param weights how many
   * @param values [n]
   * @param n how many
   * @param state training state
   */
  protected final void takesFactors(
      DeviceBuffer velocity, long weights, DeviceBuffer values, long n, DeviceBuffer state) {
    arguments
        .of(0, velocity.replicas())
        .writes(velocity)
        .integer(weights)
        .reads(values)
        .integer(n)
        .reads(state)
        .pointer(state.address(), 0)
        .integer(state.replicas())
        .integer(state.stride());
  }

  /**
   * {@link Kernels#weightStep} by a kernel, and the biases' step too; or {@link
   * Kernels#weightGradient} alone.
   *
   * @param weightsOrNull [inputs][outputs]; null: the gradient alone, without the biases; modified
   * @param velocity [inputs][outputs]; modified
   * @param biasesOrNull [outputs]; modified
   * @param biasVelocityOrNull [outputs]
   * @param x [rows][inputs]
   * @param delta [rows][outputs]
   * @param shape of the layer
   * @param math to how many bits factors are rounded
   * @param state training state; modified
   */
  protected final void stepByKernel(
      DeviceBuffer weightsOrNull,
      DeviceBuffer velocity,
      DeviceBuffer biasesOrNull,
      DeviceBuffer biasVelocityOrNull,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceOptions.Math math,
      DeviceBuffer state) {
    arguments
        .of(0, velocity.replicas())
        .writes(weightsOrNull)
        .writes(velocity)
        .writes(biasesOrNull)
        .reads(biasVelocityOrNull)
        .reads(x)
        .reads(delta)
        .integer(shape.rows())
        .integer(shape.inputs())
        .integer(shape.outputs())
        .integer(math.ordinal())
        .writes(state)
        .launch(Kernel.WEIGHT_STEP, shape.inputs(), shape.outputs());
  }

  /**
   * out ← values, rounded to bf16.
   *
   * @param values not modified
   * @param out where the first replica's begin, in memory of the backend's own: [replicas][n]
   */
  protected final void round(DeviceBuffer values, long out) {
    long n = values.length();
    arguments
        .of(0, values.replicas())
        .pointer(out, n * Short.BYTES)
        .reads(values)
        .integer(n)
        .launch(Kernel.ROUND, n);
  }

  /**
   * Whether operations of a step that don't need each other's results may run at the same time, so
   * that what shortens the way through a step is worth further operations beside it.
   *
   * @return false: one after the other
   */
  protected boolean overlaps() {
    return false;
  }

  /**
   * Whether {@link #weightStep} is there.
   *
   * @return false: gradients are made by themselves, and updates after them
   */
  protected boolean stepsWithGradient() {
    return false;
  }

  /**
   * See {@link Kernels#weightStep}.
   *
   * @param weights [inputs][outputs]; modified
   * @param velocity [inputs][outputs]; modified
   * @param biases [outputs]; modified if their step is taken
   * @param biasVelocity [outputs]
   * @param x [rows][inputs]
   * @param delta [rows][outputs]
   * @param shape of the layer
   * @param state training state; modified
   * @return whether the biases have taken their step
   * @throws UnsupportedOperationException if there is no such operation
   */
  protected boolean weightStep(
      DeviceBuffer weights,
      DeviceBuffer velocity,
      DeviceBuffer biases,
      DeviceBuffer biasVelocity,
      DeviceBuffer x,
      DeviceBuffer delta,
      DenseShape shape,
      DeviceBuffer state) {
    throw new UnsupportedOperationException("this device updates weights by themselves only");
  }

  /**
   * Whether maxout's gradients are made by the winners where that is faster.
   *
   * @return false: always by all slopes
   */
  protected boolean prefersWinners() {
    return false;
  }

  /**
   * Memory for {@link Kernels#maxoutGradients}.
   *
   * @param shape of the layer
   * @param inputRows of how many examples the gradient with respect to the input is wanted
   * @return its address; what is there is lost at the next call
   * @throws UnsupportedOperationException if there is no such kernel
   */
  protected long winnersSpace(MaxoutShape shape, int inputRows) {
    throw new UnsupportedOperationException(
        "this device makes maxout's gradients by all slopes only");
  }

  // ---- what a library may do in place of a kernel: false, and nothing was done, if none does ----

  /**
   * See {@link Kernels#biasActivation}.
   *
   * @param out [rows][channels][pixels], may be {@code in}; modified
   * @param in [rows][channels][pixels]
   * @param bias [channels]
   * @param activation what is done to the sum
   * @param rows examples
   * @param channels of an example
   * @param pixels of a channel
   * @return whether it is done
   */
  protected boolean biasActivation(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer bias,
      Epilogue activation,
      int rows,
      int channels,
      int pixels) {
    return false;
  }

  /**
   * delta ← delta · activation'(·); the biases' gradient is taken from it then.
   *
   * @param delta [rows][units]; modified
   * @param y [rows][units], what the activation gave
   * @param rows examples
   * @param units values of an example
   * @param activation which one
   * @return whether it is done
   */
  protected boolean activationBackward(
      DeviceBuffer delta, DeviceBuffer y, int rows, int units, Epilogue activation) {
    return false;
  }

  /**
   * See {@link Kernels#maxoutForward}.
   *
   * @param out [rows][units]; modified
   * @param winner BYTE [rows][units], left alone if the library keeps the winners itself; modified
   * @param in [rows][units·pieces]
   * @param rows examples
   * @param units maxout units
   * @param pieces of one unit
   * @param keep dropout's probability to keep; 1: no dropout
   * @return whether it is done
   */
  protected boolean maxoutForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      int rows,
      int units,
      int pieces,
      double keep) {
    return false;
  }

  /**
   * The gradient through dropout and maxout; the biases' gradient is taken from it then.
   *
   * @param out [rows][units·pieces]; modified
   * @param delta [rows][units]
   * @param winner of the forward pass
   * @param rows examples
   * @param units maxout units
   * @param pieces of one unit
   * @param keep as in the forward pass
   * @return whether it is done
   */
  protected boolean maxoutBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      DeviceBuffer winner,
      int rows,
      int units,
      int pieces,
      double keep) {
    return false;
  }

  /**
   * See {@link Kernels#dropout}.
   *
   * @param out [n], may be {@code in}; modified
   * @param in [n]
   * @param keep in (0, 1)
   * @param site which mask this is
   * @return whether it is done
   */
  protected boolean dropout(DeviceBuffer out, DeviceBuffer in, double keep, int site) {
    return false;
  }

  /**
   * See {@link Kernels#dropoutBackward}.
   *
   * @param out [n], may be {@code delta}; modified
   * @param delta [n]
   * @param keep as in the forward pass
   * @param site as in the forward pass
   * @return whether it is done
   */
  protected boolean dropoutBackward(DeviceBuffer out, DeviceBuffer delta, double keep, int site) {
    return false;
  }
}
