package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cudaGraphLaunch;

import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.gan4j.device.Replay;

/** A step as a graph, and {@value #UNROLLED} of them in one graph: fewer launches for many runs. */
final class CudaReplay implements Replay {
  static final int UNROLLED = 32;

  private final CudaContext context;
  private final Owned owned = new Owned();
  private final Set<CudaArena> arenas;
  private final Consumer<Object> released;
  private CUgraphExec_st once;
  private CUgraphExec_st many;
  private boolean closed;

  /**
   * Of nothing yet.
   *
   * @param arenas all whose buffers the step uses; filled while it is captured
   * @param released told of this when it is closed
   */
  CudaReplay(CudaContext context, Set<CudaArena> arenas, Consumer<Object> released) {
    this.context = context;
    this.arenas = arenas;
    this.released = released;
  }

  /** Captures the step; once. */
  void capture(Runnable step) {
    try {
      once = instantiate(step);
      many =
          instantiate(
              () -> {
                for (int i = 0; i < UNROLLED; i++) {
                  step.run();
                }
              });
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  private CUgraphExec_st instantiate(Runnable step) {
    CUgraphExec_st executable = executable(context.streams().capture(step));
    owned.add(() -> Status.cuda(cudaGraphExecDestroy(executable), "cudaGraphExecDestroy"));
    return executable;
  }

  /** The graph, ready to be launched; the caller destroys it. The graph itself is gone. */
  static CUgraphExec_st executable(CUgraph_st graph) {
    CUgraphExec_st executable = new CUgraphExec_st();
    int status = cudaGraphInstantiate(executable, graph, 0);
    cudaGraphDestroy(graph);
    Status.cuda(status, "cudaGraphInstantiate");
    return executable;
  }

  @Override
  public void run(long times) {
    if (closed) {
      throw new IllegalStateException("this recording is closed: record the step again");
    }
    context.enter();
    context.streams().requireEager("runs another recording");
    // A graph holds bare addresses: nothing else would notice memory that is gone.
    arenas.forEach(CudaArena::base);
    for (long left = times; left > 0; ) {
      boolean unrolled = left >= UNROLLED;
      Status.cuda(
          cudaGraphLaunch(unrolled ? many : once, context.streams().main()), "cudaGraphLaunch");
      left -= unrolled ? UNROLLED : 1;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (!context.isClosed()) {
        context.enter();
        context.streams().synchronize();
      }
      owned.close();
      released.accept(this);
    }
  }
}
