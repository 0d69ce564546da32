package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudnn.*;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnDropoutStruct;
import org.bytedeco.cuda.cudnn.cudnnPoolingStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.gan4j.device.Epilogue;

/**
 * What cuDNN has beside convolutions, with a descriptor for every shape that has come up. Tensors
 * are dense matrices of one replica. Nothing runs while a step is only prepared.
 *
 * <p>cuDNN 9 calls these functions deprecated in favour of its graphs of operations, and has them.
 */
@SuppressWarnings("deprecation")
final class Dnn implements AutoCloseable {
  /** Where cuDNN's random numbers begin, the same for every device that is opened. */
  private static final long SEED = 1;

  private final CudaContext context;
  private final DnnHandle dnn;
  private final cudnnContext handle;
  private final FloatPointer one;
  private final FloatPointer zero;
  private final Owned owned = new Owned();
  private final Map<Epilogue, cudnnActivationStruct> activations = new HashMap<>();
  private final Map<Integer, cudnnPoolingStruct> poolings = new HashMap<>();
  private final Map<Double, cudnnDropoutStruct> dropouts = new HashMap<>();

  Dnn(CudaContext context, DnnHandle dnn) {
    this.context = context;
    this.dnn = dnn;
    this.handle = dnn.open("the kernels of the libraries");
    this.one = dnn.one();
    this.zero = dnn.zero();
  }

  /** [rows][columns], dense. */
  private cudnnTensorStruct tensor(int rows, int columns) {
    return dnn.tensor(1, 1, rows, columns);
  }

  private cudnnActivationStruct activation(Epilogue kind) {
    cudnnActivationStruct known = activations.get(kind);
    if (known != null) {
      return known;
    }
    dnn.requirePrepared();
    cudnnActivationStruct made = new cudnnActivationStruct();
    Status.dnn(cudnnCreateActivationDescriptor(made), "cudnnCreateActivationDescriptor");
    owned.add(
        () ->
            Status.dnn(cudnnDestroyActivationDescriptor(made), "cudnnDestroyActivationDescriptor"));
    int mode =
        switch (kind) {
          case RELU -> CUDNN_ACTIVATION_RELU;
          case SIGMOID -> CUDNN_ACTIVATION_SIGMOID;
          case TANH -> CUDNN_ACTIVATION_TANH;
          case NONE, SOFTPLUS -> throw new IllegalArgumentException("cuDNN has no " + kind);
        };
    Status.dnn(
        cudnnSetActivationDescriptor(made, mode, CUDNN_PROPAGATE_NAN, 0),
        "cudnnSetActivationDescriptor");
    activations.put(kind, made);
    return made;
  }

  /** The largest of each unit's pieces. */
  private cudnnPoolingStruct pooling(int pieces) {
    cudnnPoolingStruct known = poolings.get(pieces);
    if (known != null) {
      return known;
    }
    dnn.requirePrepared();
    cudnnPoolingStruct made = new cudnnPoolingStruct();
    Status.dnn(cudnnCreatePoolingDescriptor(made), "cudnnCreatePoolingDescriptor");
    owned.add(
        () -> Status.dnn(cudnnDestroyPoolingDescriptor(made), "cudnnDestroyPoolingDescriptor"));
    Status.dnn(
        cudnnSetPooling2dDescriptor(
            made, CUDNN_POOLING_MAX_DETERMINISTIC, CUDNN_PROPAGATE_NAN, 1, pieces, 0, 0, 1, pieces),
        "cudnnSetPooling2dDescriptor");
    poolings.put(pieces, made);
    return made;
  }

  private cudnnDropoutStruct dropout(double keep) {
    cudnnDropoutStruct known = dropouts.get(keep);
    if (known != null) {
      return known;
    }
    dnn.requirePrepared();
    cudnnDropoutStruct made = new cudnnDropoutStruct();
    Status.dnn(cudnnCreateDropoutDescriptor(made), "cudnnCreateDropoutDescriptor");
    owned.add(
        () -> Status.dnn(cudnnDestroyDropoutDescriptor(made), "cudnnDestroyDropoutDescriptor"));
    try (SizeTPointer bytes = new SizeTPointer(1)) {
      Status.dnn(cudnnDropoutGetStatesSize(handle, bytes), "cudnnDropoutGetStatesSize");
      Address states = new Address(context.allocateAlways(bytes.get()));
      Status.dnn(
          cudnnSetDropoutDescriptor(
              made, handle, (float) (1 - keep), states, bytes.get(), SEED + dropouts.size()),
          "cudnnSetDropoutDescriptor");
    }
    dropouts.put(keep, made);
    return made;
  }

  /** Bytes from one mask of so many elements to the next, each aligned as memory is. */
  long maskBytes(int rows, int columns) {
    try (SizeTPointer bytes = new SizeTPointer(1)) {
      Status.dnn(
          cudnnDropoutGetReserveSpaceSize(tensor(rows, columns), bytes),
          "cudnnDropoutGetReserveSpaceSize");
      return CudaContext.aligned(bytes.get());
    }
  }

  /** x ← activation(x). */
  void activate(Epilogue kind, long x, int rows, int columns) {
    cudnnActivationStruct how = activation(kind);
    cudnnTensorStruct shape = tensor(rows, columns);
    if (dnn.runs()) {
      Address place = new Address(x);
      Status.dnn(
          cudnnActivationForward(handle, how, one, shape, place, zero, shape, place),
          "cudnnActivationForward");
    }
  }

  /** x [rows][channels][pixels] ← x + the bias [channels] of its channel. */
  void addBias(long x, long bias, int rows, int channels, int pixels) {
    cudnnTensorStruct narrow = dnn.tensor(1, channels, 1, 1);
    cudnnTensorStruct wide = dnn.tensor(rows, channels, 1, pixels);
    if (dnn.runs()) {
      Status.dnn(
          cudnnAddTensor(handle, one, narrow, new Address(bias), one, wide, new Address(x)),
          "cudnnAddTensor");
    }
  }

  /** delta ← delta · activation', from the activation's value y. */
  void activateBackward(Epilogue kind, long delta, long y, int rows, int columns) {
    cudnnActivationStruct how = activation(kind);
    cudnnTensorStruct shape = tensor(rows, columns);
    if (dnn.runs()) {
      Address value = new Address(y);
      Address gradient = new Address(delta);
      Status.dnn(
          cudnnActivationBackward(
              handle, how, one, shape, value, shape, gradient, shape, value, zero, shape, gradient),
          "cudnnActivationBackward");
    }
  }

  /** y [rows][units] ← the largest of each unit's pieces in x [rows][units][pieces]. */
  void largest(long y, long x, int rows, int units, int pieces) {
    cudnnPoolingStruct how = pooling(pieces);
    cudnnTensorStruct wide = dnn.tensor(rows, 1, units, pieces);
    cudnnTensorStruct narrow = dnn.tensor(rows, 1, units, 1);
    if (dnn.runs()) {
      Status.dnn(
          cudnnPoolingForward(handle, how, one, wide, new Address(x), zero, narrow, new Address(y)),
          "cudnnPoolingForward");
    }
  }

  /** gradient [rows][units][pieces] ← delta [rows][units] at each unit's largest piece, else 0. */
  void largestBackward(long gradient, long y, long delta, long x, int rows, int units, int pieces) {
    cudnnPoolingStruct how = pooling(pieces);
    cudnnTensorStruct wide = dnn.tensor(rows, 1, units, pieces);
    cudnnTensorStruct narrow = dnn.tensor(rows, 1, units, 1);
    if (dnn.runs()) {
      Status.dnn(
          cudnnPoolingBackward(
              handle,
              how,
              one,
              narrow,
              new Address(y),
              narrow,
              new Address(delta),
              wide,
              new Address(x),
              zero,
              wide,
              new Address(gradient)),
          "cudnnPoolingBackward");
    }
  }

  /** y ← x · mask / keep with a new mask, which is kept. */
  void drop(double keep, long y, long x, int rows, int columns, long mask, long maskBytes) {
    cudnnDropoutStruct how = dropout(keep);
    cudnnTensorStruct shape = tensor(rows, columns);
    if (dnn.runs()) {
      Status.dnn(
          cudnnDropoutForward(
              handle,
              how,
              shape,
              new Address(x),
              shape,
              new Address(y),
              new Address(mask),
              maskBytes),
          "cudnnDropoutForward");
    }
  }

  /** gradient ← delta · mask / keep with the mask that was kept. */
  void dropBackward(
      double keep, long gradient, long delta, int rows, int columns, long mask, long maskBytes) {
    cudnnDropoutStruct how = dropout(keep);
    cudnnTensorStruct shape = tensor(rows, columns);
    if (dnn.runs()) {
      Status.dnn(
          cudnnDropoutBackward(
              handle,
              how,
              shape,
              new Address(delta),
              shape,
              new Address(gradient),
              new Address(mask),
              maskBytes),
          "cudnnDropoutBackward");
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
