package org.gan4j.device;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What computes. A device belongs to the thread that opened it, with everything that lives on it:
 * arenas, networks, trainers. In every other thread their methods, close among them, throw an
 * IllegalStateException at once; {@link #handOver} lets another thread go on.
 */
public interface Device extends AutoCloseable {
  /** What ends {@link #arithmetic} where {@link DeviceOptions.Maxout#WINNERS} counts. */
  String BY_WINNERS = ", maxout by winners";

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
   * A GPU, through CUDA.
   *
   * @param index which, from 0
   * @return a new device; close it
   * @throws IllegalArgumentException if there is no GPU of that number
   * @throws DeviceException if CUDA does not work here, with the cause and the remedy
   */
  static Device cuda(int index) {
    return open("cuda:" + index);
  }

  /**
   * The best device that works here: a backend other than the CPU's where one does, else the CPU.
   *
   * @return a new device; close it
   * @throws DeviceException if not even the CPU's libraries can be loaded
   */
  static Device auto() {
    return open("auto");
  }

  /**
   * A device by its name.
   *
   * @param name cpu, cuda, cuda:N for the GPU of that number from 0, or auto
   * @return a new device; close it
   * @throws IllegalArgumentException if there is no such backend or no device of that number
   * @throws DeviceException if it does not work here, with the cause
   */
  static Device open(String name) {
    return open(name, DeviceOptions.DEFAULT, notice -> {});
  }

  /**
   * A device by its name, with options.
   *
   * @param name as in {@link #open(String)}; only auto ever takes another device than it names
   * @param options how it computes
   * @param notice told in one line why auto took the CPU, where it did
   * @return a new device; close it
   * @throws IllegalArgumentException if there is no such backend or no device of that number
   * @throws DeviceException if it does not work here, with the cause
   */
  static Device open(String name, DeviceOptions options, Consumer<String> notice) {
    return Devices.open(name, options, notice);
  }

  /**
   * The backends that this was built with, whether they work here or not.
   *
   * @return at least the CPU's
   */
  static List<DeviceProvider> providers() {
    return Devices.providers();
  }

  /**
   * What this is, for reports: backend, processor, threads, library versions.
   *
   * @return one line
   */
  String description();

  /**
   * What decides how products are summed: a training that goes on under another text than it began
   * under differs in the last bits from one that does not.
   *
   * @return such as "oneDNN 3.11.0, avx512_core, maxout by winners"; the number of {@link #threads}
   *     is no part of it
   */
  String arithmetic();

  /**
   * With how many threads of the processor it computes.
   *
   * @return ≥ 1; 0 if that has no part in the bits, as on a GPU
   */
  default int threads() {
    return 0;
  }

  /**
   * The precision of products, which is a choice.
   *
   * @return such as "cpu.math=fp32": the setting and its value
   */
  String math();

  /**
   * How it computes.
   *
   * @return the options that it was opened with
   */
  DeviceOptions options();

  /**
   * What this has chosen by timing so far ({@link DeviceOptions.Algorithms#TIMED}), for {@link
   * #keepTo}. Checkpoints have it, so that a run goes on as it began.
   *
   * @return lines that mean nothing elsewhere; empty where nothing is chosen by timing
   */
  default String choices() {
    return "";
  }

  /**
   * Chooses as another device did, where the same choice comes up: of the same libraries on the
   * same kind of card, and none that was made here already.
   *
   * @param choices of the other device, or any text: what does not fit is left out, and timed here
   */
  default void keepTo(String choices) {}

  /**
   * Whether buffers take the host's memory.
   *
   * @return false for a card, which has memory of its own
   */
  boolean usesHostMemory();

  /**
   * A new arena.
   *
   * @param replicas R of its buffers, ≥ 1
   * @return the arena, to be filled and frozen; close it
   */
  DeviceArena arena(int replicas);

  /**
   * The operations.
   *
   * @return the one object that has them
   */
  Kernels kernels();

  /**
   * Prepares a sequence of kernels for being run many times. On the CPU a run calls {@code step}
   * again; a GPU captures it once. So a step calls kernels only, always the same ones with the same
   * arguments; what changes lives in buffers. Nothing runs yet. No step reads or writes host
   * memory.
   *
   * @param step the kernels
   * @return the recording; close it
   */
  Replay record(Runnable step);

  /**
   * Gives the device up, with all that lives on it: the next thread that uses it owns it. All that
   * this thread wrote is seen there.
   *
   * @throws IllegalStateException if it belongs to another thread
   */
  void handOver();

  /**
   * Another device of the same kind, for another thread to use at the same time. It can read the
   * shared arenas of this one.
   *
   * @return the device; close it before this one. Empty where threads gain nothing from it, as on a
   *     GPU
   */
  Optional<Device> sibling();

  /**
   * How this reaches other devices of its kind by itself.
   *
   * @return empty where values pass through the host, as on a CPU
   */
  default Optional<Interconnect> interconnect() {
    return Optional.empty();
  }

  /** Waits until all that was queued is done. */
  void synchronize();

  /** Frees what the device itself holds; arenas and recordings are closed before it. */
  @Override
  void close();
}
