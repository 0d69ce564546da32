package org.gan4j.device.cuda;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceProvider;

/** Makes GPU devices. Loads nothing of CUDA before it is asked whether CUDA works. */
public final class CudaProvider implements DeviceProvider {
  /** What there is; loading this class asks for it. */
  private static final class Installation {
    static final Optional<String> ABSENCE = CudaProbe.absence();
  }

  /** Of each card that was asked for: no other is touched. */
  private static final Map<Integer, Optional<String>> FAILURES = new ConcurrentHashMap<>();

  private static Optional<String> failure(int card) {
    return FAILURES.computeIfAbsent(card, new CudaProbe(KernelCache.ofUser())::failure);
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Optional<String> unavailable() {
    return Installation.ABSENCE.or(() -> failure(0));
  }

  @Override
  public Device open(int index, DeviceOptions options) {
    require(Installation.ABSENCE);
    int cards = CudaProbe.cards();
    if (index < 0 || index >= cards) {
      throw new IllegalArgumentException(
          "there is no GPU cuda:" + index + "; the last one is cuda:" + (cards - 1));
    }
    require(failure(index));
    return new CudaDevice(index, options, KernelCache.ofUser());
  }

  private static void require(Optional<String> failure) {
    failure.ifPresent(
        cause -> {
          throw new DeviceException(cause);
        });
  }

  @Override
  public List<String> inventory() {
    return CudaProbe.inventory();
  }
}
