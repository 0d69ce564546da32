package org.gan4j.device.cpu;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.gan4j.device.Kernel;
import org.gan4j.device.PlanCache;

/** The library of src/main/native/cpu. */
@Properties(@Platform(include = "cpu/kernels.h", library = "jnigan4j"))
@Namespace("gan4j")
final class NativeKernels {
  static {
    NativeLibrary.load();
  }

  private NativeKernels() {}

  @Name("best_instruction_set")
  static native int bestInstructionSet();

  @Name("use_instruction_set")
  static native void useInstructionSet(int set);

  /** The version of gan4j that the library belongs to. */
  @Cast("const char*")
  static native String version();

  @Name("kernel_count")
  static native int kernelCount();

  /** The name of a kernel, by its number from 0. */
  @Name("kernel_name")
  @Cast("const char*")
  static native String kernelName(int number);

  /**
   * Runs a kernel.
   *
   * @param number of the kernel
   * @param block its arguments
   * @return false, and nothing was done, if it does not take as many words
   */
  static native boolean launch(int number, @Cast("const int64_t*") long block, long replicas);

  /**
   * The numbers of the kernels, which are found by their names; −1 for those that GPUs alone have.
   *
   * @throws IllegalStateException if the library lacks one
   */
  static int[] numbers() {
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < kernelCount(); i++) {
      known.put(kernelName(i), i);
    }
    return Arrays.stream(Kernel.values())
        .mapToInt(
            kernel -> {
              Integer number = kernel.onCpu() ? known.get(kernel.symbol()) : Integer.valueOf(-1);
              if (number == null) {
                throw new IllegalStateException("the native library lacks " + kernel.symbol());
              }
              return number;
            })
        .toArray();
  }

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

  @Name("processor_count")
  static native int processorCount();

  /**
   * Lets this thread compute with no more threads than Java may use: a container's quota of
   * processor time counts, of which OpenMP does not know. A number that was set stays.
   */
  static void heedQuota() {
    int usual = usualThreads();
    if (usual < threadCount() && threadCount() == processorCount()) {
      setThreadCount(usual);
    }
  }

  /** What a thread computes with unless somebody says otherwise. */
  static int usualThreads() {
    if (System.getenv("OMP_NUM_THREADS") != null) {
      return threadCount();
    }
    return Math.min(Runtime.getRuntime().availableProcessors(), processorCount());
  }

  /**
   * Bounds what oneDNN keeps of primitives that nobody has any more, for the next one of the same
   * kind: 1,024 as it comes, a megabyte each. A number that was set stays.
   */
  static void boundPrimitives() {
    if (System.getenv("DNNL_PRIMITIVE_CACHE_CAPACITY") == null
        && System.getenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY") == null) {
      dnnl.dnnl_set_primitive_cache_capacity(PlanCache.KEPT);
    }
  }

  /** Of the work space of maxout_gradients. */
  @Name("winners_bytes")
  static native long winnersBytes(long rows, long inputRows, long inputs, long units, long pieces);

  /** Of the work space of half_gradient. */
  @Name("half_gradient_bytes")
  static native long halfGradientBytes(long rows, long inputs, long outputs);

  /**
   * Adds the gradient of weights from factors in bf16 to the velocity, of one replica, and with a
   * copy of the weights lets these take it: see half.h. All but sizes are addresses.
   */
  @Name("half_gradient")
  static native void halfGradient(
      long weights,
      long velocity,
      long copyOrZero,
      long x,
      long delta,
      long work,
      long rows,
      long inputs,
      long outputs,
      long state);

  @Name("state_words")
  static native int stateWords();

  @Name("gradient_factor")
  static native float gradientFactor(@Cast("const long*") long state);

  static native float momentum(@Cast("const long*") long state);

  @Name("random_words")
  static native void randomWords(@Cast("int*") long out, long n, long seed, long step, int site);
}
