package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.gan4j.device.DeviceBuffer;

/**
 * Launches the kernels of one card. Arguments are given one by one, in the order of the kernel's
 * parameters, into a block that is used again and again, so a launch allocates nothing.
 */
final class KernelLauncher implements AutoCloseable {
  private static final int MAX_ARGUMENTS = 24;

  private final CudaContext context;
  private final Owned owned = new Owned();
  private final Map<Kernel, CUfunc_st> functions = new EnumMap<>(Kernel.class);
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(MAX_ARGUMENTS * Long.BYTES).order(ByteOrder.nativeOrder());
  private final PointerPointer<BytePointer> pointers;
  private Set<CudaArena> recorded;
  private int replicas;

  /**
   * Loads the kernels.
   *
   * @param cubin their machine code
   */
  KernelLauncher(CudaContext context, byte[] cubin) {
    this.context = context;
    CUmod_st module = new CUmod_st();
    pointers = new PointerPointer<>(MAX_ARGUMENTS);
    owned.add(pointers::close);
    try (BytePointer image = new BytePointer(cubin)) {
      Status.cuda(cuModuleLoadData(module, image), "cuModuleLoadData");
      owned.add(() -> Status.cuda(cuModuleUnload(module), "cuModuleUnload"));
      for (Kernel kernel : Kernel.values()) {
        CUfunc_st function = new CUfunc_st();
        Status.cuda(cuModuleGetFunction(function, module, kernel.symbol()), "cuModuleGetFunction");
        functions.put(kernel, function);
      }
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
    BytePointer block = new BytePointer(values);
    for (int i = 0; i < MAX_ARGUMENTS; i++) {
      pointers.put(i, block.getPointer((long) i * Long.BYTES));
    }
  }

  /** From now on, notes the arenas of all buffers; null ends that. */
  void note(Set<CudaArena> arenasOrNull) {
    recorded = arenasOrNull;
  }

  /** The buffer as this backend's, its use noted. */
  CudaBuffer here(DeviceBuffer buffer) {
    if (buffer instanceof CudaBuffer here && here.arena().context() == context) {
      if (recorded != null) {
        recorded.add(here.arena());
      }
      here.address();
      return here;
    }
    throw new IllegalArgumentException("a buffer of another device was given to a GPU");
  }

  /**
   * Begins the arguments of a launch.
   *
   * @param count R
   */
  KernelLauncher of(int count) {
    context.enter();
    replicas = count;
    values.clear();
    return this;
  }

  /** A buffer that is written, and perhaps read: its address and its stride. */
  KernelLauncher writes(DeviceBuffer bufferOrNull) {
    return pair(bufferOrNull, true);
  }

  /** A buffer that is only read. */
  KernelLauncher reads(DeviceBuffer bufferOrNull) {
    return pair(bufferOrNull, false);
  }

  private KernelLauncher pair(DeviceBuffer bufferOrNull, boolean written) {
    if (bufferOrNull == null) {
      return integer(0).integer(0);
    }
    CudaBuffer buffer = use(bufferOrNull, written);
    return integer(buffer.address()).integer(buffer.stride());
  }

  /** A buffer of one replica that is only read: its address. */
  KernelLauncher shared(DeviceBuffer buffer) {
    return integer(use(buffer, false).address());
  }

  private CudaBuffer use(DeviceBuffer any, boolean written) {
    CudaBuffer buffer = here(any);
    if (written) {
      context.streams().writes(buffer);
    } else {
      context.streams().reads(buffer);
    }
    return buffer;
  }

  /** An integer of any width, or an address. */
  KernelLauncher integer(long value) {
    values.putLong(value);
    return this;
  }

  KernelLauncher real(float value) {
    values.putFloat(value).putInt(0);
    return this;
  }

  KernelLauncher real(double value) {
    values.putDouble(value);
    return this;
  }

  /**
   * Launches, unless a step is only being prepared.
   *
   * @param items elements, rows or columns of one replica, as the kernel's grid counts
   */
  void launch(Kernel kernel, long items) {
    if (context.streams().mode() == Streams.Mode.PREPARING) {
      return;
    }
    Kernel.Grid grid = kernel.grid();
    int status =
        cuLaunchKernel(
            functions.get(kernel),
            grid.blocks(items),
            replicas,
            1,
            grid.threadsAcross(),
            grid.threadsDown(),
            1,
            0,
            context.streams().main(),
            pointers,
            (PointerPointer<?>) null);
    Status.cuda(status, "cuLaunchKernel of " + kernel.symbol());
  }

  /** Collects the arenas that a step uses. */
  static Set<CudaArena> arenas() {
    return new HashSet<>();
  }

  @Override
  public void close() {
    owned.close();
  }
}
