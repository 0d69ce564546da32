package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Recipe;

/**
 * Algorithm 1: k times a discriminator step on a fresh minibatch of data and fresh noise, then a
 * generator step on fresh noise through the discriminator as it then is. With labels the
 * discriminator learns classes in the same step; with matched features the generator is compared
 * with the real examples of the last minibatch.
 */
final class AlternatingStep implements TrainingStep {
  private final Gan gan;
  private final Recipe recipe;
  private final Minibatch batch;
  private final Minibatch.Fakes fakes;
  private final NetworkPass generate;
  private final DiscriminatorPass discriminate;
  // One of the two is null.
  private final DiscriminatorPass judgeOrNull;
  private final FeatureMatching matchingOrNull;
  private final Gradients learnG;
  private final DeviceBuffer[] velocitiesOfD;
  private final DeviceBuffer[] velocitiesOfG;

  AlternatingStep(Gan gan, Feed feed, DeviceArena arena) {
    this.gan = gan;
    this.recipe = gan.recipe();
    this.batch = new Minibatch(gan, feed, arena);
    this.fakes = batch.new Fakes(arena);
    int m = gan.rows();
    this.generate = gan.generator().pass(arena, m, gan.communicator());
    Kernels kernels = gan.device().kernels();
    int labelled = LabelledFeed.rows(recipe.labels(), m);
    this.discriminate =
        DiscriminatorPass.ofStep(
            kernels, gan.discriminator(), arena, 2 * m, labelled, gan.steps(gan.discriminator()));
    boolean matches = recipe.objective() == Objective.FEATURE_MATCHING;
    this.matchingOrNull = matches ? new FeatureMatching(gan, arena) : null;
    this.judgeOrNull =
        matches ? null : DiscriminatorPass.ofStep(kernels, gan.discriminator(), arena, m, 0, null);
    this.learnG = new Gradients(true, null, 0, gan.steps(gan.generator()), null);
    this.velocitiesOfD = new DeviceBuffer[] {gan.discriminator().velocities()};
    this.velocitiesOfG = new DeviceBuffer[] {gan.generator().velocities()};
  }

  @Override
  public void prepare() {
    discriminate.prepare();
    if (judgeOrNull != null) {
      judgeOrNull.prepare();
    }
  }

  @Override
  public void run() {
    for (int j = 0; j < recipe.k(); j++) {
      discriminatorStep(j);
    }
    generatorStep(recipe.k());
    gan.followWeights();
    gan.state().advance();
  }

  private void discriminatorStep(int j) {
    DeviceBuffer state = gan.state().buffer();
    DeviceBuffer ofD = gan.state().discriminator();
    int site = gan.siteOfHalves(RandomStreams.discriminator(j));
    batch.generate(generate, j, j);
    batch.gather(j);
    discriminate.learn(batch.examples(), batch.targets(), 1.0 / recipe.k(), state, ofD, site);
    gan.communicator().average(velocitiesOfD);
    gan.discriminator().update(ofD, recipe.k(), j, recipe.maxColumnNorm());
  }

  /** For the conditions of the last minibatch. */
  private void generatorStep(int j) {
    DeviceBuffer state = gan.state().buffer();
    int site = RandomStreams.discriminator(j);
    fakes.generate(generate, j, j - 1);
    if (matchingOrNull != null) {
      int reference = RandomStreams.reference(j);
      matchingOrNull.judge(batch.gradient(), fakes.whole(), batch.real(), state, site, reference);
    } else {
      boolean minimax = recipe.objective() == Objective.MINIMAX;
      judgeOrNull.judge(batch.gradient(), fakes.whole(), minimax, state, site);
    }
    batch.reachGenerator(fakes.samples());
    generate.backward(
        fakes.samples(),
        batch.input(),
        batch.ofSamples(),
        learnG,
        null,
        state,
        RandomStreams.generator(j));
    gan.communicator().average(velocitiesOfG);
    gan.generator().update(state, recipe.maxColumnNorm());
  }
}
