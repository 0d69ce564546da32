package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cuDeviceGetName;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetUuid;
import static org.bytedeco.cuda.global.cudart.cudaDevAttrComputeCapabilityMajor;
import static org.bytedeco.cuda.global.cudart.cudaDevAttrComputeCapabilityMinor;
import static org.bytedeco.cuda.global.cudart.cudaDeviceGetAttribute;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.cuda.cudart.CUuuid;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Interconnect;
import org.gan4j.device.Kernels;
import org.gan4j.device.Replay;
import org.gan4j.device.SafetyNet;

/** One GPU. */
final class CudaDevice implements Device {
  private static final int UUID_BYTES = 16;

  /** The compute capability from which on kernels may begin before others are through. */
  private static final int PROGRAMMATIC = 90;

  private final int ordinal;
  private final DeviceOptions options;
  private final Owned owned = new Owned();
  private final CudaContext context;
  private final CudaBackend backend;
  private final LtProducts products;
  private final Kernels kernels;
  private final SafetyNet net;

  CudaDevice(int ordinal, DeviceOptions options, KernelCache cache) {
    this.ordinal = ordinal;
    this.options = options;
    try {
      context = new CudaContext(ordinal, options);
      owned.add(context::close);
      int capability = capability(ordinal);
      if (options.launch() == DeviceOptions.Launch.PROGRAMMATIC && capability < PROGRAMMATIC) {
        throw new DeviceException(
            "cuda.launch=programmatic needs a GPU of compute capability 9.0 or more; this one has "
                + capability / 10.0);
      }
      KernelLauncher launcher =
          new KernelLauncher(context, new KernelCompiler(cache).cubin(capability));
      owned.add(launcher::close);
      products = new LtProducts(context, options, capability);
      owned.add(products::close);
      backend = backend(launcher);
      kernels = new Kernels(backend);
      net =
          SafetyNet.under(this, "a GPU device, whose memory stays taken until Java ends", () -> {});
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private CudaBackend backend(KernelLauncher launcher) {
    DnnHandle handle = new DnnHandle(context);
    owned.add(handle::close);
    DnnConvolutions convolutions = new DnnConvolutions(context, handle, options.math());
    owned.add(convolutions::close);
    if (options.kernels() == DeviceOptions.KernelSet.FUSED) {
      return new CudaBackend(context, products, launcher, convolutions, options);
    }
    Dnn dnn = new Dnn(context, handle);
    owned.add(dnn::close);
    return new LibraryBackend(context, products, launcher, convolutions, options, dnn);
  }

  /** The compute capability, 90 for 9.0. */
  static int capability(int ordinal) {
    int[] major = new int[1];
    int[] minor = new int[1];
    Status.cuda(
        cudaDeviceGetAttribute(major, cudaDevAttrComputeCapabilityMajor, ordinal),
        "cudaDeviceGetAttribute");
    Status.cuda(
        cudaDeviceGetAttribute(minor, cudaDevAttrComputeCapabilityMinor, ordinal),
        "cudaDeviceGetAttribute");
    return 10 * major[0] + minor[0];
  }

  static String name(int ordinal) {
    byte[] name = new byte[256];
    Status.cuda(cuDeviceGetName(name, name.length, ordinal), "cuDeviceGetName");
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }

  /** Of all cards on all machines this one's alone, in hexadecimal. */
  static String uuid(int ordinal) {
    try (CUuuid uuid = new CUuuid()) {
      Status.cuda(cuDeviceGetUuid(uuid, ordinal), "cuDeviceGetUuid");
      byte[] bytes = new byte[UUID_BYTES];
      uuid.bytes().get(bytes);
      return HexFormat.of().formatHex(bytes);
    }
  }

  CudaBackend backend() {
    return backend;
  }

  @Override
  public String description() {
    return String.format("cuda:%d (%s)", ordinal, arithmetic());
  }

  @Override
  public String arithmetic() {
    context.enter();
    return String.format(
        "%s, sm_%d, %s kernels, %s%s, CUDA %s",
        name(ordinal),
        capability(ordinal),
        options.kernels().name().toLowerCase(Locale.ROOT),
        options.math().name().toLowerCase(Locale.ROOT),
        options.updates() == DeviceOptions.Updates.FUSED ? ", fused updates" : "",
        Libraries.runtimeVersion());
  }

  @Override
  public DeviceOptions options() {
    return options;
  }

  @Override
  public String math() {
    return "cuda.math=" + options.math().name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String choices() {
    context.enter();
    return products.choices();
  }

  @Override
  public void keepTo(String choices) {
    context.enter();
    products.keepTo(choices);
  }

  @Override
  public boolean usesHostMemory() {
    return false;
  }

  @Override
  public DeviceArena arena(int replicas) {
    context.enter();
    return new CudaArena(context, replicas);
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public Replay record(Runnable step) {
    context.enter();
    context.streams().requireEager("records another one");
    CudaReplay replay = new CudaReplay(context, backend, step);
    replay.capture();
    return replay;
  }

  @Override
  public void handOver() {
    context.handOver();
  }

  /** Threads gain nothing: a GPU does one thing after the other. */
  @Override
  public Optional<Device> sibling() {
    return Optional.empty();
  }

  @Override
  public Optional<Interconnect> interconnect() {
    context.enter();
    return Libraries.COLLECTIVES.failure().isPresent()
        ? Optional.empty()
        : Optional.of(new NcclInterconnect(context, backend, ordinal));
  }

  @Override
  public void synchronize() {
    context.enter();
    context.streams().requireEager("waits for the device");
    context.streams().synchronize();
    context.requireOthers();
  }

  @Override
  public void close() {
    if (!context.isClosed()) {
      context.enter();
      if (context.streams().mode() != Streams.Mode.EAGER) {
        throw new DeviceException("a step that is being recorded closes its device");
      }
      owned.close();
      net.remove();
    }
  }
}
