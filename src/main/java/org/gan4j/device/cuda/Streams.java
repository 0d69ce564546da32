package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaEventCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaEventDestroy;
import static org.bytedeco.cuda.global.cudart.cudaEventDisableTiming;
import static org.bytedeco.cuda.global.cudart.cudaEventRecord;
import static org.bytedeco.cuda.global.cudart.cudaGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamCaptureModeThreadLocal;
import static org.bytedeco.cuda.global.cudart.cudaStreamCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamNonBlocking;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;
import static org.bytedeco.cuda.global.cudart.cudaStreamWaitEvent;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.gan4j.device.DeviceException;

/**
 * The main stream, on which everything is in order, and a side stream for work that nothing on the
 * main stream needs soon. While a step is captured, the side stream becomes a parallel branch of
 * the graph; otherwise there is only the main one. The buffers of what runs at the side are kept,
 * and the main stream waits for it before it touches one of them in a way that conflicts.
 */
final class Streams implements AutoCloseable {
  /** What becomes of kernels. */
  enum Mode {
    /** They run. */
    EAGER,
    /** They are only prepared: what a capture forbids is done now. */
    PREPARING,
    /** They become nodes of a graph. */
    CAPTURING
  }

  private record Use(CudaBuffer buffer, boolean written) {}

  private final Owned owned = new Owned();
  private final CUstream_st main = new CUstream_st();
  private final CUstream_st side = new CUstream_st();
  private final CUevent_st forked = new CUevent_st();
  private final CUevent_st joined = new CUevent_st();
  private final List<Use> atTheSide = new ArrayList<>();
  private Mode mode = Mode.EAGER;

  Streams() {
    try {
      for (CUstream_st stream : List.of(main, side)) {
        Status.cuda(
            cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
        owned.add(() -> Status.cuda(cudaStreamDestroy(stream), "cudaStreamDestroy"));
      }
      for (CUevent_st event : List.of(forked, joined)) {
        Status.cuda(
            cudaEventCreateWithFlags(event, cudaEventDisableTiming), "cudaEventCreateWithFlags");
        owned.add(() -> Status.cuda(cudaEventDestroy(event), "cudaEventDestroy"));
      }
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  CUstream_st main() {
    return main;
  }

  Mode mode() {
    return mode;
  }

  void requireEager(String what) {
    if (mode != Mode.EAGER) {
      throw new DeviceException(
          "a step that is being recorded " + what + "; do that before or after");
    }
  }

  void requireNoCapture(String what) {
    if (mode == Mode.CAPTURING) {
      throw new IllegalStateException("a capture " + what);
    }
  }

  /** The main stream is about to read the buffer. */
  void reads(CudaBuffer buffer) {
    join(buffer, false);
  }

  /** The main stream is about to write the buffer. */
  void writes(CudaBuffer buffer) {
    join(buffer, true);
  }

  private void join(CudaBuffer buffer, boolean writes) {
    for (int i = 0; i < atTheSide.size(); i++) {
      Use use = atTheSide.get(i);
      if ((writes || use.written) && use.buffer.overlaps(buffer)) {
        join();
        return;
      }
    }
  }

  private void join() {
    if (!atTheSide.isEmpty()) {
      atTheSide.clear();
      Status.cuda(cudaEventRecord(joined, side), "cudaEventRecord");
      Status.cuda(cudaStreamWaitEvent(main, joined, 0), "cudaStreamWaitEvent");
    }
  }

  /**
   * The stream for work that follows all that the main stream has so far.
   *
   * @param written what it writes
   * @param read what it reads
   */
  CUstream_st fork(CudaBuffer written, CudaBuffer... read) {
    if (mode != Mode.CAPTURING) {
      return main;
    }
    Status.cuda(cudaEventRecord(forked, main), "cudaEventRecord");
    Status.cuda(cudaStreamWaitEvent(side, forked, 0), "cudaStreamWaitEvent");
    atTheSide.add(new Use(written, true));
    for (CudaBuffer buffer : read) {
      atTheSide.add(new Use(buffer, false));
    }
    return side;
  }

  void synchronize() {
    Status.cuda(cudaStreamSynchronize(main), "cudaStreamSynchronize");
  }

  /** Runs the step once without effect, so that all it needs is there. */
  void prepare(Runnable step) {
    mode = Mode.PREPARING;
    try {
      step.run();
    } finally {
      mode = Mode.EAGER;
    }
  }

  /** What the step does, as a graph; the caller destroys it. Does not run it. */
  CUgraph_st capture(Runnable step) {
    Status.cuda(
        cudaStreamBeginCapture(main, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
    mode = Mode.CAPTURING;
    CUgraph_st graph = new CUgraph_st();
    try {
      step.run();
      join();
    } catch (RuntimeException | Error e) {
      // A capture must be ended, whatever comes of it.
      cudaStreamEndCapture(main, graph);
      if (!graph.isNull()) {
        cudaGraphDestroy(graph);
      }
      throw e;
    } finally {
      mode = Mode.EAGER;
      atTheSide.clear();
    }
    Status.cuda(cudaStreamEndCapture(main, graph), "cudaStreamEndCapture");
    return graph;
  }

  @Override
  public void close() {
    owned.close();
  }
}
