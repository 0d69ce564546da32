package org.gan4j.eval;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gan4j.device.Philox;
import org.gan4j.layers.RandomStreams;

/**
 * Markov chains over u, one for each row of a {@link Potential}, that leave p(u)·e^(−τ·E(u)) as it
 * is: Hamiltonian Monte Carlo by leapfrog steps, then accepted or rejected (Neal, 2011). Where E is
 * ½‖x − G(z(u))‖², τ, the precision 1/σ², goes from 0, the prior, to that of the observation model.
 *
 * <p>Momenta v ~ N(0, 1) are only partly drawn anew before a move, and turn round where it is
 * rejected, so that a chain keeps its way through neighbouring distributions (Sohl-Dickstein and
 * Culpepper, 2012): one leapfrog step a move then goes far.
 */
final class HamiltonianChains {
  /** The step of the first draw, which no move has. */
  private static final long BEGIN = 1L << 23;

  /** Of a momentum, from one move to the next. */
  private static final double KEPT = 0.7;

  private static final double FRESH = Math.sqrt(1 - KEPT * KEPT);

  private static final double TARGET_ACCEPTANCE = 0.65;

  /** How fast ln ε follows the acceptance. */
  private static final double ADAPTATION = 0.2;

  private static final double FIRST_STEP_SIZE = 0.3;
  private static final double LARGEST_STEP_SIZE = 10;

  private final Potential potential;
  private final LatentSpace space;
  private final int leapfrogSteps;
  private final long seed;
  private final long firstStep;
  private final int rows;
  private final int size;
  private final Replica[] replicas;
  // The arrays of all replicas, as the distance takes them.
  private final double[][] u;
  private final double[][] energies;
  private final double[][] slope;
  private long moves;

  /**
   * @param leapfrogSteps of one move, ≥ 1
   * @param seed of replica 0; replica r draws from seed + r
   * @param firstStep of its random numbers: another one for other chains of that seed
   */
  HamiltonianChains(Potential potential, int leapfrogSteps, long seed, long firstStep) {
    this.potential = potential;
    this.space = potential.space();
    this.leapfrogSteps = leapfrogSteps;
    this.seed = seed;
    this.firstStep = firstStep;
    this.rows = potential.rows();
    this.size = space.size();
    this.u = new double[potential.replicas()][rows * size];
    this.energies = new double[u.length][rows];
    this.slope = new double[u.length][rows * size];
    this.replicas = new Replica[u.length];
    for (int r = 0; r < u.length; r++) {
      replicas[r] = new Replica(r);
    }
  }

  /** ε of every replica to begin with. */
  static double[] firstStepSizes(int replicas) {
    double[] stepSizes = new double[replicas];
    Arrays.fill(stepSizes, FIRST_STEP_SIZE);
    return stepSizes;
  }

  /**
   * Makes step sizes such that 65 of 100 moves are accepted. Chains whose step sizes still change
   * leave nothing as it is: it is for warming up.
   *
   * @param stepSizes ε of every replica; modified
   * @param acceptance of the last move
   */
  static void adapt(double[] stepSizes, double[] acceptance) {
    for (int r = 0; r < stepSizes.length; r++) {
      double factor = Math.exp(ADAPTATION * (acceptance[r] - TARGET_ACCEPTANCE));
      stepSizes[r] = Math.min(stepSizes[r] * factor, LARGEST_STEP_SIZE);
    }
  }

  /** Draws every chain's u from the prior, and its momenta. */
  void drawPrior() {
    for (Replica replica : replicas) {
      eachRow(replica::drawPrior);
    }
  }

  /** Puts all chains of an example where its first one is. */
  void gather() {
    int chains = potential.chains();
    for (double[] values : u) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(values, row / chains * chains * size, values, row * size, size);
      }
    }
  }

  /** What G makes of every example's first chain, [R][examples · width]. */
  float[][] samples() {
    return potential.samples(u);
  }

  /**
   * Begins: after u or the examples were set.
   *
   * @throws NonFiniteSamplesException if a generator gives NaN or infinite values
   */
  void evaluate() {
    potential.evaluate(u, energies, slope);
    for (int r = 0; r < energies.length; r++) {
      for (double value : energies[r]) {
        if (!Double.isFinite(value)) {
          throw new NonFiniteSamplesException(r);
        }
      }
    }
  }

  /** E(u) of every row of a replica; not to be modified. */
  double[] energies(int replica) {
    return energies[replica];
  }

  /**
   * Moves every chain once.
   *
   * @param precision τ of every replica
   * @param stepSize ε of every replica
   * @return each replica's mean probability of acceptance
   */
  double[] move(double[] precision, double[] stepSize) {
    long step = moves++;
    for (Replica replica : replicas) {
      replica.begin(precision, stepSize, step);
    }
    potential.evaluate(u, energies, slope);
    for (int leap = 1; leap < leapfrogSteps; leap++) {
      for (Replica replica : replicas) {
        replica.leap();
      }
      potential.evaluate(u, energies, slope);
    }
    double[] acceptance = new double[replicas.length];
    for (Replica replica : replicas) {
      acceptance[replica.index] = replica.end(step);
    }
    return acceptance;
  }

  /** Rows are independent: they use all cores. */
  private void eachRow(IntConsumer row) {
    IntStream.range(0, rows).parallel().forEach(row);
  }

  /** The chains of one replica. */
  private final class Replica {
    final int index;
    private final double[] at;
    private final double[] atEnergy;
    private final double[] atSlope;
    private final double[] momentum = new double[rows * size];
    private final double[] probability = new double[rows];
    // Where a move began.
    private final double[] before = new double[rows * size];
    private final double[] atEnergyBefore = new double[rows];
    private final double[] slopeBefore = new double[rows * size];
    private final double[] momentumBefore = new double[rows * size];
    private final double[] energyBefore = new double[rows];
    private double precision;
    private double stepSize;

    Replica(int index) {
      this.index = index;
      this.at = u[index];
      this.atEnergy = energies[index];
      this.atSlope = slope[index];
    }

    private Philox random(RandomStreams stream, int row, long step) {
      return new Philox(seed + index, stream.site(row), firstStep + step);
    }

    void drawPrior(int row) {
      Philox random = random(RandomStreams.MOMENTA, row, BEGIN);
      for (int i = row * size; i < (row + 1) * size; i++) {
        at[i] = space.draw(random);
        momentum[i] = random.nextNormal();
      }
    }

    /** New momenta, the first half step of them and the first step of u. */
    void begin(double[] precisions, double[] stepSizes, long step) {
      precision = precisions[index];
      stepSize = stepSizes[index];
      System.arraycopy(at, 0, before, 0, at.length);
      System.arraycopy(atEnergy, 0, atEnergyBefore, 0, atEnergy.length);
      System.arraycopy(atSlope, 0, slopeBefore, 0, atSlope.length);
      eachRow(
          row -> {
            Philox random = random(RandomStreams.MOMENTA, row, step);
            for (int i = row * size; i < (row + 1) * size; i++) {
              momentum[i] = KEPT * momentum[i] + FRESH * random.nextNormal();
              momentumBefore[i] = momentum[i];
            }
            energyBefore[row] = energy(row);
            for (int i = row * size; i < (row + 1) * size; i++) {
              momentum[i] += stepSize / 2 * force(i);
              at[i] += stepSize * momentum[i];
            }
          });
    }

    void leap() {
      eachRow(
          row -> {
            for (int i = row * size; i < (row + 1) * size; i++) {
              momentum[i] += stepSize * force(i);
              at[i] += stepSize * momentum[i];
            }
          });
    }

    /** The last half step of the momenta; rows that are rejected go back, and turn round. */
    double end(long step) {
      eachRow(
          row -> {
            for (int i = row * size; i < (row + 1) * size; i++) {
              momentum[i] += stepSize / 2 * force(i);
            }
            double ratio = Math.exp(energyBefore[row] - energy(row));
            // A path that left all bounds has no finite energy, and is rejected.
            probability[row] = ratio >= 0 ? Math.min(1, ratio) : 0;
            double chance = (random(RandomStreams.ACCEPTANCE, row, step).nextSymmetric() + 1.0) / 2;
            if (chance >= probability[row]) {
              restore(row);
            }
          });
      return ParzenScore.mean(probability);
    }

    private void restore(int row) {
      System.arraycopy(before, row * size, at, row * size, size);
      System.arraycopy(slopeBefore, row * size, atSlope, row * size, size);
      atEnergy[row] = atEnergyBefore[row];
      for (int i = row * size; i < (row + 1) * size; i++) {
        momentum[i] = -momentumBefore[i];
      }
    }

    private double energy(int row) {
      double sum = precision * atEnergy[row];
      for (int i = row * size; i < (row + 1) * size; i++) {
        sum += momentum[i] * momentum[i] / 2 - space.logDensity(at[i]);
      }
      return sum;
    }

    private double force(int i) {
      return space.slope(at[i]) - precision * atSlope[i];
    }
  }
}
