package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaGraphDependencyTypeProgrammatic;
import static org.bytedeco.cuda.global.cudart.cudaGraphKernelNodePortProgrammatic;
import static org.bytedeco.cuda.global.cudart.cudaStreamAddCaptureDependencies;
import static org.bytedeco.cuda.global.cudart.cudaStreamGetCaptureInfo;
import static org.bytedeco.cuda.global.cudart.cudaStreamSetCaptureDependencies;
import static org.bytedeco.cuda.global.cudart.cudaStreamUpdateCaptureDependencies;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.cuda.cudart.CUgraphNode_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudart.cudaGraphEdgeData;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The nodes of a captured stream: those with which each operation ends, and those that the next
 * node will follow.
 */
final class CaptureNodes implements AutoCloseable {
  private static final int EDGE_BYTES_RESERVED = 5;

  private final CUstream_st stream;
  private final Owned owned = new Owned();
  private final IntPointer status = new IntPointer(1);
  private final LongPointer id = new LongPointer(1);

  /** Is set to where the nodes are, which belongs to CUDA. */
  private final PointerPointer<Pointer> found = new PointerPointer<>((Pointer) null);

  private final PointerPointer<Pointer> edges = new PointerPointer<>(1);
  private final SizeTPointer count = new SizeTPointer(1);

  /** Of a kernel to the one that may begin before it is through. */
  private final cudaGraphEdgeData early =
      new cudaGraphEdgeData()
          .from_port((byte) cudaGraphKernelNodePortProgrammatic)
          .to_port((byte) 0)
          .type((byte) cudaGraphDependencyTypeProgrammatic);

  /** The nodes of this library's own kernels. */
  private final Set<Long> kernels = new HashSet<>();

  /** Of each operation, the addresses of its last nodes. */
  private final List<Set<Long>> ends = new ArrayList<>();

  CaptureNodes(CUstream_st stream) {
    this.stream = stream;
    for (int i = 0; i < EDGE_BYTES_RESERVED; i++) {
      early.reserved(i, (byte) 0);
    }
    for (Pointer each : List.of(status, id, edges, count, early)) {
      owned.add(each::close);
    }
  }

  void forget() {
    ends.clear();
    kernels.clear();
  }

  /** The next operation begins: their numbers count up from 0. */
  void begin() {
    ends.add(new LinkedHashSet<>());
  }

  /** What the next node would follow now is an end of the operation that has begun. */
  void keep() {
    ends.get(ends.size() - 1).addAll(current());
  }

  private Set<Long> current() {
    Status.cuda(
        cudaStreamGetCaptureInfo(stream, status, id, (CUgraph_st) null, found, edges, count),
        "cudaStreamGetCaptureInfo");
    Set<Long> all = new LinkedHashSet<>();
    if (count.get() > 0) {
      LongPointer addresses = new LongPointer(found);
      for (long i = 0; i < count.get(); i++) {
        all.add(addresses.get(i));
      }
    }
    return all;
  }

  /** The next node is a kernel: if it follows another one alone it may begin early. */
  void beforeKernel() {
    Set<Long> before = current();
    if (before.size() == 1 && kernels.containsAll(before)) {
      CUgraphNode_st node = new CUgraphNode_st(new Address(before.iterator().next()));
      update(node, early, 1, cudaStreamSetCaptureDependencies);
    }
  }

  /** The node that is there now is a kernel. */
  void afterKernel() {
    kernels.addAll(current());
  }

  /** The next node follows these operations, and nothing else. */
  void continueAfter(List<Integer> operations) {
    boolean first = true;
    for (long end : endsOf(operations)) {
      update(end, first ? cudaStreamSetCaptureDependencies : cudaStreamAddCaptureDependencies);
      first = false;
    }
    if (first) {
      update((CUgraphNode_st) null, 0, cudaStreamSetCaptureDependencies);
    }
  }

  /** The next node follows these operations too. */
  void alsoAfter(List<Integer> operations) {
    Set<Long> there = current();
    for (long end : endsOf(operations)) {
      if (!there.contains(end)) {
        update(end, cudaStreamAddCaptureDependencies);
      }
    }
  }

  private Set<Long> endsOf(List<Integer> operations) {
    Set<Long> all = new LinkedHashSet<>();
    operations.forEach(each -> all.addAll(ends.get(each)));
    return all;
  }

  private void update(long node, int how) {
    update(new CUgraphNode_st(new Address(node)), 1, how);
  }

  private void update(CUgraphNode_st nodeOrNull, long nodes, int how) {
    update(nodeOrNull, null, nodes, how);
  }

  private void update(
      CUgraphNode_st nodeOrNull, cudaGraphEdgeData edgeOrNull, long nodes, int how) {
    Status.cuda(
        cudaStreamUpdateCaptureDependencies(stream, nodeOrNull, edgeOrNull, nodes, how),
        "cudaStreamUpdateCaptureDependencies");
  }

  @Override
  public void close() {
    owned.close();
  }
}
