package org.gan4j.device;

import java.util.ServiceLoader;

/**
 * What computes. A device, with all that was allocated on it, belongs to the thread that uses it.
 */
public interface Device extends AutoCloseable {
  /**
   * The CPU, through oneDNN and this library's own kernels.
   *
   * @return a new device; close it
   * @throws DeviceException if its native libraries can't be loaded, with the cause
   */
  static Device cpu() {
    return open("cpu");
  }

  /**
   * The best device that works here: a backend other than the CPU's where one does, else the CPU.
   *
   * @return a new device; close it
   * @throws DeviceException if not even the CPU's libraries can be loaded
   */
  static Device auto() {
    return ServiceLoader.load(DeviceProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> !provider.name().equals("cpu") && provider.unavailable().isEmpty())
        .findFirst()
        .map(DeviceProvider::open)
        .orElseGet(Device::cpu);
  }

  /**
   * A device by its backend's name.
   *
   * @param name cpu, or auto
   * @return a new device; close it
   * @throws IllegalArgumentException if there is no such backend
   * @throws DeviceException if it does not work here, with the cause
   */
  static Device open(String name) {
    if (name.equals("auto")) {
      return auto();
    }
    return ServiceLoader.load(DeviceProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("unknown device '" + name + "'; there are: auto, cpu"))
        .open();
  }

  /**
   * What this is, for reports: backend, processor, threads, library versions.
   *
   * @return one line
   */
  String description();

  /**
   * A new arena.
   *
   * @param replicas R of its buffers, ≥ 1
   * @return the arena, to be filled and frozen; close it
   */
  Arena arena(int replicas);

  /**
   * The operations.
   *
   * @return the one object that has them
   */
  Kernels kernels();

  /**
   * Prepares a sequence of kernels for being run many times. On the CPU a run calls {@code step}
   * again; a GPU captures it once. So a step calls kernels only, always the same ones with the same
   * arguments; what changes lives in buffers.
   *
   * @param step the kernels
   * @return the recording; close it
   */
  Replay record(Runnable step);

  /** Waits until all that was queued is done. */
  void synchronize();

  /** Frees what the device itself holds; arenas and recordings are closed before it. */
  @Override
  void close();
}
