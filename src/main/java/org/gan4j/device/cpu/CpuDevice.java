package org.gan4j.device.cpu;

import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Kernels;
import org.gan4j.device.Owner;
import org.gan4j.device.Replay;
import org.gan4j.device.SafetyNet;

/** The processor this runs on. */
final class CpuDevice implements Device {
  private static final String[] INSTRUCTION_SETS = {"plain", "AVX2", "AVX-512"};

  /**
   * OpenMP keeps a number for each thread: the one that was set here last, 0 for the usual one, −1
   * if none was.
   */
  private static final ThreadLocal<int[]> SET = ThreadLocal.withInitial(() -> new int[] {-1});

  private final int threads;
  private final DeviceOptions options;
  private final CpuBackend backend;
  private final Kernels kernels;
  private final Owner owner = new Owner();
  private final SafetyNet net = SafetyNet.under(this, "a CPU device", () -> {});
  private volatile boolean closed;

  CpuDevice() {
    this(DeviceOptions.DEFAULT);
  }

  /**
   * Of this thread.
   *
   * @param options of which the threads that it computes with (0: the usual number) and the way
   *     back through maxout are the CPU's
   */
  CpuDevice(DeviceOptions options) {
    this.options = options;
    this.threads = options.threads();
    this.backend = new CpuBackend(this, options);
    this.kernels = new Kernels(backend);
    NativeKernels.boundPrimitives();
  }

  CpuBackend backend() {
    return backend;
  }

  private boolean winners() {
    return options.maxout() == DeviceOptions.Maxout.WINNERS;
  }

  /** Fails in another thread than the owner's, and if closed: what oneDNN had is gone then. */
  void require() {
    owner.require();
    requireOpen();
    int[] set = SET.get();
    if (set[0] != threads) {
      if (threads == 0 && set[0] < 0) {
        NativeKernels.heedQuota();
      } else {
        NativeKernels.setThreadCount(threads == 0 ? NativeKernels.usualThreads() : threads);
      }
      set[0] = threads;
    }
  }

  Owner owner() {
    return owner;
  }

  /** Fails if closed. */
  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this CPU device is closed: open another one");
    }
  }

  @Override
  public String description() {
    require();
    return String.format(
        "cpu (%d threads, %s kernels, %s)",
        NativeKernels.threadCount(),
        INSTRUCTION_SETS[NativeKernels.bestInstructionSet()],
        arithmetic());
  }

  /** Our own kernels give the same bits on every instruction set, oneDNN's products don't. */
  @Override
  public String arithmetic() {
    dnnl_version_t version = dnnl.dnnl_version();
    return String.format(
        "oneDNN %d.%d.%d, %s%s%s",
        version.major(),
        version.minor(),
        version.patch(),
        dnnl.get_effective_cpu_isa(),
        options.cpuMath() == DeviceOptions.CpuMath.BF16 ? ", bf16" : "",
        winners() ? BY_WINNERS : "");
  }

  @Override
  public int threads() {
    require();
    return NativeKernels.threadCount();
  }

  @Override
  public DeviceOptions options() {
    return options;
  }

  @Override
  public String math() {
    return "cpu.math=" + options.cpuMath().name().toLowerCase(Locale.ROOT);
  }

  /** Whether oneDNN multiplies bf16 here by instructions of the processor. */
  static boolean hasBf16() {
    int needed = dnnl.cpu_isa.avx512_core_bf16.value;
    return (dnnl.get_effective_cpu_isa().intern().value & needed) == needed;
  }

  @Override
  public boolean usesHostMemory() {
    return true;
  }

  @Override
  public DeviceArena arena(int replicas) {
    require();
    return new CpuArena(this, replicas);
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public Replay record(Runnable step) {
    require();
    return new CpuReplay(step);
  }

  /** Calls the step; the plans that it uses stay until it is closed. */
  private final class CpuReplay implements Replay {
    private final Runnable step;

    CpuReplay(Runnable step) {
      this.step = step;
    }

    @Override
    public void run(long times) {
      require();
      backend.record(this);
      try {
        for (long i = 0; i < times; i++) {
          step.run();
        }
      } finally {
        backend.record(null);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        owner.require();
        backend.release(this);
      }
    }
  }

  @Override
  public void handOver() {
    owner.handOver();
  }

  @Override
  public Optional<Device> sibling() {
    return Optional.of(new CpuDevice(options));
  }

  @Override
  public void synchronize() {
    require();
  }

  @Override
  public void close() {
    if (!closed) {
      owner.require();
      closed = true;
      backend.close();
      net.remove();
    }
  }
}
