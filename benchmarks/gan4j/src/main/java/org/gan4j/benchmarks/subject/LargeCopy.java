package org.gan4j.benchmarks.subject;

import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Work;

/** A copy far larger than the caches, by every core: the memory's ceiling. */
final class LargeCopy implements Work {
  private final int threads = Runtime.getRuntime().availableProcessors();
  private final int part = Case.Ceiling.COPY_BYTES / threads;
  private final ByteBuffer source = ByteBuffer.allocateDirect(Case.Ceiling.COPY_BYTES);
  private final ByteBuffer target = ByteBuffer.allocateDirect(Case.Ceiling.COPY_BYTES);
  private final ExecutorService pool = Executors.newFixedThreadPool(threads);

  @Override
  public void run() {
    try {
      for (Future<?> done :
          IntStream.range(0, threads).mapToObj(i -> pool.submit(() -> copy(i))).toList()) {
        done.get();
      }
    } catch (Exception e) {
      throw new IllegalStateException("the copy failed", e);
    }
  }

  private void copy(int i) {
    target.slice(i * part, part).put(source.slice(i * part, part));
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
