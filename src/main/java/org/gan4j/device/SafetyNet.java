package org.gan4j.device;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Under an object that has native memory and must be closed: should it be forgotten, the garbage
 * collector finds out, this says so once through {@link System.Logger} and lets go of the memory.
 */
public final class SafetyNet {
  /** The name of the logger that is told what was forgotten. */
  public static final String LOGGER = "org.gan4j.device";

  private static final String LIBRARY = "org.gan4j.";
  private static final String DEVICES = LIBRARY + "device.";
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int MOST_MESSAGES = 100;
  private static final int PATIENCE_MILLIS = 300;

  /** Each is said once: a loop that forgets would fill the log. */
  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  private final Fall fall;
  private final Cleaner.Cleanable cleanable;

  /** What is done once, by whoever comes first; knows nothing of the object. */
  private static final class Fall implements Runnable {
    private final String what;
    private final Runnable release;
    private final AtomicBoolean done = new AtomicBoolean();

    Fall(String what, Runnable release) {
      this.what = what;
      this.release = release;
    }

    @Override
    public void run() {
      if (done.compareAndSet(false, true)) {
        say(what);
        release.run();
      }
    }
  }

  private SafetyNet(Object owner, String what, Runnable release) {
    this.fall = new Fall(what, release);
    this.cleanable = CLEANER.register(owner, fall);
  }

  /**
   * Spreads a net.
   *
   * @param owner that must be closed
   * @param what it is, for the message
   * @param release lets go of its memory: called once, in a thread of the garbage collector's, if
   *     the owner is forgotten. Must not know the owner
   * @return the net; the owner takes it away when it is closed
   */
  public static SafetyNet under(Object owner, String what, Runnable release) {
    return new SafetyNet(owner, what + ", made" + maker(), release);
  }

  /** The object of this library that is being made, and where in its user's code. */
  private static String maker() {
    return StackWalker.getInstance().walk(SafetyNet::maker);
  }

  private static String maker(Stream<StackWalker.StackFrame> frames) {
    String object = "";
    String place = "";
    for (StackWalker.StackFrame frame : (Iterable<StackWalker.StackFrame>) frames::iterator) {
      String type = frame.getClassName();
      if (type.startsWith("java.") || type.startsWith(DEVICES)) {
        continue;
      }
      place = frame.toString();
      if (!type.startsWith(LIBRARY)) {
        break;
      }
      if (frame.getMethodName().equals("<init>")) {
        object = " for a " + type.substring(type.lastIndexOf('.') + 1);
      }
    }
    return object + " at " + place;
  }

  private static void say(String what) {
    if (SAID.size() < MOST_MESSAGES && SAID.add(what)) {
      System.getLogger(LOGGER)
          .log(
              System.Logger.Level.WARNING,
              "never closed: "
                  + what
                  + "; close it, in a try-with-resources statement (said once)");
    }
  }

  /**
   * Bytes for messages.
   *
   * @param bytes how many
   * @return in MiB, rounded up
   */
  public static String size(long bytes) {
    return (bytes + (1 << 20) - 1 >> 20) + " MiB";
  }

  /**
   * Takes the net away: the owner lets go of its memory itself.
   *
   * @return false if it has no more: it was let go
   */
  public boolean remove() {
    boolean first = fall.done.compareAndSet(false, true);
    cleanable.clean();
    return first;
  }

  /** Has the garbage collector look for forgotten objects, and waits until they are let go. */
  public static void collect() {
    // What the first look finds is let go before what the second finds.
    lookOnce();
    lookOnce();
  }

  private static void lookOnce() {
    CountDownLatch found = new CountDownLatch(1);
    CLEANER.register(new Object(), found::countDown);
    System.gc();
    try {
      found.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
