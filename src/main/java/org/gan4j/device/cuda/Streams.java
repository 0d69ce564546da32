package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaErrorNotReady;
import static org.bytedeco.cuda.global.cudart.cudaGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamCaptureModeThreadLocal;
import static org.bytedeco.cuda.global.cudart.cudaStreamCreateWithFlags;
import static org.bytedeco.cuda.global.cudart.cudaStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cudaStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cudaStreamNonBlocking;
import static org.bytedeco.cuda.global.cudart.cudaStreamQuery;
import static org.bytedeco.cuda.global.cudart.cudaStreamSynchronize;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.gan4j.device.DeviceException;

/**
 * The stream, on which everything is in order unless it is captured. In a capture an operation says
 * what it uses and begins, and then follows only what it has to: see {@link Dataflow}.
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

  /** What the calls of a library use besides buffers: they are in order among themselves. */
  private static final Dataflow.Use LIBRARY = new Dataflow.Use("library", 0, 1, true);

  private final Owned owned = new Owned();
  private final CUstream_st main = new CUstream_st();
  private final boolean parallel;
  private final boolean programmatic;
  private final CaptureNodes nodes;
  private final List<Dataflow.Use> announced = new ArrayList<>();
  private Dataflow flow = new Dataflow();
  private Mode mode = Mode.EAGER;
  private long captures;
  private int operation = -1;
  private boolean ofLibrary;

  /**
   * Creates the stream.
   *
   * @param parallel whether what does not need each other's results may run at the same time
   * @param programmatic whether a kernel that follows another one alone may begin before that is
   *     through
   */
  Streams(boolean parallel, boolean programmatic) {
    this.parallel = parallel;
    this.programmatic = programmatic;
    try {
      Status.cuda(
          cudaStreamCreateWithFlags(main, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
      owned.add(() -> Status.cuda(cudaStreamDestroy(main), "cudaStreamDestroy"));
      nodes = new CaptureNodes(main);
      owned.add(nodes::close);
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

  private boolean branches() {
    return parallel && mode == Mode.CAPTURING;
  }

  /** Forgets what was announced: another operation is about to be. */
  void forget() {
    announced.clear();
  }

  /** The operation that begins next uses a buffer. */
  void announce(CudaBuffer buffer, boolean written) {
    announce(buffer, 0, buffer.length(), written);
  }

  /** The operation that begins next uses some elements of a buffer. */
  void announce(CudaBuffer buffer, long first, long count, boolean written) {
    if (branches()) {
      long begin = buffer.byteOffset() + first * buffer.type().bytes();
      long end = begin + count * buffer.type().bytes();
      announced.add(new Dataflow.Use(buffer.arena(), begin, end, written));
    }
  }

  /** The operation that was announced begins: what comes on the stream now is its own. */
  void begin() {
    if (branches()) {
      keep();
      ofLibrary = false;
      operation = flow.add(announced);
      announced.clear();
      nodes.begin();
      nodes.continueAfter(flow.predecessors(operation));
    }
  }

  /**
   * Calls of a library that have no announcement of their own go on or begin with a buffer: they
   * are one operation until something else begins.
   */
  void library(CudaBuffer buffer, boolean written) {
    announce(buffer, written);
    if (branches()) {
      if (!ofLibrary) {
        announced.add(LIBRARY);
        begin();
        ofLibrary = true;
      } else {
        flow.extend(operation, announced);
        announced.clear();
        nodes.alsoAfter(flow.predecessors(operation));
      }
    }
  }

  /** The operation that is announced is one of the library's calls, as far as order goes. */
  void inOrderWithLibrary() {
    if (branches()) {
      announced.add(LIBRARY);
    }
  }

  /** A kernel of this library's own is launched next, which begins by waiting for those before. */
  void beforeKernel() {
    if (programmatic && mode == Mode.CAPTURING) {
      nodes.beforeKernel();
    }
  }

  /** It was launched. */
  void afterKernel() {
    if (programmatic && mode == Mode.CAPTURING) {
      nodes.afterKernel();
    }
  }

  private void keep() {
    if (operation >= 0) {
      nodes.keep();
    }
  }

  /** Which capture this is, from 1, whether it is still going on or not. */
  long captures() {
    return captures;
  }

  /** The operation that has begun; -1 where nothing branches. */
  int operation() {
    return branches() ? operation : -1;
  }

  /** Whether the operation that has begun follows an earlier one. */
  boolean follows(int earlier) {
    return flow.follows(operation, earlier);
  }

  /** Lets the operation that has begun, and of which nothing is there yet, follow another one. */
  void follow(int earlier) {
    flow.follow(operation, earlier);
    nodes.continueAfter(flow.predecessors(operation));
  }

  void synchronize() {
    Status.cuda(cudaStreamSynchronize(main), "cudaStreamSynchronize");
  }

  /** Whether the device has not done all yet. */
  boolean isBusy() {
    int status = cudaStreamQuery(main);
    if (status != cudaErrorNotReady) {
      Status.cuda(status, "cudaStreamQuery");
    }
    return status == cudaErrorNotReady;
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
    mode = Mode.CAPTURING;
    captures++;
    try {
      return record(
          () -> {
            step.run();
            if (parallel) {
              keep();
              nodes.continueAfter(flow.last());
            }
          });
    } finally {
      mode = Mode.EAGER;
      flow = new Dataflow();
      nodes.forget();
      announced.clear();
      operation = -1;
      ofLibrary = false;
    }
  }

  /** Something that many times, one after the other, as a graph of its own; not in a capture. */
  CUgraph_st aside(int times, Runnable once) {
    requireNoCapture("begins another one");
    return record(
        () -> {
          for (int i = 0; i < times; i++) {
            once.run();
          }
        });
  }

  private CUgraph_st record(Runnable work) {
    Status.cuda(
        cudaStreamBeginCapture(main, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
    CUgraph_st graph = new CUgraph_st();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // A capture must be ended, whatever comes of it.
      cudaStreamEndCapture(main, graph);
      if (!graph.isNull()) {
        cudaGraphDestroy(graph);
      }
      throw e;
    }
    Status.cuda(cudaStreamEndCapture(main, graph), "cudaStreamEndCapture");
    return graph;
  }

  @Override
  public void close() {
    owned.close();
  }
}
