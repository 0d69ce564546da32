package org.gan4j.device.cpu;

import java.util.Optional;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceProvider;

/** Makes CPU devices. */
public final class CpuProvider implements DeviceProvider {
  private static final Optional<String> UNAVAILABLE = probe();

  private static Optional<String> probe() {
    try {
      int words = NativeKernels.stateWords();
      return words == org.gan4j.device.StateLayout.WORDS
          ? Optional.empty()
          : Optional.of("the native library belongs to another version of gan4j; rebuild it");
    } catch (LinkageError e) {
      return Optional.of(
          "the CPU backend's native libraries can't be loaded ("
              + reason(e)
              + "); they are built for Linux on x86-64 and arm64 by mvn package, and unpacked to"
              + " ~/.javacpp/cache, or where -Dorg.bytedeco.javacpp.cachedir says");
    }
  }

  /** The innermost cause: what wraps it says only that a class could not be initialised. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
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
  public Device open() {
    UNAVAILABLE.ifPresent(
        cause -> {
          throw new DeviceException(cause);
        });
    return new CpuDevice();
  }
}
