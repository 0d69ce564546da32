package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cudaGraphLaunch;

import java.util.HashSet;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.gan4j.device.Replay;

/**
 * A step as a graph, and {@value #UNROLLED} of them in one graph once so many are run: fewer
 * launches.
 */
final class CudaReplay implements Replay {
  static final int UNROLLED = 32;

  private final CudaContext context;
  private final Owned owned = new Owned();
  // All whose buffers the step uses.
  private final Set<CudaArena> arenas = new HashSet<>();
  private final CudaBackend backend;
  private final Runnable step;
  private CUgraphExec_st once;
  private CUgraphExec_st many;
  private boolean closed;

  /**
   * Of nothing yet.
   *
   * @param backend keeps what the step needs while this is not closed
   * @param step what is captured
   */
  CudaReplay(CudaContext context, CudaBackend backend, Runnable step) {
    this.context = context;
    this.backend = backend;
    this.step = step;
  }

  /** Prepares the step and captures it; once. */
  void capture() {
    backend.note(arenas, this);
    try {
      context.streams().prepare(step);
      once = instantiate(step);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      backend.release(this);
      throw e;
    } finally {
      backend.note(null, null);
    }
  }

  private CUgraphExec_st many() {
    if (many == null) {
      backend.note(arenas, this);
      try {
        many = instantiate(this::runUnrolled);
      } finally {
        backend.note(null, null);
      }
    }
    return many;
  }

  private void runUnrolled() {
    for (int i = 0; i < UNROLLED; i++) {
      step.run();
    }
  }

  private CUgraphExec_st instantiate(Runnable what) {
    CUgraphExec_st executable = executable(context.streams().capture(what));
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
          cudaGraphLaunch(unrolled ? many() : once, context.streams().main()), "cudaGraphLaunch");
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
      backend.release(this);
    }
  }
}
