package org.gan4j.gan;

import java.util.Arrays;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;

/**
 * The order of the released code: one forward pass, both networks updated from it. The
 * discriminator ends in one logit per example, so the gradients that its weights and the generator
 * need differ by a factor per example only: a unit gradient of the logits goes back once, and its
 * rows are scaled for either use. Exact, with 14 products in place of 17.
 */
final class SimultaneousStep implements TrainingStep {
  private static final int SUB_STEP = 0;

  private final Gan gan;
  private final Minibatch batch;
  private final NetworkPass generate;
  private final NetworkPass discriminate;
  private final Gradients both;
  private final Gradients learnG;
  private final DeviceBuffer logits;
  private final DeviceBuffer dSlope;
  private final DeviceBuffer gSlope;
  private final DeviceBuffer ones;
  private final DeviceBuffer[] velocities;

  SimultaneousStep(Gan gan, Feed feed, DeviceArena arena) {
    this.gan = gan;
    this.batch = new Minibatch(gan, feed, arena);
    int m = gan.rows();
    this.generate = gan.generator().pass(arena, m, gan.communicator());
    this.discriminate = gan.discriminator().pass(arena, 2 * m, true);
    this.logits = arena.floats(2L * m);
    this.dSlope = arena.floats(2L * m);
    this.gSlope = arena.floats(m);
    this.ones = arena.floats(2L * m);
    this.velocities =
        new DeviceBuffer[] {gan.discriminator().velocities(), gan.generator().velocities()};
    this.learnG = new Gradients(true, null, 0, gan.steps(gan.generator()), null);
    this.both = new Gradients(true, dSlope, m, gan.steps(gan.discriminator()), gSlope);
  }

  @Override
  public void prepare() {
    float[] unit = new float[2 * gan.rows()];
    Arrays.fill(unit, 1);
    for (int r = 0; r < ones.replicas(); r++) {
      Buffers.write(ones, r, unit);
    }
  }

  @Override
  public void run() {
    Kernels kernels = gan.device().kernels();
    DeviceBuffer state = gan.state().buffer();
    Recipe recipe = gan.recipe();
    int m = gan.rows();
    int site = gan.siteOfHalves(RandomStreams.discriminator(SUB_STEP));
    boolean minimax = recipe.objective() == Objective.MINIMAX;
    batch.generate(generate, SUB_STEP, SUB_STEP);
    batch.gather(SUB_STEP);
    discriminate.forward(logits, batch.examples(), state, site);
    kernels.ganLoss(dSlope, gSlope, logits, m, m, minimax, 1, state);
    DeviceBuffer ofD = gan.state().discriminator();
    discriminate.backward(logits, batch.examples(), ones, both, batch.gradient(), ofD, site);
    batch.reachGenerator(batch.generated());
    generate.backward(
        batch.generated(),
        batch.input(),
        batch.ofSamples(),
        learnG,
        null,
        state,
        RandomStreams.generator(SUB_STEP));
    gan.communicator().average(velocities);
    gan.discriminator().update(ofD, recipe.maxColumnNorm());
    gan.generator().update(state, recipe.maxColumnNorm());
    gan.followWeights();
    gan.state().advance();
  }
}
