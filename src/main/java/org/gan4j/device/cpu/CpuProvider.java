package org.gan4j.device.cpu;

import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceProvider;
import org.gan4j.device.StateLayout;

/** Makes CPU devices. */
public final class CpuProvider implements DeviceProvider {
  private static final String ANOTHER_VERSION =
      "the native library belongs to another version of gan4j: build it again";

  private static final Optional<String> UNAVAILABLE = probe();

  private static Optional<String> probe() {
    try {
      NativeKernels.numbers();
      return NativeKernels.stateWords() == StateLayout.WORDS
          ? Optional.empty()
          : Optional.of(ANOTHER_VERSION);
    } catch (IllegalStateException e) {
      return Optional.of(e.getMessage() + ": " + ANOTHER_VERSION);
    } catch (LinkageError e) {
      return Optional.of("the CPU backend's native libraries can't be loaded (" + reason(e) + ")");
    }
  }

  /** The innermost cause: what wraps it says only that a class could not be initialised. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    boolean sentence = root.getMessage() != null && root.getMessage().contains(" ");
    String text = sentence ? root.getMessage() : root.toString();
    return text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Optional<String> unavailable() {
    return UNAVAILABLE;
  }

  @Override
  public Device open(int index, DeviceOptions options) {
    if (index != 0) {
      throw new IllegalArgumentException("there is one CPU device, cpu, not cpu:" + index);
    }
    UNAVAILABLE.ifPresent(
        cause -> {
          throw new DeviceException(cause);
        });
    if (options.cpuMath() == DeviceOptions.CpuMath.BF16 && !CpuDevice.hasBf16()) {
      throw new DeviceException(
          "cpu.math=bf16 needs a processor with AVX512_BF16, oneDNN has "
              + dnnl.get_effective_cpu_isa()
              + " here: leave it out");
    }
    return new CpuDevice(options);
  }

  @Override
  public List<String> inventory() {
    return List.of();
  }
}
