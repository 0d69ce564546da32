package org.gan4j.eval;

import java.util.Collections;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.Philox;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.Gan;
import org.gan4j.gan.RecordedStep;
import org.gan4j.gan.TrainingStep;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;

/**
 * Samples of every replica's generator, and what its discriminator says of them, with plain
 * weights: the energy of a row is minus the calibrated logit of D(G(z(u))).
 */
final class JudgedGenerator implements Potential, AutoCloseable {
  private final LatentSpace space;
  private final int replicas;
  private final int rows;
  private final int width;
  private final boolean gradients;
  private final List<Calibration> calibrations;
  private final RecordedStep recorded;
  private Step step;

  /**
   * Allocates.
   *
   * @param gan whose networks; not closed by this
   * @param calibrations of each replica's logits
   * @param rows of each replica
   * @param gradients whether {@link #evaluate} may be called
   */
  JudgedGenerator(Gan gan, List<Calibration> calibrations, int rows, boolean gradients) {
    this.space = new LatentSpace(gan.recipe().noise());
    this.replicas = gan.recipe().replicas();
    this.rows = rows;
    this.width = gan.shape().size();
    this.gradients = gradients;
    this.calibrations = calibrations;
    this.recorded = new RecordedStep(gan.device(), replicas, arena -> step = new Step(gan, arena));
  }

  /** With the discriminators' own logits, and no gradients. */
  static JudgedGenerator uncalibrated(Gan gan, int rows) {
    return new JudgedGenerator(
        gan, Collections.nCopies(gan.recipe().replicas(), Calibration.NONE), rows, false);
  }

  private final class Step implements TrainingStep {
    private final Kernels kernels;
    private final NetworkPass generate;
    private final NetworkPass judge;
    private final Gradients request = new Gradients(false, null, rows);
    private final DeviceBuffer state;
    private final DeviceBuffer noise;
    private final DeviceBuffer generated;
    private final DeviceBuffer logits;
    // Null without gradients.
    private final DeviceBuffer ones;
    private final DeviceBuffer ofGenerated;
    private final DeviceBuffer ofNoise;

    Step(Gan gan, DeviceArena arena) {
      this.kernels = gan.device().kernels();
      this.generate = pass(gan.generatorForUse(), arena);
      this.judge = pass(gan.discriminatorForUse(), arena);
      this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      this.noise = arena.floats((long) rows * space.size());
      this.generated = arena.floats((long) rows * width);
      this.logits = arena.floats(rows);
      this.ones = gradients ? arena.floats(rows) : null;
      this.ofGenerated = gradients ? arena.floats((long) rows * width) : null;
      this.ofNoise = gradients ? arena.floats((long) rows * space.size()) : null;
    }

    private NetworkPass pass(Network network, DeviceArena arena) {
      return gradients ? network.differentiable(arena, rows) : network.pass(arena, rows, false);
    }

    @Override
    public void prepare() {
      for (int r = 0; r < replicas; r++) {
        Buffers.write(state, r, new long[StateLayout.WORDS]);
      }
    }

    @Override
    public void run() {
      generate.forward(generated, noise, state, 0);
      judge.forward(logits, generated, state, Network.SITES);
      if (gradients) {
        kernels.fill(ones, 1);
        judge.backward(logits, generated, ones, request, ofGenerated, state, Network.SITES);
        generate.backward(generated, noise, ofGenerated, request, ofNoise, state, 0);
      }
    }
  }

  @Override
  public LatentSpace space() {
    return space;
  }

  @Override
  public int replicas() {
    return replicas;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int chains() {
    return 1;
  }

  /** Room for u of every row, [R][rows · size]. */
  double[][] room() {
    return new double[replicas][rows * space.size()];
  }

  /**
   * Draws every row's u from the prior.
   *
   * @param u [R][rows · size]; modified
   * @param seed of replica 0; replica r draws from seed + r
   * @param draw another one gives others
   */
  void drawPrior(double[][] u, long seed, long draw) {
    int size = space.size();
    for (int r = 0; r < replicas; r++) {
      double[] to = u[r];
      long own = seed + r;
      eachRow(
          row -> {
            Philox random = new Philox(own, RandomStreams.PROPOSALS.site(row), draw);
            for (int i = row * size; i < (row + 1) * size; i++) {
              to[i] = space.draw(random);
            }
          });
    }
  }

  /** Rows are independent: they use all cores. */
  private void eachRow(IntConsumer row) {
    IntStream.range(0, rows).parallel().forEach(row);
  }

  private void run(double[][] u) {
    int size = space.size();
    for (int r = 0; r < replicas; r++) {
      float[] z = new float[rows * size];
      double[] values = u[r];
      eachRow(
          row -> {
            for (int i = row * size; i < (row + 1) * size; i++) {
              z[i] = (float) space.noise(values[i]);
            }
          });
      Buffers.write(step.noise, r, z);
    }
    recorded.run(1);
  }

  /**
   * Judges every row.
   *
   * @param u [R][rows · size]; not modified
   * @param logits [R][rows] ← the calibrated logits of D(G(z(u))); modified
   * @throws NonFiniteSamplesException if one is NaN or infinite
   */
  void judge(double[][] u, double[][] logits) {
    run(u);
    readLogits(logits, 1);
    for (int r = 0; r < replicas; r++) {
      for (double logit : logits[r]) {
        if (!Double.isFinite(logit)) {
          throw new NonFiniteSamplesException(r);
        }
      }
    }
  }

  private void readLogits(double[][] to, int sign) {
    float[] raw = new float[rows];
    for (int r = 0; r < replicas; r++) {
      Buffers.read(step.logits, r, raw);
      for (int i = 0; i < rows; i++) {
        to[r][i] = sign * calibrations.get(r).logit(raw[i]);
      }
    }
  }

  /** What the generators made of the rows that were judged or evaluated last, [R][rows · width]. */
  float[][] samples() {
    float[][] samples = new float[replicas][rows * width];
    for (int r = 0; r < replicas; r++) {
      Buffers.read(step.generated, r, samples[r]);
    }
    return samples;
  }

  @Override
  public float[][] samples(double[][] u) {
    run(u);
    return samples();
  }

  @Override
  public void evaluate(double[][] u, double[][] energies, double[][] slope) {
    run(u);
    readLogits(energies, -1);
    int size = space.size();
    float[] byNoise = new float[rows * size];
    for (int r = 0; r < replicas; r++) {
      Buffers.read(step.ofNoise, r, byNoise);
      double scale = -calibrations.get(r).scale();
      double[] values = u[r];
      double[] out = slope[r];
      eachRow(
          row -> {
            for (int i = row * size; i < (row + 1) * size; i++) {
              out[i] = scale * byNoise[i] * space.derivative(values[i]);
            }
          });
    }
  }

  @Override
  public void close() {
    recorded.close();
  }
}
