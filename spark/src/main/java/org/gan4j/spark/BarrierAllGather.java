package org.gan4j.spark;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.spark.BarrierTaskContext;
import org.gan4j.gan.DataParallel;

/**
 * Ranks hear of each other by Spark's own all-gather among the tasks of a barrier stage: texts, by
 * way of the driver, a block at a time.
 */
final class BarrierAllGather implements DataParallel.AllGather {
  /** Far below what Spark sends in one message. */
  private static final int BLOCK = 1 << 23;

  private static final long SHORTEST_MILLIS = 1;
  private static final long LONGEST_MILLIS = 32;

  private final Function<String, String[]> ofTexts;
  private final BooleanSupplier ended;
  private final int blockBytes;
  private boolean used;

  BarrierAllGather(BarrierTaskContext context) {
    this(context::allGather, context::isInterrupted, BLOCK);
  }

  BarrierAllGather(Function<String, String[]> ofTexts, BooleanSupplier ended, int blockBytes) {
    this.ofTexts = ofTexts;
    this.ended = ended;
    this.blockBytes = blockBytes;
  }

  /** Whether the other ranks were met. */
  boolean used() {
    return used;
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    used = true;
    List<ByteBuffer> all = new ArrayList<>();
    int at = 0;
    do {
      // The first block of each says how many bytes there are.
      int end = (int) Math.min((long) at + blockBytes, own.length);
      byte[] block = Arrays.copyOfRange(own, Math.min(at, own.length), end);
      String[] heard = awake(text(at == 0 ? withLength(own.length, block) : block));
      for (int rank = 0; rank < heard.length; rank++) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(heard[rank]));
        if (at == 0) {
          all.add(ByteBuffer.allocate(bytes.getInt()));
        }
        all.get(rank).put(bytes);
      }
      at += blockBytes;
    } while (all.stream().anyMatch(ByteBuffer::hasRemaining));
    return all.stream().map(ByteBuffer::array).toList();
  }

  /**
   * Spark sends a text, and then looks for the others' after sleeps of one second each; one that is
   * interrupted it takes for a reason to look now. So another thread wakes it, time and again.
   */
  private String[] awake(String text) {
    Thread asleep = Thread.currentThread();
    Thread waker = new Thread(() -> wake(asleep), "gan4j-waker");
    waker.setDaemon(true);
    waker.start();
    String[] heard;
    try {
      heard = ofTexts.apply(text);
    } finally {
      end(waker);
    }
    if (isEnded()) {
      throw new SweepException("the task was ended");
    }
    return heard;
  }

  private static void wake(Thread asleep) {
    try {
      for (long pause = SHORTEST_MILLIS; ; pause = Math.min(2 * pause, LONGEST_MILLIS)) {
        Thread.sleep(pause);
        if (asleep.getState() == Thread.State.TIMED_WAITING) {
          asleep.interrupt();
        }
      }
    } catch (InterruptedException e) {
      // The others were heard.
    }
  }

  /** Afterwards this thread is not interrupted. */
  private static void end(Thread waker) {
    waker.interrupt();
    while (waker.isAlive()) {
      try {
        waker.join();
      } catch (InterruptedException e) {
        // The last of its calls.
      }
    }
    Thread.interrupted();
  }

  /** Spark ends the tasks of a stage that one of them has failed in. */
  @Override
  public boolean isEnded() {
    return ended.getAsBoolean();
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] withLength(int length, byte[] block) {
    return ByteBuffer.allocate(Integer.BYTES + block.length).putInt(length).put(block).array();
  }
}
