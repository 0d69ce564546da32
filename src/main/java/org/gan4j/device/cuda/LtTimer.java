package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaGraphExecDestroy;
import static org.bytedeco.cuda.global.cudart.cudaGraphLaunch;

import org.bytedeco.cuda.cudart.CUgraphExec_st;

/**
 * Times the algorithms of a product as a training step has them: one after the other in a graph,
 * with operands that the cache may hold.
 */
final class LtTimer {
  /** More than this many algorithms are rarely good ones. */
  static final int PROPOSALS = 16;

  /** Runs of one graph: together so long that launching it and waiting for it hardly count. */
  private static final int RUNS = 32;

  private static final int ROUNDS = 3;

  private final CudaContext context;

  LtTimer(CudaContext context) {
    this.context = context;
  }

  /**
   * Lets a plan go by the fastest of its algorithms.
   *
   * @param plan with its proposals
   * @param once runs the plan; what it writes is lost
   */
  void chooseFastest(LtPlan plan, Runnable once) {
    LtPlan.Algorithm best = plan.proposed().get(0);
    long least = Long.MAX_VALUE;
    for (LtPlan.Algorithm each : plan.proposed()) {
      plan.use(each);
      long taken = nanos(once);
      if (taken < least) {
        least = taken;
        best = each;
      }
    }
    plan.use(best);
  }

  /** The least of some rounds; the greatest number if cuBLASLt refuses. */
  private long nanos(Runnable once) {
    try {
      once.run();
    } catch (LtPlan.NoAlgorithm e) {
      return Long.MAX_VALUE;
    }
    Streams streams = context.streams();
    CUgraphExec_st executable = CudaReplay.executable(streams.aside(RUNS, once));
    try {
      long least = Long.MAX_VALUE;
      for (int round = 0; round <= ROUNDS; round++) {
        streams.synchronize();
        long begin = System.nanoTime();
        Status.cuda(cudaGraphLaunch(executable, streams.main()), "cudaGraphLaunch");
        streams.synchronize();
        // The first round warms up.
        least = round == 0 ? least : Math.min(least, System.nanoTime() - begin);
      }
      return least;
    } finally {
      cudaGraphExecDestroy(executable);
    }
  }
}
