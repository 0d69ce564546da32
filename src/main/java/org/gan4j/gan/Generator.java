package org.gan4j.gan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Noise;

/**
 * A trained generator for use: its weights alone, which never change, and any number of threads may
 * sample from it at once. On the CPU they compute side by side, each in scratch memory of its own;
 * on a GPU one after the other.
 *
 * <p>Samples are made in blocks of {@value #BLOCK}: sample i is a function of (weights, seed, i),
 * however many are asked for and whoever else asks.
 */
public final class Generator implements AutoCloseable {
  /** Samples that are computed at a time, whether all are wanted or not. */
  static final int BLOCK = 100;

  private final Noise spec;
  private final Conditions conditionsOrNull;
  private final int conditionWidth;
  private final ImageShape shape;
  private final Device home;
  private final Network network;
  private final ReadWriteLock open = new ReentrantReadWriteLock(true);
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Semaphore places;
  private boolean closed;

  /** One thread's scratch. */
  private final class Worker {
    private final Device device;
    private final DeviceArena arena;
    private final TrainingState state;
    private final DeviceBuffer input;
    private final DeviceBuffer noise;
    private final DeviceBuffer out;
    private final NetworkPass pass;

    Worker(Device device) {
      this.device = device;
      this.arena = device.arena(1);
      long z = (long) BLOCK * spec.size();
      this.input = arena.floats(z + (long) BLOCK * conditionWidth);
      this.noise = input.view(0, z);
      this.out = arena.floats((long) BLOCK * shape.size());
      this.pass = network.reader(device, arena, BLOCK);
      this.state = new TrainingState(device, 1);
      try {
        arena.freeze();
      } catch (RuntimeException e) {
        state.close();
        throw e;
      }
    }

    /** Samples from noise of the stream, or from z, for the conditions, if there are any. */
    float[] run(int count, long seed, float[] zOrNull, float[] conditions) {
      int width = shape.size();
      float[] samples = new float[Math.multiplyExact(count, width)];
      for (int first = 0; first < count; first += BLOCK) {
        int rows = Math.min(BLOCK, count - first);
        state.begin(0, seed, first / BLOCK);
        if (zOrNull == null) {
          spec.draw(device.kernels(), noise, state.buffer(), RandomStreams.SAMPLING.first());
        } else {
          float[] part = new float[rows * spec.size()];
          System.arraycopy(zOrNull, first * spec.size(), part, 0, part.length);
          Buffers.write(noise.view(0, part.length), 0, part);
        }
        if (conditionWidth > 0) {
          float[] part = new float[rows * conditionWidth];
          System.arraycopy(conditions, first * conditionWidth, part, 0, part.length);
          Buffers.write(input.view(noise.length(), part.length), 0, part);
        }
        pass.forward(out, input, state.buffer(), RandomStreams.SAMPLING.site(1));
        float[] part = new float[rows * width];
        Buffers.read(out.view(0, part.length), 0, part);
        System.arraycopy(part, 0, samples, first * width, part.length);
      }
      return samples;
    }

    void close() {
      state.close();
      arena.close();
      if (device != home) {
        device.close();
      }
    }
  }

  /**
   * Copies the weights of one replica to the CPU.
   *
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its generators, from 0
   * @return the generator; close it
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public static Generator of(Gan gan, int replica) {
    Device device = Device.cpu();
    try {
      return new Generator(device, gan, replica);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /**
   * Copies the weights of one replica to a device.
   *
   * @param device of this thread, opened for this alone: it is closed with this, but not if this
   *     constructor throws
   * @param gan trained; of this thread; not changed, and free to go on training
   * @param replica which of its generators, from 0
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   */
  public Generator(Device device, Gan gan, int replica) {
    gan.requireValues();
    Checks.range("replica", replica, 0, gan.recipe().replicas() - 1);
    this.spec = gan.recipe().noise();
    this.conditionsOrNull = gan.isConditional() ? gan.conditions() : null;
    this.conditionWidth = gan.recipe().condition().width();
    this.shape = gan.shape();
    this.home = device;
    this.network = new Network(device, gan.recipe().generator(), gan.recipe().generatorInputs(), 1);
    try {
      copy(gan.generator(), replica);
      workers.add(new Worker(device));
      // On the CPU every processor may have one.
      home.sibling().map(Worker::new).ifPresent(workers::add);
      int most = workers.size() == 1 ? 1 : Runtime.getRuntime().availableProcessors();
      this.places = new Semaphore(most, true);
    } catch (RuntimeException e) {
      free();
      throw e;
    }
    idle.addAll(workers);
    workers.forEach(worker -> worker.device.handOver());
  }

  private void copy(Network from, int replica) {
    for (int i = 0; i < from.parameters().size(); i++) {
      float[] values = new float[from.parameters().get(i).size()];
      Buffers.read(from.parameters().get(i).value(), replica, values);
      Buffers.write(network.parameters().get(i).value(), 0, values);
    }
    network.share();
  }

  /**
   * The shape of a sample.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return shape;
  }

  /**
   * The length of z.
   *
   * @return values of noise for one sample
   */
  public int noiseSize() {
    return spec.size();
  }

  /**
   * Draws samples. From any thread.
   *
   * @param count how many, ≥ 1
   * @param seed decides them
   * @return [count][width], as the network gives them
   * @throws IllegalStateException if this is closed
   */
  public float[] sample(int count, long seed) {
    Checks.range("count", count, 1, Integer.MAX_VALUE / shape.size());
    float[] usual = usual(count);
    return with(worker -> worker.run(count, seed, null, usual));
  }

  /**
   * Draws samples for given conditions. From any thread.
   *
   * @param count how many, ≥ 1
   * @param seed decides them
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count][width], as the network gives them
   * @throws IllegalArgumentException if there are other conditions than the generator takes
   * @throws IllegalStateException if this is closed
   */
  public float[] sample(int count, long seed, float[] conditions) {
    Checks.range("count", count, 1, Integer.MAX_VALUE / shape.size());
    Sampler.requireConditions(conditions, count, conditionWidth);
    float[] own = conditions.clone();
    return with(worker -> worker.run(count, seed, null, own));
  }

  /** Those of the training set, as often as they occur there. */
  private float[] usual(int count) {
    return conditionsOrNull == null ? null : conditionsOrNull.inProportion(0, count);
  }

  /**
   * Values of the condition.
   *
   * @return 0 if the generator takes none
   */
  public int conditionWidth() {
    return conditionWidth;
  }

  /**
   * Generates from given noise. From any thread.
   *
   * @param z [count][{@link #noiseSize}]; not modified
   * @return [count][width]
   * @throws IllegalArgumentException if z is empty, no whole number of rows or not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] generate(float[] z) {
    int count = rows(z);
    float[] own = z.clone();
    float[] usual = usual(count);
    return with(worker -> worker.run(count, 0, own, usual));
  }

  /**
   * Generates from given noise for given conditions. From any thread.
   *
   * @param z [count][{@link #noiseSize}]; not modified
   * @param conditions [count][{@link #conditionWidth}]; not modified
   * @return [count][width]
   * @throws IllegalArgumentException if z or the conditions are not whole rows, as many of each, or
   *     not finite
   * @throws IllegalStateException if this is closed
   */
  public float[] generate(float[] z, float[] conditions) {
    int count = rows(z);
    Sampler.requireConditions(conditions, count, conditionWidth);
    float[] own = z.clone();
    float[] told = conditions.clone();
    return with(worker -> worker.run(count, 0, own, told));
  }

  private int rows(float[] z) {
    int count = z.length / spec.size();
    if (count == 0 || z.length % spec.size() != 0 || count > Integer.MAX_VALUE / shape.size()) {
      throw new IllegalArgumentException(
          "z must have rows of " + spec.size() + " values, not " + z.length + " values");
    }
    Sampler.requireFinite("z", z, spec.size());
    return count;
  }

  private interface Work {
    float[] with(Worker worker);
  }

  private float[] with(Work work) {
    open.readLock().lock();
    try {
      requireOpen();
      places.acquireUninterruptibly();
      try {
        Worker worker = take();
        try {
          return work.with(worker);
        } finally {
          worker.device.handOver();
          give(worker);
        }
      } finally {
        places.release();
      }
    } finally {
      open.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this generator is closed");
    }
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
