package org.gan4j.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.gan4j.gan.DataParallel;

/** Ranks that are threads of this JVM. */
public final class Ranks {
  private static final long PATIENCE_SECONDS = 60;

  /** What one rank does. */
  @FunctionalInterface
  public interface Body<T> {
    T run(DataParallel parallel) throws Exception;
  }

  private final byte[][] heard;
  private final CyclicBarrier barrier;
  // Held by who runs, if they run in turn.
  private final Optional<ReentrantLock> turn;
  private volatile boolean lost;

  private Ranks(int ranks, boolean inTurn) {
    this.heard = new byte[ranks][];
    this.barrier = new CyclicBarrier(ranks);
    this.turn = inTurn ? Optional.of(new ReentrantLock()) : Optional.empty();
  }

  /**
   * Lets all ranks do something together; the first failure of one of them is thrown, which no
   * other rank has caused.
   */
  public static <T> List<T> run(int ranks, Body<T> body) throws Exception {
    return run(ranks, false, body);
  }

  /** The same, but only one of them runs at a time, until it waits for the others. */
  public static <T> List<T> runInTurn(int ranks, Body<T> body) throws Exception {
    return run(ranks, true, body);
  }

  private static <T> List<T> run(int ranks, boolean inTurn, Body<T> body) throws Exception {
    Ranks meeting = new Ranks(ranks, inTurn);
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<T>> all = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        DataParallel own = meeting.rank(rank);
        all.add(threads.submit(() -> meeting.take(body, own)));
      }
      return results(all);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> List<T> results(List<Future<T>> all) throws Exception {
    List<T> results = new ArrayList<>();
    Exception failure = null;
    for (Future<T> each : all) {
      try {
        results.add(each.get());
      } catch (ExecutionException e) {
        Exception cause = e.getCause() instanceof Exception own ? own : e;
        failure = failure == null || failure instanceof Lost ? cause : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  private <T> T take(Body<T> body, DataParallel own) throws Exception {
    turn.ifPresent(ReentrantLock::lock);
    try {
      return body.run(own);
    } catch (Exception | Error e) {
      lost = true;
      barrier.reset();
      throw e;
    } finally {
      turn.ifPresent(ReentrantLock::unlock);
    }
  }

  private DataParallel rank(int rank) {
    return new DataParallel(rank, heard.length, own -> gather(rank, own));
  }

  private List<byte[]> gather(int rank, byte[] own) {
    heard[rank] = own.clone();
    turn.ifPresent(ReentrantLock::unlock);
    try {
      meet();
      List<byte[]> all = List.of(heard.clone());
      meet();
      return all;
    } finally {
      turn.ifPresent(ReentrantLock::lock);
    }
  }

  private void meet() {
    if (lost) {
      throw new Lost();
    }
    try {
      barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new Lost();
    }
  }

  /** Another rank has failed. */
  static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1;

    Lost() {
      super("a rank is lost");
    }
  }
}
