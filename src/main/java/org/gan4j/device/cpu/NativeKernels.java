package org.gan4j.device.cpu;

import java.io.IOException;
import java.net.URL;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/**
 * The kernels of src/main/native/cpu, one native method each (kernel_list.h). A buffer is its
 * address and its stride in elements; an address of 0 is an absent buffer.
 */
@Properties(@Platform(include = "cpu/kernels.h", library = "jnigan4j"))
@Namespace("gan4j")
final class NativeKernels {
  static {
    // oneDNN first: it brings the OpenMP run-time library that both then share.
    Loader.load(org.bytedeco.dnnl.global.dnnl.class);
    URL library = NativeKernels.class.getResource(Loader.getPlatform() + "/libjnigan4j.so");
    try {
      // Where there is none, Loader says so.
      if (library != null) {
        UnpackedLibrary.refresh(library);
      }
    } catch (IOException e) {
      throw new UnsatisfiedLinkError("libjnigan4j.so can't be unpacked: " + e);
    }
    Loader.load();
  }

  private NativeKernels() {}

  @Name("best_instruction_set")
  static native int bestInstructionSet();

  @Name("use_instruction_set")
  static native void useInstructionSet(int set);

  static native long allocate(long bytes);

  static native void release(long block);

  @Name("copy")
  static native void copyIn(
      @Cast("void*") long to, @Cast("const void*") ByteBuffer from, long bytes);

  @Name("copy")
  static native void copyOut(
      @Cast("void*") ByteBuffer to, @Cast("const void*") long from, long bytes);

  @Name("thread_count")
  static native int threadCount();

  @Name("set_thread_count")
  static native void setThreadCount(int threads);

  @Name("state_words")
  static native int stateWords();

  @Name("minus_learning_rate")
  static native float minusLearningRate(@Cast("const long*") long state);

  static native float momentum(@Cast("const long*") long state);

  @Name("random_words")
  static native void randomWords(@Cast("int*") long out, long n, long seed, long step, int site);

  static native void uniform(
      @Cast("float*") long out,
      long outStride,
      long n,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      int site,
      long replicas);

  static native void normal(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      long n,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      int site,
      long replicas);

  static native void dropout(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      long n,
      @Cast("unsigned") int threshold,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      int site,
      long replicas);

  static native void gather(
      @Cast("float*") long out,
      long outStride,
      @Cast("const unsigned char*") long pixels,
      @Cast("const float*") long scaling,
      long rows,
      long width,
      long count,
      long minibatch,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  static native void expand(
      @Cast("float*") long out,
      long outStride,
      @Cast("const unsigned char*") long pixels,
      @Cast("const float*") long scaling,
      long first,
      long rows,
      long width,
      long replicas);

  @Name("maxout_forward")
  static native void maxoutForward(
      @Cast("float*") long out,
      long outStride,
      @Cast("unsigned char*") long winner,
      long winnerStride,
      @Cast("const float*") long in,
      long inStride,
      long rows,
      long units,
      long pieces,
      @Cast("unsigned") int threshold,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      int site,
      long replicas);

  @Name("maxout_backward")
  static native void maxoutBackward(
      @Cast("float*") long out,
      long outStride,
      @Cast("float*") long biasVelocity,
      long biasStride,
      @Cast("const float*") long delta,
      long deltaStride,
      @Cast("const unsigned char*") long winner,
      long winnerStride,
      @Cast("const float*") long rowScale,
      long rowScaleStride,
      long rows,
      long units,
      long pieces,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  @Name("activation_backward")
  static native void activationBackward(
      @Cast("float*") long delta,
      long deltaStride,
      @Cast("float*") long biasVelocity,
      long biasStride,
      @Cast("const float*") long y,
      long yStride,
      @Cast("const float*") long rowScale,
      long rowScaleStride,
      long rows,
      long units,
      int activation,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  @Name("scale_rows")
  static native void scaleRows(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      @Cast("const float*") long rowScale,
      long rowScaleStride,
      long rows,
      long width,
      long replicas);

  @Name("gan_loss")
  static native void ganLoss(
      @Cast("float*") long dSlope,
      long dSlopeStride,
      @Cast("float*") long gSlope,
      long gSlopeStride,
      @Cast("const float*") long logits,
      long logitsStride,
      long fakeRows,
      long realRows,
      int minimax,
      double weight,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  static native void update(
      @Cast("float*") long weights,
      long weightsStride,
      @Cast("const float*") long velocity,
      long velocityStride,
      long n,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  @Name("cap_columns")
  static native void capColumns(
      @Cast("float*") long weights,
      long weightsStride,
      long rows,
      long columns,
      float cap,
      long replicas);

  static native void schedule(@Cast("long*") long state, long stateStride, long replicas);

  static native void advance(@Cast("long*") long state, long stateStride, long replicas);

  static native void fill(
      @Cast("float*") long out, long outStride, long n, float value, long replicas);

  @Name("add_row")
  static native void addRow(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      @Cast("const float*") long row,
      long rowStride,
      long rows,
      long width,
      long replicas);

  @Name("squared_norms")
  static native void squaredNorms(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      long rows,
      long width,
      long replicas);

  @Name("parzen_tile")
  static native void parzenTile(
      @Cast("float*") long nearest,
      long nearestStride,
      @Cast("double*") long sums,
      long sumsStride,
      @Cast("const float*") long products,
      long productsStride,
      @Cast("const float*") long rowNorms,
      long rowNormsStride,
      @Cast("const float*") long columnNorms,
      long columnNormsStride,
      @Cast("const float*") long precisions,
      long sigmaCount,
      long rows,
      long columns,
      long replicas);

  @Name("nearest_tile")
  static native void nearestTile(
      @Cast("float*") long nearest,
      long nearestStride,
      @Cast("int*") long index,
      long indexStride,
      @Cast("const float*") long products,
      long productsStride,
      @Cast("const float*") long rowNorms,
      long rowNormsStride,
      @Cast("const float*") long columnNorms,
      long columnNormsStride,
      long rows,
      long columns,
      long first,
      long replicas);

  static native void accumulate(
      @Cast("float*") long velocity,
      long velocityStride,
      @Cast("const float*") long gradient,
      long gradientStride,
      long n,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  @Name("bias_activation")
  static native void biasActivation(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long in,
      long inStride,
      @Cast("const float*") long bias,
      long biasStride,
      int activation,
      long rows,
      long channels,
      long pixels,
      long replicas);

  @Name("bias_gradient")
  static native void biasGradient(
      @Cast("float*") long velocity,
      long velocityStride,
      @Cast("const float*") long delta,
      long deltaStride,
      long rows,
      long channels,
      long pixels,
      @Cast("long*") long state,
      long stateStride,
      long replicas);

  @Name("max_pool_forward")
  static native void maxPoolForward(
      @Cast("float*") long out,
      long outStride,
      @Cast("unsigned char*") long winner,
      long winnerStride,
      @Cast("const float*") long in,
      long inStride,
      long planes,
      long pieces,
      long height,
      long width,
      long window,
      long stride,
      @Cast("unsigned") int threshold,
      float scale,
      @Cast("long*") long state,
      long stateStride,
      int site,
      long replicas);

  @Name("max_pool_backward")
  static native void maxPoolBackward(
      @Cast("float*") long out,
      long outStride,
      @Cast("const float*") long delta,
      long deltaStride,
      @Cast("const unsigned char*") long winner,
      long winnerStride,
      long planes,
      long pieces,
      long height,
      long width,
      long window,
      long stride,
      float scale,
      long replicas);
}
