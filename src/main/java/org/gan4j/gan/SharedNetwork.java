package org.gan4j.gan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;

/**
 * A network for use: its weights alone, which never change, and any number of threads at once. On
 * the CPU as many of them as the processors can carry compute side by side, each in scratch memory
 * of its own; on a GPU one after the other.
 *
 * <p>The computing is done in threads of this class: OpenMP keeps a team for every thread that has
 * ever asked for one, until that thread ends, and callers may be hundreds.
 */
final class SharedNetwork implements AutoCloseable {
  /** Examples that are computed at a time, whether all are wanted or not. */
  static final int BLOCK = 100;

  private static final long IDLE_SECONDS = 10;

  private final String what;
  private final Device home;
  private final Network network;
  private final ReadWriteLock open = new ReentrantReadWriteLock(true);
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Semaphore places;
  private boolean closed;

  /** A thread and its scratch. */
  final class Worker {
    private final Device device;
    private final ThreadPoolExecutor thread;
    private final DeviceArena arena;
    private final TrainingState state;
    private final DeviceBuffer in;
    private final DeviceBuffer out;
    private final NetworkPass pass;

    Worker(Device device) {
      this.device = device;
      this.arena = device.arena(1);
      this.in = arena.floats((long) BLOCK * network.inputs());
      this.out = arena.floats((long) BLOCK * network.outputs());
      this.pass = network.reader(device, arena, BLOCK);
      this.thread = oneThread(what);
      this.state = new TrainingState(device, 1);
      try {
        arena.freeze();
      } catch (RuntimeException e) {
        state.close();
        throw e;
      }
    }

    Device device() {
      return device;
    }

    /** Decides what is random. */
    TrainingState state() {
      return state;
    }

    /** [BLOCK][inputs]. */
    DeviceBuffer in() {
      return in;
    }

    /** Writes some rows of values into {@link #in}, from a place there on. */
    void write(long at, float[] values, int first, int rows, int width) {
      float[] part = new float[rows * width];
      System.arraycopy(values, first * width, part, 0, part.length);
      Buffers.write(in.view(at, part.length), 0, part);
    }

    /** [BLOCK][outputs]. */
    DeviceBuffer out() {
      return out;
    }

    NetworkPass pass() {
      return pass;
    }

    /** In this worker's thread; waits for it, whatever interrupts the caller meanwhile. */
    private <T> T call(Function<Worker, T> work) {
      Future<T> result =
          thread.submit(
              () -> {
                try {
                  return work.apply(this);
                } finally {
                  device.handOver();
                }
              });
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return result.get();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        throw unchecked(e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private void close() {
      thread.shutdown();
      state.close();
      arena.close();
      if (device != home) {
        device.close();
      }
    }
  }

  /** Ends by itself, and its team with it, where nobody has asked for anything for a while. */
  private static ThreadPoolExecutor oneThread(String what) {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "gan4j " + what);
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /** What work throws, which has no checked exceptions. */
  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }

  /**
   * Allocates.
   *
   * @param what it is, for messages
   * @param home of this thread; closed with this, but not if this constructor throws
   * @param layers of the network
   * @param inputs values per example that enter
   * @param weights writes them
   */
  SharedNetwork(
      String what, Device home, List<LayerSpec> layers, int inputs, Consumer<Network> weights) {
    this.what = what;
    this.home = home;
    this.network = new Network(home, layers, inputs, 1);
    try {
      weights.accept(network);
      network.share();
      workers.add(new Worker(home));
      // On the CPU as many as have processors of their own; two where each has all of them.
      home.sibling().map(Worker::new).ifPresent(workers::add);
      int most = Runtime.getRuntime().availableProcessors() / Math.max(1, home.threads());
      this.places = new Semaphore(workers.size() == 1 ? 1 : Math.max(2, most), true);
    } catch (RuntimeException e) {
      free();
      throw e;
    }
    idle.addAll(workers);
    workers.forEach(worker -> worker.device.handOver());
  }

  /**
   * On the CPU, opened for this alone.
   *
   * @param <T> what is made
   * @param make makes it; where it throws, the device is closed
   */
  static <T> T onCpu(Function<Device, T> make) {
    Device device = Device.cpu();
    try {
      return make.apply(device);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  /** From any thread. */
  <T> T with(Function<Worker, T> work) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this " + what + " is closed");
      }
      places.acquireUninterruptibly();
      try {
        Worker worker = take();
        try {
          return worker.call(work);
        } finally {
          give(worker);
        }
      } finally {
        places.release();
      }
    } finally {
      open.readLock().unlock();
    }
  }

  /**
   * What a layer makes of examples. From any thread.
   *
   * @param examples [count][width]; of the caller's own
   * @param conditionsOrNull [count][any width], what enters behind them; of the caller's own
   * @param count how many
   * @param layer from 0
   * @param size values of an example that leave it
   * @return [count][size]
   */
  float[] leaving(float[] examples, float[] conditionsOrNull, int count, int layer, int size) {
    return with(worker -> leaving(worker, examples, conditionsOrNull, count, layer, size));
  }

  private static float[] leaving(
      Worker worker, float[] examples, float[] conditionsOrNull, int count, int layer, int size) {
    int width = examples.length / count;
    float[] features = new float[count * size];
    for (int first = 0; first < count; first += BLOCK) {
      int rows = Math.min(BLOCK, count - first);
      worker.write(0, examples, first, rows, width);
      if (conditionsOrNull != null) {
        worker.write(
            (long) BLOCK * width, conditionsOrNull, first, rows, conditionsOrNull.length / count);
      }
      worker.state().begin(0, 0, first / BLOCK);
      worker
          .pass()
          .forward(
              worker.out(), worker.in(), worker.state().buffer(), RandomStreams.SAMPLING.site(1));
      DeviceBuffer from = worker.pass().leaving(layer, worker.in(), worker.out());
      float[] out = new float[rows * size];
      Buffers.read(from.view(0, out.length), 0, out);
      System.arraycopy(out, 0, features, first * size, out.length);
    }
    return features;
  }

  private Worker take() {
    synchronized (idle) {
      Worker worker = idle.poll();
      if (worker == null) {
        worker = new Worker(home.sibling().orElseThrow());
        workers.add(worker);
      }
      return worker;
    }
  }

  private void give(Worker worker) {
    synchronized (idle) {
      idle.add(worker);
    }
  }

  /** Waits for the calls that are under way; from then on every call throws. */
  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        free();
        home.close();
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  private void free() {
    workers.forEach(Worker::close);
    network.close();
  }
}
