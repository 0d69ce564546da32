package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.nccl.ncclAllGather;
import static org.bytedeco.cuda.global.nccl.ncclAllReduce;
import static org.bytedeco.cuda.global.nccl.ncclAvg;
import static org.bytedeco.cuda.global.nccl.ncclCommAbort;
import static org.bytedeco.cuda.global.nccl.ncclCommDestroy;
import static org.bytedeco.cuda.global.nccl.ncclCommFinalize;
import static org.bytedeco.cuda.global.nccl.ncclCommGetAsyncError;
import static org.bytedeco.cuda.global.nccl.ncclCommInitRankConfig;
import static org.bytedeco.cuda.global.nccl.ncclFloat;
import static org.bytedeco.cuda.global.nccl.ncclGroupEnd;
import static org.bytedeco.cuda.global.nccl.ncclGroupStart;
import static org.bytedeco.cuda.global.nccl.ncclInProgress;
import static org.bytedeco.cuda.global.nccl.ncclSuccess;

import java.util.function.BooleanSupplier;
import org.bytedeco.cuda.nccl.ncclComm;
import org.bytedeco.cuda.nccl.ncclConfig_t;
import org.bytedeco.cuda.nccl.ncclUniqueId;
import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;

/**
 * NCCL on the main stream. Its kernels wait on the card for the other ranks, and the host for the
 * card: if a rank is lost, only an abort ends that. So a thread watches: it asks whether NCCL has
 * failed and whether this rank is to end, and aborts; from then on every wait for the card fails.
 */
final class NcclCommunicator implements Communicator {
  private static final long LOOK_MILLIS = 100;
  private static final long SETTLE_MILLIS = 1;
  private static final long CLOSE_NANOS = 10_000_000_000L;

  private static final int FORM = 21400;
  private static final int FORM_MAGIC = 0xCAFEBEEF;
  private static final int FORM_BYTES = 24;

  private final CudaContext context;
  private final CudaBackend backend;
  private final int rank;
  private final int ranks;
  private final BooleanSupplier ended;
  private final ncclComm comm = new ncclComm();

  /** Of NCCL's calls: the watching thread makes some, too. */
  private final Object lock = new Object();

  private boolean closed;
  private volatile String lost;

  /** Meets the others. */
  NcclCommunicator(
      CudaContext context,
      CudaBackend backend,
      ncclUniqueId id,
      int rank,
      int ranks,
      BooleanSupplier ended) {
    this.context = context;
    this.backend = backend;
    this.rank = rank;
    this.ranks = ranks;
    this.ended = ended;
    synchronized (lock) {
      try (ncclConfig_t config = neverWaiting()) {
        int status = ncclCommInitRankConfig(comm, ranks, id, rank, config);
        Status.nccl(status, "ncclCommInitRankConfig");
      }
      settle();
    }
    context.communicators().add(this);
    Thread watch = new Thread(this::watch, "gan4j-nccl");
    watch.setDaemon(true);
    watch.start();
  }

  /**
   * Calls return before others are there. The form that the configuration had in 2.14, which all
   * later versions take.
   */
  private static ncclConfig_t neverWaiting() {
    return new ncclConfig_t().size(FORM_BYTES).magic(FORM_MAGIC).version(FORM).blocking(0);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public void average(DeviceBuffer... buffers) {
    together(
        () -> {
          for (DeviceBuffer buffer : buffers) {
            CudaBuffer values = backend.writes(buffer);
            for (int r = 0; r < values.replicas(); r++) {
              Address own = new Address(values.address(r));
              Status.nccl(
                  ncclAllReduce(
                      own,
                      own,
                      values.length(),
                      ncclFloat,
                      ncclAvg,
                      comm,
                      context.streams().main()),
                  "ncclAllReduce");
            }
          }
        });
  }

  @Override
  public void gather(DeviceBuffer whole, DeviceBuffer part) {
    together(
        () -> {
          CudaBuffer to = backend.writes(whole);
          CudaBuffer from = backend.reads(part);
          for (int r = 0; r < from.replicas(); r++) {
            Status.nccl(
                ncclAllGather(
                    new Address(from.address(r)),
                    new Address(to.address(r)),
                    from.length(),
                    ncclFloat,
                    comm,
                    context.streams().main()),
                "ncclAllGather");
          }
        });
  }

  /** Queues calls as one. */
  private void together(Runnable calls) {
    context.enter();
    context.streams().requireEager("hears of other ranks");
    synchronized (lock) {
      requireOthers();
      Status.nccl(ncclGroupStart(), "ncclGroupStart");
      try {
        calls.run();
      } finally {
        int status = ncclGroupEnd();
        if (status != ncclSuccess && status != ncclInProgress) {
          lose("ncclGroupEnd said " + Status.ncclText(status));
        }
      }
      settle();
    }
  }

  /** Waits until what was called is queued. */
  private void settle() {
    requireOthers();
    int status = status();
    while (status == ncclInProgress && lost == null) {
      if (ended.getAsBoolean()) {
        lose("this rank is to end");
      } else if (!paused()) {
        lose("this rank was interrupted");
      } else {
        status = status();
      }
    }
    if (status != ncclSuccess && lost == null) {
      lose("NCCL said " + Status.ncclText(status));
    }
    requireOthers();
  }

  private int status() {
    int[] status = new int[1];
    int asked = ncclCommGetAsyncError(comm, status);
    return asked == ncclSuccess ? status[0] : asked;
  }

  /** A moment has passed, without an interrupt. */
  private static boolean paused() {
    try {
      Thread.sleep(SETTLE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void watch() {
    synchronized (lock) {
      try {
        while (!closed && lost == null) {
          lock.wait(LOOK_MILLIS);
          look();
        }
      } catch (InterruptedException | RuntimeException e) {
        lose("the thread that watches failed: " + e);
      }
    }
  }

  private void look() {
    if (closed || lost != null) {
      return;
    }
    int status = status();
    if (status != ncclSuccess && status != ncclInProgress) {
      lose("NCCL said " + Status.ncclText(status));
    } else if (ended.getAsBoolean()) {
      lose("this rank is to end");
    }
  }

  /** What waits on the card ends, with nothing that counts. */
  private void lose(String why) {
    lost = why;
    ncclCommAbort(comm);
  }

  /** Fails if another rank is lost. */
  void requireOthers() {
    if (lost != null) {
      throw new DeviceException(
          "ranks that train together lost each other: "
              + lost
              + "; train on from the last checkpoint");
    }
  }

  /** Gives the others a while to be done with this rank. */
  @Override
  public void close() {
    context.enter();
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      lock.notifyAll();
      context.communicators().remove(this);
      if (lost == null) {
        part(System.nanoTime() + CLOSE_NANOS);
      }
    }
  }

  private void part(long until) {
    boolean idle = waited(context.streams()::isBusy, until);
    int status = idle ? ncclCommFinalize(comm) : ncclInProgress;
    if (idle && status == ncclInProgress && waited(() -> status() == ncclInProgress, until)) {
      status = status();
    }
    String last = "ncclCommFinalize";
    if (status == ncclSuccess) {
      last = "ncclCommDestroy";
      status = ncclCommDestroy(comm);
    }
    if (status != ncclSuccess) {
      ncclCommAbort(comm);
      Status.nccl(status, last);
    }
  }

  /** Whether something is over in time. */
  private boolean waited(BooleanSupplier goesOn, long until) {
    while (goesOn.getAsBoolean()) {
      if (System.nanoTime() > until || ended.getAsBoolean() || !paused()) {
        return false;
      }
    }
    return true;
  }
}
