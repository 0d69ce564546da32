package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NCHW;
import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroy;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptor;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.FloatPointer;
import org.gan4j.device.DeviceException;

/**
 * cuDNN on the main stream, with a tensor descriptor for every shape that has come up. Opened when
 * it is first needed, so that dense networks work without cuDNN.
 *
 * <p>cuDNN takes its factors from the host, when a call is made: a graph would keep them, so they
 * are 1 and 0 everywhere.
 */
@SuppressWarnings("deprecation")
final class DnnHandle implements AutoCloseable {
  private record Shape(int n, int channels, int height, int width) {}

  private final CudaContext context;
  private final Owned owned = new Owned();
  private final FloatPointer one = new FloatPointer(1f);
  private final FloatPointer zero = new FloatPointer(0f);
  private final Map<Shape, cudnnTensorStruct> tensors = new HashMap<>();
  private cudnnContext handle;

  DnnHandle(CudaContext context) {
    this.context = context;
    owned.add(one::close);
    owned.add(zero::close);
  }

  /**
   * Opens cuDNN unless it is open.
   *
   * @param user what needs it, for the message
   * @throws DeviceException if it is not there, with the cause and the remedy
   */
  cudnnContext open(String user) {
    if (handle == null) {
      requirePrepared();
      Libraries.DNN
          .failure()
          .ifPresent(
              cause -> {
                throw new DeviceException(user + " need cuDNN: " + cause);
              });
      cudnnContext made = new cudnnContext();
      Status.dnn(cudnnCreate(made), "cudnnCreate");
      owned.add(() -> Status.dnn(cudnnDestroy(made), "cudnnDestroy"));
      Status.dnn(cudnnSetStream(made, context.streams().main()), "cudnnSetStream");
      handle = made;
    }
    return handle;
  }

  FloatPointer one() {
    return one;
  }

  FloatPointer zero() {
    return zero;
  }

  /** Whether calls are to be made: nothing runs while a step is only prepared. */
  boolean runs() {
    return context.streams().mode() != Streams.Mode.PREPARING;
  }

  /** Fails in a capture, where nothing can be created. */
  void requirePrepared() {
    context.streams().requireNoCapture("needs a descriptor that was not prepared");
  }

  /** [n][channels][height][width], dense. */
  cudnnTensorStruct tensor(int n, int channels, int height, int width) {
    Shape shape = new Shape(n, channels, height, width);
    cudnnTensorStruct known = tensors.get(shape);
    if (known != null) {
      return known;
    }
    requirePrepared();
    cudnnTensorStruct made = new cudnnTensorStruct();
    Status.dnn(cudnnCreateTensorDescriptor(made), "cudnnCreateTensorDescriptor");
    owned.add(() -> Status.dnn(cudnnDestroyTensorDescriptor(made), "cudnnDestroyTensorDescriptor"));
    Status.dnn(
        cudnnSetTensor4dDescriptor(
            made, CUDNN_TENSOR_NCHW, CUDNN_DATA_FLOAT, n, channels, height, width),
        "cudnnSetTensor4dDescriptor");
    tensors.put(shape, made);
    return made;
  }

  @Override
  public void close() {
    owned.close();
  }
}
