package org.gan4j.gan;

import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Checks;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Noise;

/**
 * Draws samples from the generators, with plain weights, on the device.
 *
 * <p>Belongs to the thread of its device: see {@link org.gan4j.device.Device}; several threads may
 * sample from one {@link Generator}.
 */
public final class Sampler implements AutoCloseable {
  /** Streams of noise: scores and pictures never use the same z. */
  public enum Stream {
    /** The pictures that show a run's progress; always the same z. */
    PICTURES,
    /** Scores while training. */
    VALIDATION,
    /** The final score. */
    TEST,
    /** The monitor while training. */
    MONITOR
  }

  /** Samples that are made at a time. */
  static final int BLOCK = 1000;

  private final Gan gan;
  private final int count;
  private final int block;
  private final DeviceArena arena;
  private final TrainingState state;
  private final DeviceBuffer input;
  private final DeviceBuffer noise;
  private final DeviceBuffer ofNoise;
  private final float[] wanted;
  private final DeviceBuffer samples;
  private final NetworkPass pass;

  /**
   * Allocates room for the samples. Those of conditional generators are for the conditions of the
   * training set, as often as they occur there.
   *
   * @param gan whose generators; not closed by this
   * @param count samples of each replica, ≥ 1
   */
  public Sampler(Gan gan, int count) {
    this(gan, count, null);
  }

  /**
   * Allocates room for samples of given conditions.
   *
   * @param gan whose generators; not closed by this
   * @param count samples of each replica, ≥ 1
   * @param conditionsOrNull [count][width of the condition], the same for every replica; null for
   *     those of the training set, and where there is no condition; not modified
   * @throws IllegalArgumentException if there are other conditions than the generators take
   */
  public Sampler(Gan gan, int count, float[] conditionsOrNull) {
    Checks.range("samples", count, 1, 10_000_000);
    int width = gan.recipe().condition().width();
    requireConditions(conditionsOrNull, count, width);
    this.gan = gan;
    this.wanted = conditionsOrNull == null ? null : conditionsOrNull.clone();
    this.count = count;
    this.block = Math.min(count, BLOCK);
    long blocks = (count + block - 1) / block;
    this.arena = gan.device().arena(gan.recipe().replicas());
    long z = (long) block * gan.recipe().noise().size();
    this.input = arena.floats(z + (long) block * width);
    this.noise = input.view(0, z);
    this.ofNoise = width == 0 ? null : input.view(z, (long) block * width);
    this.samples = arena.floats(blocks * block * gan.shape().size());
    this.pass = gan.generatorForUse().pass(arena, block, false);
    this.state = new TrainingState(gan.device(), gan.recipe().replicas());
    try {
      arena.freeze();
    } catch (RuntimeException e) {
      state.close();
      throw e;
    }
  }

  /**
   * Draws the samples; the same ones for the same weights, seed and stream.
   *
   * @param seed replica r uses seed + r
   * @param stream which noise
   * @return [count][width] of every replica, valid until the next call
   * @throws IllegalStateException if the networks have no values yet
   */
  public DeviceBuffer draw(long seed, Stream stream) {
    return draw(seed, stream, 0);
  }

  /**
   * Draws samples further on in a stream: several such draws are one of as many samples, if each
   * has a multiple of 1,000.
   *
   * @param seed replica r uses seed + r
   * @param stream which noise
   * @param draws as many draws of this size come before it in the stream, ≥ 0
   * @return [count][width] of every replica, valid until the next call
   * @throws IllegalStateException if the networks have no values yet
   */
  public DeviceBuffer draw(long seed, Stream stream, int draws) {
    Checks.range("draws", draws, 0, Integer.MAX_VALUE);
    gan.requireValues();
    Kernels kernels = gan.device().kernels();
    Noise of = gan.recipe().noise().ofSamples();
    begin(seed, stream, (long) draws * ((count + block - 1) / block));
    for (int first = 0; first < count; first += block) {
      of.draw(kernels, noise, state.buffer(), RandomStreams.SAMPLING.first());
      generate(first, block);
      kernels.advance(state.buffer());
    }
    return samples.view(0, (long) count * gan.shape().size());
  }

  /**
   * Generates from given noise.
   *
   * @param z [count][noise size], the same for every replica
   * @return [count][width] of every replica, valid until the next call
   * @throws IllegalArgumentException if z has another length, or a value that is no finite number
   * @throws IllegalStateException if the networks have no values yet
   */
  public DeviceBuffer generate(float[] z) {
    int size = gan.recipe().noise().size();
    if (z.length != (long) count * size) {
      throw new IllegalArgumentException(
          "z must have " + count + " x " + size + " values, not " + z.length);
    }
    requireFinite("z", z, size);
    gan.requireValues();
    begin(0, Stream.PICTURES, 0);
    for (int first = 0; first < count; first += block) {
      float[] part = new float[block * size];
      System.arraycopy(z, first * size, part, 0, Math.min(block, count - first) * size);
      for (int r = 0; r < noise.replicas(); r++) {
        Buffers.write(noise, r, part);
      }
      generate(first, block);
      gan.device().kernels().advance(state.buffer());
    }
    return samples.view(0, (long) count * gan.shape().size());
  }

  static void requireConditions(float[] conditionsOrNull, int count, int width) {
    if (conditionsOrNull == null) {
      return;
    }
    if (width == 0) {
      throw new IllegalArgumentException("these generators take no condition");
    }
    if (conditionsOrNull.length != (long) count * width) {
      throw new IllegalArgumentException(
          String.format(
              "%d samples need conditions of %d values each, not %d values in all",
              count, width, conditionsOrNull.length));
    }
    requireFinite("a condition", conditionsOrNull, width);
  }

  /** The last block may be longer than what is asked for. */
  private void writeConditions(int first, int rows) {
    float[] values = new float[(int) ofNoise.length()];
    int known = Math.min(rows, count - first);
    int width = gan.recipe().condition().width();
    if (wanted == null) {
      values = gan.conditions().inProportion(first, rows);
    } else {
      System.arraycopy(wanted, first * width, values, 0, known * width);
    }
    for (int r = 0; r < ofNoise.replicas(); r++) {
      Buffers.write(ofNoise, r, values);
    }
  }

  static void requireFinite(String what, float[] z, int size) {
    for (int i = 0; i < z.length; i++) {
      if (!Float.isFinite(z[i])) {
        throw new IllegalArgumentException(
            what
                + " must hold finite numbers, but value "
                + i % size
                + " of row "
                + i / size
                + " is "
                + z[i]);
      }
    }
  }

  /**
   * Draws samples and copies them to the host.
   *
   * @param seed replica r uses seed + r
   * @param stream which noise
   * @return [R][count · width]
   */
  public float[][] drawToHost(long seed, Stream stream) {
    return toHost(draw(seed, stream));
  }

  /**
   * Generates from given noise and copies the samples to the host.
   *
   * @param z [count][noise size], the same for every replica
   * @return [R][count · width]
   */
  public float[][] generateToHost(float[] z) {
    return toHost(generate(z));
  }

  private static float[][] toHost(DeviceBuffer drawn) {
    float[][] values = new float[drawn.replicas()][Math.toIntExact(drawn.length())];
    for (int r = 0; r < values.length; r++) {
      Buffers.read(drawn, r, values[r]);
    }
    return values;
  }

  private void begin(long seed, Stream stream, long blocks) {
    for (int r = 0; r < state.replicas(); r++) {
      state.begin(r, seed + r, ((long) stream.ordinal() << 32) + blocks);
    }
  }

  private void generate(int first, int rows) {
    long width = gan.shape().size();
    DeviceBuffer out = samples.view(first * width, rows * width);
    if (ofNoise != null) {
      writeConditions(first, rows);
    }
    pass.forward(out, input, state.buffer(), RandomStreams.SAMPLING.site(1));
  }

  @Override
  public void close() {
    state.close();
    arena.close();
  }
}
