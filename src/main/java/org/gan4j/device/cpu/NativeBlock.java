package org.gan4j.device.cpu;

import java.util.concurrent.atomic.AtomicLong;
import org.gan4j.device.SafetyNet;

/** Zeroed memory of the host, with a safety net under its owner. */
final class NativeBlock implements AutoCloseable {
  /** Less is never worth a search for what was forgotten. */
  private static final long LITTLE = 256L << 20;

  private static final AtomicLong HELD = new AtomicLong();

  /** So many bytes are waited for: the garbage collector sees the heap, not this memory. */
  private static volatile long mark = LITTLE;

  private final long base;
  private final long bytes;
  private final SafetyNet net;

  private NativeBlock(Object owner, String what, long base, long bytes) {
    this.base = base;
    this.bytes = bytes;
    this.net = SafetyNet.under(owner, what, () -> release(base, bytes));
  }

  /**
   * Allocates.
   *
   * @param owner closes it
   * @param what the owner is, for the message if it never does
   * @return null if there is no room
   */
  static NativeBlock of(Object owner, String what, long bytes) {
    if (HELD.get() + bytes > mark) {
      SafetyNet.collect();
      mark = Math.max(LITTLE, 2 * (HELD.get() + bytes));
    }
    long base = NativeKernels.allocate(bytes);
    if (base == 0) {
      SafetyNet.collect();
      base = NativeKernels.allocate(bytes);
    }
    if (base == 0) {
      return null;
    }
    HELD.addAndGet(bytes);
    return new NativeBlock(owner, what, base, bytes);
  }

  private static void release(long base, long bytes) {
    NativeKernels.release(base);
    HELD.addAndGet(-bytes);
  }

  /** Bytes of all blocks that are held. */
  static long held() {
    return HELD.get();
  }

  /** Where it begins. */
  long base() {
    return base;
  }

  @Override
  public void close() {
    if (net.remove()) {
      release(base, bytes);
    }
  }
}
