package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.gan4j.device.Kernel;

/** The kernels of one card, loaded. Their one parameter is the block of arguments. */
final class KernelLauncher implements AutoCloseable {
  private final CudaContext context;
  private final Owned owned = new Owned();
  private final Map<Kernel, CUfunc_st> functions = new EnumMap<>(Kernel.class);
  private final PointerPointer<BytePointer> parameters = new PointerPointer<>(1);

  /**
   * Loads the kernels.
   *
   * @param cubin their machine code
   */
  KernelLauncher(CudaContext context, byte[] cubin) {
    this.context = context;
    CUmod_st module = new CUmod_st();
    owned.add(parameters::close);
    try (BytePointer image = new BytePointer(cubin)) {
      Status.cuda(cuModuleLoadData(module, image), "cuModuleLoadData");
      owned.add(() -> Status.cuda(cuModuleUnload(module), "cuModuleUnload"));
      for (Kernel kernel : Kernel.values()) {
        if (!kernel.onGpu()) {
          continue;
        }
        CUfunc_st function = new CUfunc_st();
        Status.cuda(cuModuleGetFunction(function, module, symbol(kernel)), "cuModuleGetFunction");
        functions.put(kernel, function);
      }
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private static String symbol(Kernel kernel) {
    return "gan4j_" + kernel.symbol();
  }

  /** Says where the arguments of every launch are. */
  void takeArgumentsFrom(ByteBuffer block) {
    parameters.put(0, new BytePointer(block));
  }

  /**
   * Launches on the main stream.
   *
   * @param blocks of one replica
   */
  void launch(Kernel kernel, int blocks, int replicas) {
    context.streams().beforeKernel();
    int status =
        cuLaunchKernel(
            functions.get(kernel),
            blocks,
            replicas,
            1,
            Blocks.threads(kernel.grid()),
            1,
            1,
            0,
            context.streams().main(),
            parameters,
            (PointerPointer<?>) null);
    Status.cuda(status, "cuLaunchKernel of " + symbol(kernel));
    context.streams().afterKernel();
  }

  @Override
  public void close() {
    owned.close();
  }
}
