package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudnn.*;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.javacpp.SizeTPointer;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceException;

/**
 * One cuDNN convolution, or one of its two gradients, prepared for a shape: its algorithm is chosen
 * when it is made, so that it can run inside a capture. Only algorithms that give the same bits
 * every time are taken.
 *
 * <p>cuDNN 9 calls these functions deprecated in favour of its graphs of operations, and has them.
 */
@SuppressWarnings("deprecation")
final class DnnConvolution implements AutoCloseable {
  /** What is computed. */
  enum Kind {
    /** An image from an image and filters. */
    FORWARD(CUDNN_CONVOLUTION_FWD_ALGO_FFT),
    /** The adjoint: an image from an image and filters. */
    TRANSPOSED(CUDNN_CONVOLUTION_BWD_DATA_ALGO_FFT),
    /** Filters from two images. */
    FILTERS(CUDNN_CONVOLUTION_BWD_FILTER_ALGO_FFT);

    /** The first algorithm that does not sum products of its operands, but of transforms. */
    private final int firstTransform;

    Kind(int firstTransform) {
      this.firstTransform = firstTransform;
    }
  }

  /**
   * What a plan is for.
   *
   * @param kind what is computed
   * @param shape the convolution's geometry
   * @param rows examples
   */
  record Key(Kind kind, ConvolutionShape shape, int rows) {}

  /** What cuDNN proposes, the fastest first by its own reckoning. */
  private record Algorithm(int algorithm, int status, int determinism, int math) {}

  /** More than there are algorithms, in any arithmetic. */
  private static final int MAX_CANDIDATES = 32;

  /** FFTs may ask for gigabytes. */
  static final long MAX_WORKSPACE = 256L << 20;

  private final Owned owned = new Owned();
  private final DnnHandle dnn;
  private final cudnnContext handle;
  private final Key key;
  private final boolean strict;
  private final cudnnTensorStruct image;
  private final cudnnTensorStruct result;
  private final cudnnFilterStruct filters = new cudnnFilterStruct();
  private final cudnnConvolutionStruct geometry = new cudnnConvolutionStruct();
  private int algorithm;
  private long workspaceBytes;

  /**
   * Chooses the algorithm.
   *
   * @param strict whether single precision is kept throughout
   * @param workspace room for the first run
   * @throws DeviceException if cuDNN has no algorithm that may be taken
   */
  DnnConvolution(CudaContext context, DnnHandle dnn, Key key, boolean strict, Workspace workspace) {
    this.dnn = dnn;
    this.handle = dnn.open("convolutions");
    this.key = key;
    this.strict = strict;
    ConvolutionShape s = key.shape;
    this.image = dnn.tensor(key.rows, s.channels(), s.height(), s.width());
    this.result = dnn.tensor(key.rows, s.filters(), s.outputHeight(), s.outputWidth());
    try {
      describe(s);
      choose(context, workspace);
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private void describe(ConvolutionShape s) {
    Status.dnn(cudnnCreateFilterDescriptor(filters), "cudnnCreateFilterDescriptor");
    owned.add(
        () -> Status.dnn(cudnnDestroyFilterDescriptor(filters), "cudnnDestroyFilterDescriptor"));
    Status.dnn(
        cudnnSetFilter4dDescriptor(
            filters,
            CUDNN_DATA_FLOAT,
            CUDNN_TENSOR_NCHW,
            s.filters(),
            s.channels(),
            s.kernel(),
            s.kernel()),
        "cudnnSetFilter4dDescriptor");
    Status.dnn(cudnnCreateConvolutionDescriptor(geometry), "cudnnCreateConvolutionDescriptor");
    owned.add(
        () ->
            Status.dnn(
                cudnnDestroyConvolutionDescriptor(geometry), "cudnnDestroyConvolutionDescriptor"));
    Status.dnn(
        cudnnSetConvolution2dDescriptor(
            geometry,
            s.padding(),
            s.padding(),
            s.stride(),
            s.stride(),
            1,
            1,
            CUDNN_CROSS_CORRELATION,
            CUDNN_DATA_FLOAT),
        "cudnnSetConvolution2dDescriptor");
    allow(strict ? CUDNN_FMA_MATH : CUDNN_TENSOR_OP_MATH);
  }

  private void allow(int math) {
    Status.dnn(cudnnSetConvolutionMathType(geometry, math), "cudnnSetConvolutionMathType");
  }

  /** Takes the first that is fit for use, and runs. */
  private void choose(CudaContext context, Workspace workspace) {
    for (Algorithm candidate : candidates()) {
      if (!isFit(candidate)) {
        continue;
      }
      allow(strict ? CUDNN_FMA_MATH : candidate.math);
      // The size that is proposed along with an algorithm is not always the one it needs.
      try (SizeTPointer bytes = new SizeTPointer(1)) {
        int status = workspaceBytes(candidate.algorithm, bytes);
        if (Status.isUnsupported(status)) {
          continue;
        }
        Status.dnn(status, function("cudnnGetConvolution", "WorkspaceSize"));
        if (bytes.get() <= MAX_WORKSPACE) {
          algorithm = candidate.algorithm;
          workspaceBytes = bytes.get();
          if (rehearse(context, workspace)) {
            return;
          }
        }
      }
    }
    throw new DeviceException(
        "cuDNN has no deterministic algorithm that needs at most "
            + (MAX_WORKSPACE >> 20)
            + " MiB for a convolution: "
            + key
            + "; use --device cpu, or other sizes");
  }

  /** Returns false if cuDNN can't run what it proposed. */
  private boolean rehearse(CudaContext context, Workspace workspace) {
    ConvolutionShape s = key.shape;
    Address room = new Address(workspace.require(workspaceBytes));
    try (WarmUpMemory memory = new WarmUpMemory(context)) {
      int status =
          compute(
              new Address(memory.zeros((long) Float.BYTES * key.rows * s.inputs())),
              new Address(memory.zeros((long) Float.BYTES * s.filters() * s.filterSize())),
              new Address(memory.zeros((long) Float.BYTES * key.rows * s.outputs())),
              room);
      if (Status.isUnsupported(status)) {
        return false;
      }
      Status.dnn(status, function("cudnnConvolution", ""));
      return true;
    }
  }

  /**
   * In single precision, no algorithm that rounds its factors, and none whose error is not that of
   * a sum: Winograd's and the FFTs. Never one that rounds to half precision.
   */
  private boolean isFit(Algorithm candidate) {
    boolean halves = candidate.math == CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
    boolean rounds = candidate.math == CUDNN_TENSOR_OP_MATH;
    boolean transforms = candidate.algorithm >= key.kind.firstTransform;
    return candidate.status == CUDNN_STATUS_SUCCESS
        && candidate.determinism == CUDNN_DETERMINISTIC
        && !halves
        && !(strict && (rounds || transforms));
  }

  /** The three kinds of results have the same layout, so that of one kind reads them all. */
  private List<Algorithm> candidates() {
    int[] count = new int[1];
    List<Algorithm> all = new ArrayList<>();
    try (cudnnConvolutionFwdAlgoPerf_t found = new cudnnConvolutionFwdAlgoPerf_t(MAX_CANDIDATES)) {
      int status =
          switch (key.kind) {
            case FORWARD ->
                cudnnGetConvolutionForwardAlgorithm_v7(
                    handle, image, filters, geometry, result, MAX_CANDIDATES, count, found);
            case TRANSPOSED ->
                cudnnGetConvolutionBackwardDataAlgorithm_v7(
                    handle,
                    filters,
                    result,
                    geometry,
                    image,
                    MAX_CANDIDATES,
                    count,
                    new cudnnConvolutionBwdDataAlgoPerf_t(found));
            case FILTERS ->
                cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                    handle,
                    image,
                    result,
                    geometry,
                    filters,
                    MAX_CANDIDATES,
                    count,
                    new cudnnConvolutionBwdFilterAlgoPerf_t(found));
          };
      Status.dnn(status, function("cudnnGetConvolution", "Algorithm_v7"));
      for (int i = 0; i < count[0]; i++) {
        found.position(i);
        all.add(new Algorithm(found.algo(), found.status(), found.determinism(), found.mathType()));
      }
    }
    return all;
  }

  /** The name of the function of this kind. */
  private String function(String before, String after) {
    return switch (key.kind) {
      case FORWARD -> before + "Forward" + after;
      case TRANSPOSED -> before + "BackwardData" + after;
      case FILTERS -> before + "BackwardFilter" + after;
    };
  }

  private int workspaceBytes(int candidate, SizeTPointer bytes) {
    return switch (key.kind) {
      case FORWARD ->
          cudnnGetConvolutionForwardWorkspaceSize(
              handle, image, filters, geometry, result, candidate, bytes);
      case TRANSPOSED ->
          cudnnGetConvolutionBackwardDataWorkspaceSize(
              handle, filters, result, geometry, image, candidate, bytes);
      case FILTERS ->
          cudnnGetConvolutionBackwardFilterWorkspaceSize(
              handle, image, result, geometry, filters, candidate, bytes);
    };
  }

  /** What {@link #run} needs beside its operands. */
  long workspaceBytes() {
    return workspaceBytes;
  }

  /**
   * Computes whichever of the three the plan is for from the other two, for one replica.
   *
   * @param x [rows][channels][height][width]
   * @param w [filters][channels][kernel][kernel]
   * @param y [rows][filters][outputHeight][outputWidth]
   * @param workspace {@link #workspaceBytes} bytes
   */
  void run(Address x, Address w, Address y, Address workspace) {
    Status.dnn(compute(x, w, y, workspace), function("cudnnConvolution", ""));
  }

  private int compute(Address x, Address w, Address y, Address workspace) {
    return switch (key.kind) {
      case FORWARD ->
          cudnnConvolutionForward(
              handle,
              dnn.one(),
              image,
              x,
              filters,
              w,
              geometry,
              algorithm,
              workspace,
              workspaceBytes,
              dnn.zero(),
              result,
              y);
      case TRANSPOSED ->
          cudnnConvolutionBackwardData(
              handle,
              dnn.one(),
              filters,
              w,
              result,
              y,
              geometry,
              algorithm,
              workspace,
              workspaceBytes,
              dnn.zero(),
              image,
              x);
      case FILTERS ->
          cudnnConvolutionBackwardFilter(
              handle,
              dnn.one(),
              image,
              x,
              result,
              y,
              geometry,
              algorithm,
              workspace,
              workspaceBytes,
              dnn.zero(),
              filters,
              w);
    };
  }

  @Override
  public void close() {
    owned.close();
  }
}
