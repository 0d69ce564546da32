package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.DeviceException;

/**
 * One oneDNN convolution, or one of its two gradients, prepared for a shape. The primitive chooses
 * its layouts: on row-major images oneDNN 3.11 is a hundred times slower than with the copies.
 */
final class ConvolutionPlan implements AutoCloseable {
  /** What is computed. */
  enum Kind {
    /** An image from an image, filters and, if any, a bias. */
    FORWARD,
    /** The adjoint: an image from an image and filters. */
    TRANSPOSED,
    /** Filters from two images. */
    FILTERS
  }

  /**
   * What a plan is for.
   *
   * @param kind what is computed
   * @param shape the convolution's geometry
   * @param rows examples
   * @param biased whether a bias is added
   */
  record Key(Kind kind, ConvolutionShape shape, int rows, boolean biased) {}

  private static final int IMAGE = 0;
  private static final int FILTERS = 1;
  private static final int RESULT = 2;
  private static final int BIAS = 3;

  private final Workspace workspace;
  private final Operand[] operands;
  private final primitive work;
  private final dnnl_primitive workHandle;
  private final dnnl_stream streamHandle;
  private final dnnl_exec_arg_t arguments;
  private final long gradientOffset;
  private final long scratchBytes;
  private Pointer gradient;
  private long scratchBase;

  /**
   * @param somewhere any valid address
   */
  ConvolutionPlan(Key key, engine engine, stream stream, Workspace workspace, Pointer somewhere) {
    this.workspace = workspace;
    ConvolutionShape s = key.shape;
    long[][] sizes = {
      {key.rows, s.channels(), s.height(), s.width()},
      {s.filters(), s.channels(), s.kernel(), s.kernel()},
      {key.rows, s.filters(), s.outputHeight(), s.outputWidth()},
      {s.filters()}
    };
    memory.desc[] plain = descs(sizes, memory.format_tag.abcd);
    memory.desc[] any = descs(sizes, memory.format_tag.any);
    memory.desc[] chosen = new memory.desc[4];
    work = primitive(key, engine, any, plain[BIAS], chosen);
    int output = output(key.kind);
    operands = new Operand[key.biased ? 4 : 3];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = new Operand(i == output, plain[i], chosen[i], engine, stream, somewhere);
    }
    workHandle = work.get();
    streamHandle = stream.get();
    arguments = new dnnl_exec_arg_t(operands.length);
    int[] roles = roles(key.kind);
    for (int i = 0; i < operands.length; i++) {
      arguments.position(i);
      arguments.arg(roles[i]);
      arguments.memory(operands[i].handle());
    }
    arguments.position(0);
    long bytes = 0;
    for (Operand operand : operands) {
      bytes += operand.bytes();
    }
    gradientOffset = bytes;
    long weights = (long) s.filters() * s.filterSize();
    scratchBytes = bytes + (key.kind == Kind.FILTERS ? weights * Float.BYTES : 0);
    workspace.require(scratchBytes);
  }

  /** What it needs of the workspace. */
  long scratchBytes() {
    return scratchBytes;
  }

  private static memory.desc[] descs(long[][] sizes, memory.format_tag images) {
    memory.desc[] descs = new memory.desc[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      memory.format_tag tag = i == BIAS ? memory.format_tag.a : images;
      descs[i] = new memory.desc(sizes[i], memory.data_type.f32, tag, false);
    }
    return descs;
  }

  private static int output(Kind kind) {
    return switch (kind) {
      case FORWARD -> RESULT;
      case TRANSPOSED -> IMAGE;
      case FILTERS -> FILTERS;
    };
  }

  private static int[] roles(Kind kind) {
    return switch (kind) {
      case FORWARD -> new int[] {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, DNNL_ARG_BIAS};
      case TRANSPOSED -> new int[] {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST};
      case FILTERS -> new int[] {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST};
    };
  }

  /** Makes the primitive, and says in `chosen` which layouts it wants. */
  private static primitive primitive(
      Key key, engine engine, memory.desc[] any, memory.desc bias, memory.desc[] chosen) {
    long[] strides = {key.shape.stride(), key.shape.stride()};
    long[] padding = {key.shape.padding(), key.shape.padding()};
    chosen[BIAS] = bias;
    try (convolution_forward.primitive_desc forward =
        key.biased
            ? new convolution_forward.primitive_desc(
                engine,
                dnnl.prop_kind.forward_training,
                dnnl.algorithm.convolution_direct,
                any[IMAGE],
                any[FILTERS],
                bias,
                any[RESULT],
                strides,
                padding,
                padding)
            : new convolution_forward.primitive_desc(
                engine,
                dnnl.prop_kind.forward_training,
                dnnl.algorithm.convolution_direct,
                any[IMAGE],
                any[FILTERS],
                any[RESULT],
                strides,
                padding,
                padding)) {
      return switch (key.kind) {
        case FORWARD -> {
          chosen[IMAGE] = forward.src_desc();
          chosen[FILTERS] = forward.weights_desc();
          chosen[RESULT] = forward.dst_desc();
          yield new convolution_forward(forward);
        }
        case TRANSPOSED -> transposed(engine, any, strides, padding, forward, chosen);
        case FILTERS -> filters(engine, any, strides, padding, forward, chosen);
      };
    }
  }

  private static primitive transposed(
      engine engine,
      memory.desc[] any,
      long[] strides,
      long[] padding,
      convolution_forward.primitive_desc forward,
      memory.desc[] chosen) {
    try (convolution_backward_data.primitive_desc description =
        new convolution_backward_data.primitive_desc(
            engine,
            dnnl.algorithm.convolution_direct,
            any[IMAGE],
            any[FILTERS],
            any[RESULT],
            strides,
            padding,
            padding,
            forward)) {
      chosen[IMAGE] = description.diff_src_desc();
      chosen[FILTERS] = description.weights_desc();
      chosen[RESULT] = description.diff_dst_desc();
      return new convolution_backward_data(description);
    }
  }

  private static primitive filters(
      engine engine,
      memory.desc[] any,
      long[] strides,
      long[] padding,
      convolution_forward.primitive_desc forward,
      memory.desc[] chosen) {
    try (convolution_backward_weights.primitive_desc description =
        new convolution_backward_weights.primitive_desc(
            engine,
            dnnl.algorithm.convolution_direct,
            any[IMAGE],
            any[FILTERS],
            any[RESULT],
            strides,
            padding,
            padding,
            forward)) {
      chosen[IMAGE] = description.src_desc();
      chosen[FILTERS] = description.diff_weights_desc();
      chosen[RESULT] = description.diff_dst_desc();
      return new convolution_backward_weights(description);
    }
  }

  /** Computes whichever of the three the plan is for from the others, for one replica. */
  void run(Pointer image, Pointer filters, Pointer result, Pointer biasOrNull) {
    place();
    operands[IMAGE].use(image);
    operands[FILTERS].use(filters);
    operands[RESULT].use(result);
    if (biasOrNull != null) {
      operands[BIAS].use(biasOrNull);
    }
    for (Operand operand : operands) {
      operand.before();
    }
    int status = dnnl_primitive_execute(workHandle, streamHandle, operands.length, arguments);
    if (status != dnnl_success) {
      throw new DeviceException("oneDNN could not run a convolution: status " + status);
    }
    for (Operand operand : operands) {
      operand.after();
    }
  }

  /**
   * Computes the gradient of the filters, which oneDNN can't add to a velocity.
   *
   * @return where it is until another plan runs
   */
  long filters(Pointer image, Pointer result) {
    place();
    run(image, gradient, result, null);
    return scratchBase + gradientOffset;
  }

  /** Works only when the workspace has moved, so that no step creates a pointer. */
  private void place() {
    workspace.require(scratchBytes);
    if (scratchBase == workspace.base()) {
      return;
    }
    long offset = 0;
    for (Operand operand : operands) {
      operand.place(workspace.pointer(offset));
      offset += operand.bytes();
    }
    gradient = workspace.pointer(gradientOffset);
    scratchBase = workspace.base();
  }

  @Override
  public void close() {
    arguments.close();
    work.close();
    for (Operand operand : operands) {
      operand.close();
    }
  }
}
