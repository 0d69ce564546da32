package org.gan4j.device;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private volatile boolean lost;

  private Ranks(int ranks) {
    this.heard = new byte[ranks][];
    this.barrier = new CyclicBarrier(ranks);
  }

  /**
   * Lets all ranks do something together; the first failure of one of them is thrown, which no
   * other rank has caused.
   */
  public static <T> List<T> run(int ranks, Body<T> body) throws Exception {
    Ranks meeting = new Ranks(ranks);
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
    List<Exception> failures = new ArrayList<>();
    for (Future<T> each : all) {
      try {
        results.add(each.get());
      } catch (ExecutionException e) {
        Exception cause = e.getCause() instanceof Exception own ? own : e;
        failures.add(cause instanceof Lost ? failures.size() : 0, cause);
      }
    }
    if (!failures.isEmpty()) {
      Exception first = failures.remove(0);
      failures.forEach(first::addSuppressed);
      throw first;
    }
    return results;
  }

  private <T> T take(Body<T> body, DataParallel own) throws Exception {
    try {
      return body.run(own);
    } catch (Exception | Error e) {
      lost = true;
      barrier.reset();
      throw e;
    }
  }

  private DataParallel rank(int rank) {
    return new DataParallel(
        rank,
        heard.length,
        new DataParallel.AllGather() {
          @Override
          public List<byte[]> gather(byte[] own) {
            return Ranks.this.gather(rank, own);
          }

          @Override
          public boolean isEnded() {
            return lost;
          }
        });
  }

  private List<byte[]> gather(int rank, byte[] own) {
    heard[rank] = own.clone();
    meet();
    List<byte[]> all = List.of(heard.clone());
    meet();
    return all;
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
