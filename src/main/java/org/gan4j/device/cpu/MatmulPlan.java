package org.gan4j.device.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.Epilogue;

/**
 * One oneDNN matrix product, prepared for a shape; which buffers it works on is said at each run.
 *
 * <p>Replicas are multiplied one after the other: oneDNN 3.11 has no fast batched product with a
 * bias, and its batched sums of one term read the wrong elements.
 */
final class MatmulPlan implements AutoCloseable {
  /**
   * What a plan is for.
   *
   * @param rows of the result
   * @param columns of the result
   * @param inner terms of a sum
   * @param half whether the factors are bf16
   * @param transposeB whether b is stored [columns][inner]
   * @param biased whether a bias is added
   * @param epilogue what is done to the sum
   */
  record Shape(
      int rows,
      int columns,
      int inner,
      boolean half,
      boolean transposeB,
      boolean biased,
      Epilogue epilogue) {}

  private final memory out;
  private final memory a;
  private final memory b;
  private final memory bias;
  private final dnnl_memory outHandle;
  private final dnnl_memory aHandle;
  private final dnnl_memory bHandle;
  private final dnnl_memory biasHandle;
  private final matmul product;
  private final dnnl_primitive productHandle;
  private final dnnl_stream streamHandle;
  private final dnnl_exec_arg_t arguments;
  private final int argumentCount;

  /**
   * Prepares.
   *
   * @param somewhere any valid address
   */
  MatmulPlan(Shape s, engine engine, stream stream, Pointer somewhere) {
    memory.data_type factors = s.half ? memory.data_type.bf16 : memory.data_type.f32;
    memory.desc aDesc = desc(s.rows, s.inner, false, factors);
    memory.desc bDesc = desc(s.inner, s.columns, s.transposeB, factors);
    memory.desc outDesc = desc(s.rows, s.columns, false, memory.data_type.f32);
    memory.desc biasDesc = desc(1, s.columns, false, memory.data_type.f32);
    try (post_ops after = new post_ops();
        primitive_attr attributes = new primitive_attr()) {
      if (s.epilogue == Epilogue.RELU) {
        after.append_eltwise(dnnl.algorithm.eltwise_relu, 0, 0);
      } else if (s.epilogue == Epilogue.SIGMOID) {
        after.append_eltwise(dnnl.algorithm.eltwise_logistic, 0, 0);
      } else if (s.epilogue == Epilogue.SOFTPLUS) {
        after.append_eltwise(dnnl.algorithm.eltwise_soft_relu, 1, 0);
      } else if (s.epilogue == Epilogue.TANH) {
        after.append_eltwise(dnnl.algorithm.eltwise_tanh, 0, 0);
      }
      attributes.set_post_ops(after);
      try (matmul.primitive_desc description =
          s.biased
              ? new matmul.primitive_desc(
                  engine, aDesc, bDesc, biasDesc, outDesc, attributes, false)
              : new matmul.primitive_desc(engine, aDesc, bDesc, outDesc, attributes, false)) {
        product = new matmul(description);
      }
    }
    out = new memory(outDesc, engine, somewhere);
    a = new memory(aDesc, engine, somewhere);
    b = new memory(bDesc, engine, somewhere);
    bias = s.biased ? new memory(biasDesc, engine, somewhere) : null;
    outHandle = out.get();
    aHandle = a.get();
    bHandle = b.get();
    biasHandle = bias == null ? null : bias.get();
    productHandle = product.get();
    streamHandle = stream.get();
    argumentCount = s.biased ? 4 : 3;
    arguments = new dnnl_exec_arg_t(argumentCount);
    argument(0, DNNL_ARG_SRC, aHandle);
    argument(1, DNNL_ARG_WEIGHTS, bHandle);
    argument(2, DNNL_ARG_DST, outHandle);
    if (s.biased) {
      argument(3, DNNL_ARG_BIAS, biasHandle);
    }
    arguments.position(0);
  }

  private static memory.desc desc(
      long rows, long columns, boolean transposed, memory.data_type type) {
    long[] strides = transposed ? new long[] {1, rows} : new long[] {columns, 1};
    return new memory.desc(new long[] {rows, columns}, type, strides, false);
  }

  private void argument(int index, int role, dnnl_memory handle) {
    arguments.position(index);
    arguments.arg(role);
    arguments.memory(handle);
  }

  /** One replica's product, of factors of the plan's type. */
  void run(Pointer o, Pointer x, Pointer y, Pointer biasOrNull) {
    dnnl_memory_set_data_handle(outHandle, o);
    dnnl_memory_set_data_handle(aHandle, x);
    dnnl_memory_set_data_handle(bHandle, y);
    if (biasOrNull != null) {
      dnnl_memory_set_data_handle(biasHandle, biasOrNull);
    }
    int status = dnnl_primitive_execute(productHandle, streamHandle, argumentCount, arguments);
    if (status != dnnl_success) {
      throw new DeviceException("oneDNN could not run a matrix product: status " + status);
    }
  }

  @Override
  public void close() {
    arguments.close();
    product.close();
    out.close();
    a.close();
    b.close();
    if (bias != null) {
      bias.close();
    }
  }
}
