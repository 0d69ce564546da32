package org.gan4j.device;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The one thread that may use a device. Two threads at once would change each other's arguments,
 * and freeing memory under a running kernel would end the JVM; so every use of a device asks here.
 */
public final class Owner {
  private static final VarHandle THREAD;

  static {
    try {
      THREAD = MethodHandles.lookup().findVarHandle(Owner.class, "thread", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile Thread thread = Thread.currentThread();

  /** The thread that makes this is the owner. */
  public Owner() {}

  /**
   * Lets the owner pass; whoever comes first after {@link #handOver} becomes it.
   *
   * @throws IllegalStateException in every other thread
   */
  public void require() {
    Thread current = Thread.currentThread();
    if (thread != current && !THREAD.compareAndSet(this, null, current)) {
      Thread owner = thread;
      throw new IllegalStateException(
          "this device and all that lives on it belong to the thread "
              + (owner == null ? "that takes it now" : "\"" + owner.getName() + "\"")
              + ", and this is \""
              + current.getName()
              + "\": use and close them there, have that thread call Device.handOver() first, or"
              + " sample from several threads with a Generator");
    }
  }

  /**
   * Gives up ownership: the next thread that uses the device gets it.
   *
   * @throws IllegalStateException if another thread has it
   */
  public void handOver() {
    require();
    thread = null;
  }
}
