package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaErrorInsufficientDriver;
import static org.bytedeco.cuda.global.cudart.cudaErrorNoDevice;
import static org.bytedeco.cuda.global.cudart.cudaGetDeviceCount;
import static org.bytedeco.cuda.global.cudart.cudaGetLastError;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.NativeFolder;

/** Finds out whether CUDA works here by using it: allocates, multiplies, frees. */
final class CudaProbe {
  private static final List<Libraries> NEEDED =
      List.of(Libraries.RUNTIME, Libraries.BLAS, Libraries.COMPILER);

  private final KernelCache cache;

  CudaProbe(KernelCache cache) {
    this.cache = cache;
  }

  /** Empty if there are CUDA and a card, else the cause and the remedy in one line. */
  static Optional<String> absence() {
    try {
      NativeFolder.choose();
      return installation();
    } catch (DeviceException e) {
      return Optional.of(e.getMessage());
    } catch (LinkageError e) {
      return unloadable(e);
    }
  }

  private static Optional<String> unloadable(LinkageError e) {
    return Optional.of("CUDA's libraries can't be loaded: " + e.getMessage());
  }

  /** Empty if a card that is there works, else the cause and the remedy in one line. */
  Optional<String> failure(int card) {
    try {
      multiply(card);
      return Optional.empty();
    } catch (DeviceException e) {
      return Optional.of(e.getMessage());
    } catch (LinkageError e) {
      return unloadable(e);
    }
  }

  private static Optional<String> installation() {
    for (Libraries library : NEEDED) {
      if (library.failure().isPresent()) {
        return library.failure();
      }
    }
    int[] count = new int[1];
    int status = cudaGetDeviceCount(count);
    if (status != 0) {
      cudaGetLastError();
    }
    return switch (status) {
      case 0 -> count[0] > 0 ? Optional.empty() : Optional.of(noCard());
      case cudaErrorNoDevice -> Optional.of(noCard());
      case cudaErrorInsufficientDriver ->
          Optional.of(
              "the NVIDIA driver is too old: it runs CUDA "
                  + Libraries.driverVersion()
                  + " at most, the libraries are of CUDA "
                  + Libraries.runtimeVersion()
                  + "; update the driver to release 580 or newer");
      default -> Optional.of("cudaGetDeviceCount said " + Status.describe(status));
    };
  }

  private static String noCard() {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    return "no NVIDIA GPU is visible"
        + (visible == null ? "" : " with CUDA_VISIBLE_DEVICES=" + visible)
        + "; nvidia-smi must list one";
  }

  /** How many GPUs there are; 0 if that can't be found out. */
  static int cards() {
    int[] count = new int[1];
    if (cudaGetDeviceCount(count) != 0) {
      cudaGetLastError();
      return 0;
    }
    return count[0];
  }

  private void multiply(int card) {
    float[] product = new float[1];
    try (CudaDevice device = new CudaDevice(card, DeviceOptions.DEFAULT, cache);
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer out = arena.floats(1);
      DeviceBuffer a = arena.floats(4);
      DeviceBuffer b = arena.floats(4);
      arena.freeze();
      device.kernels().fill(a, 2);
      device.kernels().fill(b, 3);
      device.kernels().innerProducts(out, a, b, 1, 1, 4);
      Buffers.read(out, 0, product);
    }
    if (product[0] != 24) {
      throw new DeviceException(
          "the GPU computes nonsense (2·3 + 2·3 + 2·3 + 2·3 = "
              + product[0]
              + "); use --device cpu");
    }
  }

  /** What was found: the driver, the libraries, the cards; nothing without a driver. */
  static List<String> inventory() {
    List<String> lines = new ArrayList<>();
    try {
      NativeFolder.choose();
    } catch (LinkageError e) {
      return lines;
    }
    if (Libraries.RUNTIME.failure().isPresent()) {
      return lines;
    }
    for (Libraries library : Libraries.values()) {
      try {
        lines.addAll(describe(library));
      } catch (DeviceException | LinkageError e) {
        lines.add(title(library) + ": " + e.getMessage());
      }
    }
    return lines;
  }

  private static List<String> describe(Libraries library) {
    if (library.failure().isPresent()) {
      return List.of(title(library) + ": " + library.failure().get());
    }
    List<String> lines = new ArrayList<>();
    lines.add(title(library) + " " + library.version() + at(library.path()));
    if (library == Libraries.RUNTIME) {
      lines.add("driver for CUDA " + Libraries.driverVersion() + at(Libraries.driverPath()));
      for (int i = 0; i < cards(); i++) {
        lines.add("cuda:" + i + " " + CudaDevice.name(i) + ", sm_" + CudaDevice.capability(i));
      }
    }
    return lines;
  }

  private static String title(Libraries library) {
    return switch (library) {
      case RUNTIME -> "CUDA run-time library";
      case BLAS -> "cuBLASLt";
      case COMPILER -> "NVRTC";
      case DNN -> "cuDNN";
      case COLLECTIVES -> "NCCL, for several ranks";
    };
  }

  private static String at(Optional<String> path) {
    return path.map(where -> " (" + where + ")").orElse("");
  }
}
