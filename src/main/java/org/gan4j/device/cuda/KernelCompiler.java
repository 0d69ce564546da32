package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetNumSupportedArchs;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetSupportedArchs;
import static org.bytedeco.cuda.global.nvrtc.nvrtcVersion;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.gan4j.device.DeviceException;

/**
 * Compiles the kernels for one architecture, or takes them from the cache. Compiling gives machine
 * code, not PTX, which an older driver might refuse.
 */
final class KernelCompiler {
  /**
   * No contraction of a·b + c: the CPU does without, and both are to get the same bits. Lambdas of
   * kernels are device functions, which NVRTC, other than nvcc, does not see of generic ones.
   */
  private static final String[] OPTIONS = {
    "--std=c++17", "--fmad=false", "--device-as-default-execution-space"
  };

  private final KernelCache cache;

  KernelCompiler(KernelCache cache) {
    this.cache = cache;
  }

  static String version() {
    int[] major = new int[1];
    int[] minor = new int[1];
    Status.compiler(nvrtcVersion(major, minor), "nvrtcVersion");
    return major[0] + "." + minor[0];
  }

  /**
   * The kernels' machine code.
   *
   * @param capability of the card, 90 for 9.0
   */
  byte[] cubin(int capability) {
    String source = KernelSource.text();
    String architecture = "--gpu-architecture=sm_" + target(capability);
    String key = KernelCache.key(source, String.join(" ", OPTIONS), version(), architecture);
    Optional<byte[]> kept = cache.read(key);
    if (kept.isPresent()) {
      return kept.get();
    }
    byte[] made = compile(source, architecture);
    cache.write(key, made);
    return made;
  }

  /**
   * Machine code runs on later cards of the same generation, so an unknown card gets an older
   * one's.
   */
  private static int target(int capability) {
    int[] count = new int[1];
    Status.compiler(nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
    int[] known = new int[count[0]];
    Status.compiler(nvrtcGetSupportedArchs(known), "nvrtcGetSupportedArchs");
    return Arrays.stream(known)
        .filter(each -> each <= capability && each / 10 == capability / 10)
        .max()
        .orElseThrow(
            () ->
                new DeviceException(
                    "NVRTC "
                        + version()
                        + " can't compile for this GPU's architecture, sm_"
                        + capability
                        + "; it knows "
                        + Arrays.toString(known)
                        + "; install another CUDA version, or use --device cpu"));
  }

  private static byte[] compile(String source, String architecture) {
    _nvrtcProgram program = new _nvrtcProgram();
    String[] options = Arrays.copyOf(OPTIONS, OPTIONS.length + 1);
    options[OPTIONS.length] = architecture;
    try (BytePointer text = new BytePointer(source, StandardCharsets.UTF_8);
        BytePointer name = new BytePointer("kernels.cu");
        PointerPointer<BytePointer> arguments = new PointerPointer<>(options)) {
      Status.compiler(
          nvrtcCreateProgram(
              program, text, name, 0, (PointerPointer<?>) null, (PointerPointer<?>) null),
          "nvrtcCreateProgram");
      int status = nvrtcCompileProgram(program, options.length, arguments);
      if (status != nvrtc.NVRTC_SUCCESS) {
        throw new DeviceException(
            "NVRTC could not compile the kernels: nvrtcCompileProgram said "
                + Status.compilerText(status)
                + ": "
                + log(program));
      }
      return result(program);
    } finally {
      if (!program.isNull()) {
        nvrtcDestroyProgram(program);
      }
    }
  }

  private static byte[] result(_nvrtcProgram program) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      Status.compiler(nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
      byte[] cubin = new byte[Math.toIntExact(size.get())];
      Status.compiler(nvrtcGetCUBIN(program, cubin), "nvrtcGetCUBIN");
      return cubin;
    }
  }

  private static String log(_nvrtcProgram program) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      Status.compiler(nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
      byte[] log = new byte[Math.toIntExact(size.get())];
      Status.compiler(nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
      return new String(log, StandardCharsets.UTF_8).strip();
    }
  }
}
