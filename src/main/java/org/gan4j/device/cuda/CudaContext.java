package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaErrorMemoryAllocation;
import static org.bytedeco.cuda.global.cudart.cudaFree;
import static org.bytedeco.cuda.global.cudart.cudaGetDevice;
import static org.bytedeco.cuda.global.cudart.cudaGetLastError;
import static org.bytedeco.cuda.global.cudart.cudaMalloc;
import static org.bytedeco.cuda.global.cudart.cudaMemGetInfo;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyAsync;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToDevice;
import static org.bytedeco.cuda.global.cudart.cudaMemsetAsync;
import static org.bytedeco.cuda.global.cudart.cudaSetDevice;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Owner;
import org.gan4j.device.SafetyNet;

/**
 * One GPU in use: its streams and all the memory that was taken from it, so that closing gives
 * every byte back. Memory is never freed by the garbage collector's thread, as a free at the wrong
 * moment would break a capture: what was forgotten is handed over to the device's own.
 */
final class CudaContext implements AutoCloseable {
  /** What cuBLASLt takes as aligned for every algorithm, and cudaMalloc gives. */
  private static final int ALIGNMENT = 256;

  private final int ordinal;
  private final Streams streams;
  private final Set<Long> blocks = new HashSet<>();

  /** Filled by the garbage collector's thread, emptied by the device's. */
  private final Queue<Long> forgotten = new ConcurrentLinkedQueue<>();

  private final Owner owner = new Owner();

  /** Where CUDA says which device is the thread's. */
  private final IntPointer current = new IntPointer(1L);

  private Thread bound;

  private boolean closed;

  /** By which this device meets others. */
  private final List<NcclCommunicator> communicators = new ArrayList<>();

  CudaContext(int ordinal, DeviceOptions options) {
    this.ordinal = ordinal;
    bind();
    this.streams =
        new Streams(
            options.graph() == DeviceOptions.Graph.PARALLEL,
            options.launch() == DeviceOptions.Launch.PROGRAMMATIC);
  }

  /** So many bytes or a few more, after which memory is aligned as it was before. */
  static long aligned(long bytes) {
    return bytes + ALIGNMENT - 1 & -ALIGNMENT;
  }

  /**
   * CUDA's current device belongs to a thread, and whoever else uses CUDA there may have chosen
   * another: makes it this one. Fails if closed, and in another thread than the owner's.
   */
  void enter() {
    require();
    bind();
  }

  /** Fails if closed, and in another thread than the owner's. */
  void require() {
    owner.require();
    if (closed) {
      throw new IllegalStateException("this GPU device is closed: open another one");
    }
  }

  /** A thread that has never chosen a device has no context for calls of the driver's interface. */
  private void bind() {
    Status.cuda(cudaGetDevice(current), "cudaGetDevice");
    if (bound != Thread.currentThread() || current.get() != ordinal) {
      Status.cuda(cudaSetDevice(ordinal), "cudaSetDevice");
      bound = Thread.currentThread();
    }
  }

  void handOver() {
    owner.handOver();
  }

  Streams streams() {
    return streams;
  }

  boolean isClosed() {
    return closed;
  }

  /** Zeroed memory. */
  long allocate(long bytes) {
    streams.requireEager("allocates memory");
    enter();
    releaseForgotten();
    try {
      return allocateAlways(bytes);
    } catch (OutOfMemory e) {
      // The garbage collector sees the heap, not the card.
      SafetyNet.collect();
      if (!releaseForgotten()) {
        throw e;
      }
      return allocateAlways(bytes);
    }
  }

  /** A block whose arena nobody can reach. From any thread: the device's frees it, in its time. */
  void forget(long block) {
    forgotten.add(block);
  }

  /** Outside of a capture, in the device's thread; whether there was any. */
  private boolean releaseForgotten() {
    boolean any = false;
    for (Long block = forgotten.poll(); block != null; block = forgotten.poll()) {
      if (blocks.contains(block)) {
        releaseAlways(block);
        any = true;
      }
    }
    return any;
  }

  private static final class OutOfMemory extends DeviceException {
    private static final long serialVersionUID = 1;

    OutOfMemory(String message) {
      super(message);
    }
  }

  /** The same, also while a step is only prepared. */
  long allocateAlways(long bytes) {
    enter();
    Pointer block = new Pointer();
    int status = cudaMalloc(block, bytes);
    if (status == cudaErrorMemoryAllocation) {
      cudaGetLastError();
      throw new OutOfMemory(
          "out of memory: the GPU was asked for "
              + SafetyNet.size(bytes)
              + ", but only "
              + SafetyNet.size(freeBytes())
              + " are free; train fewer replicas, a smaller network or a smaller batch, or end what"
              + " else uses the GPU");
    }
    Status.cuda(status, "cudaMalloc");
    status = cudaMemsetAsync(block, 0, bytes, streams.main());
    if (status != 0) {
      cudaFree(block);
    }
    Status.cuda(status, "cudaMemsetAsync");
    blocks.add(block.address());
    return block.address();
  }

  private static long freeBytes() {
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      return cudaMemGetInfo(free, total) == 0 ? free.get() : 0;
    }
  }

  /** Frees a block once the device is done with it; nothing if {@link #close} has freed it. */
  void release(long block) {
    if (blocks.contains(block)) {
      enter();
      streams.requireEager("frees memory");
      releaseAlways(block);
    }
  }

  /** The same of a block that is there, also while a step is only prepared. */
  void releaseAlways(long block) {
    streams.synchronize();
    Status.cuda(cudaFree(new Address(block)), "cudaFree");
    blocks.remove(block);
  }

  /** Copies after all that was queued before, and waits. */
  void copy(Pointer to, Pointer from, long bytes, int direction) {
    enter();
    streams.requireEager("copies to or from the host");
    Status.cuda(cudaMemcpyAsync(to, from, bytes, direction, streams.main()), "cudaMemcpyAsync");
    streams.synchronize();
    requireOthers();
  }

  /** Those that a rank can be lost to while this one waits for the device. */
  List<NcclCommunicator> communicators() {
    return communicators;
  }

  /** After a wait: fails if a rank was lost, as nothing that is read counts then. */
  void requireOthers() {
    communicators.forEach(NcclCommunicator::requireOthers);
  }

  /** Copies on the device, in the order of the main stream; nothing while a step is prepared. */
  void copyAside(long to, long from, long bytes) {
    enter();
    if (streams.mode() != Streams.Mode.PREPARING) {
      Status.cuda(
          cudaMemcpyAsync(
              new Address(to), new Address(from), bytes, cudaMemcpyDeviceToDevice, streams.main()),
          "cudaMemcpyAsync");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter();
    try (Owned last = new Owned()) {
      last.add(current::close);
      last.add(streams::close);
      for (long block : blocks) {
        last.add(() -> Status.cuda(cudaFree(new Address(block)), "cudaFree"));
      }
      last.add(streams::synchronize);
      closed = true;
    }
    blocks.clear();
  }
}
