package org.gan4j.device.cuda;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceProvider;

/** Makes GPU devices. Loads nothing of CUDA before it is asked whether CUDA works. */
public final class CudaProvider implements DeviceProvider {
  /** The probe's answer; loading this class asks for it. */
  private static final class Probe {
    static final Optional<String> FAILURE = new CudaProbe(KernelCache.ofUser()).failure();
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Optional<String> unavailable() {
    return Probe.FAILURE;
  }

  @Override
  public Device open(int index, DeviceOptions options) {
    unavailable()
        .ifPresent(
            cause -> {
              throw new DeviceException(cause);
            });
    int cards = CudaProbe.cards();
    if (index < 0 || index >= cards) {
      throw new IllegalArgumentException(
          "there is no GPU cuda:" + index + "; the last one is cuda:" + (cards - 1));
    }
    return new CudaDevice(index, options, KernelCache.ofUser());
  }

  @Override
  public List<String> inventory() {
    return CudaProbe.inventory();
  }
}
