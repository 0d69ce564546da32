package org.gan4j.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Shuffle;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Training with ND4J's arrays: buffers made once, what operations return in a workspace, and
 * backpropagation by hand, as ND4J differentiates graphs only.
 */
final class Nd4jTraining implements Race.Training {
  private static final WorkspaceConfiguration WORKSPACE =
      WorkspaceConfiguration.builder()
          .initialSize(64L << 20)
          .policyAllocation(AllocationPolicy.STRICT)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .build();

  private final Workload w;
  private final Tensors given;
  private final List<Nd4jLayer> generator = new ArrayList<>();
  private final List<Nd4jLayer> discriminator = new ArrayList<>();
  private final List<INDArray> activations = new ArrayList<>();
  private final List<INDArray> deltas = new ArrayList<>();
  private final INDArray z;
  private final Nd4jJudge fake;
  private final Nd4jJudge real;
  private final INDArray examples;
  private final Shuffle shuffle;
  private long step;
  private double dLoss;
  private double gLoss;

  Nd4jTraining(Workload workload) {
    this(workload, workload.parameters(), workload.examples(), 1, null);
  }

  Nd4jTraining(Race race) {
    this(race.workload(), race.parameters(), race.values(), race.seed(), null);
    Nd4j.getRandom().setSeed(race.seed());
  }

  /**
   * @param given parameters and random numbers of the only iteration
   */
  Nd4jTraining(Workload workload, Tensors given) {
    this(workload, given, workload.examples(), 1, given);
  }

  private Nd4jTraining(
      Workload workload, Tensors parameters, float[] images, int seed, Tensors givenOrNull) {
    this.w = workload;
    this.given = givenOrNull;
    int[] widths = w.generatorWidths();
    for (int i = 0; i < Workload.LAYERS; i++) {
      generator.add(layer(parameters, "g" + i, widths[i], widths[i + 1], false));
      activations.add(Nd4jArrays.zeros(w.batch(), widths[i + 1]));
      deltas.add(Nd4jArrays.zeros(w.batch(), widths[i + 1]));
      discriminator.add(
          layer(
              parameters,
              "d" + i,
              w.discriminatorInputs(i),
              w.discriminatorOutputs(i),
              i < Workload.LAYERS - 1));
    }
    this.z = Nd4jArrays.zeros(w.batch(), Workload.NOISE);
    this.fake = new Nd4jJudge(w, discriminator);
    this.real = new Nd4jJudge(w, discriminator);
    int count = images.length / w.pixels();
    this.examples = Nd4j.create(images, new long[] {count, w.pixels()}, 'c');
    this.shuffle = new Shuffle(w.batch(), count, seed);
  }

  private static Nd4jLayer layer(
      Tensors parameters, String name, int inputs, int outputs, boolean maxout) {
    float[] weights = parameters.get(name + ".weights");
    float[] biases = parameters.get(name + ".biases");
    if (maxout) {
      int units = outputs / Workload.PIECES;
      weights = Nd4jArrays.byPiece(weights, units, Workload.PIECES);
      biases = Nd4jArrays.byPiece(biases, units, Workload.PIECES);
    }
    return new Nd4jLayer(
        Nd4jArrays.of(weights, inputs, outputs), Nd4jArrays.of(biases, 1, outputs));
  }

  @Override
  @SuppressWarnings("try") // A workspace is active while it is open.
  public void run() {
    try (MemoryWorkspace ignored =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, "iteration")) {
      generate(0);
      discriminatorForward();
      learnDiscriminator();
      if (w.alternating()) {
        update(discriminator);
        generate(1);
        masks(1, fake, 0);
        fake.forward(generated());
      }
      learnGenerator();
      if (!w.alternating()) {
        update(discriminator);
      }
      update(generator);
      step++;
    }
  }

  private INDArray generated() {
    return activations.get(Workload.LAYERS - 1);
  }

  private void generate(int j) {
    if (given != null) {
      z.assign(Nd4jArrays.of(given.get("z" + j), w.batch(), Workload.NOISE));
    } else if (w.uniformNoise()) {
      Nd4j.rand(z, Nd4j.getDistributions().createUniform(-Math.sqrt(3), Math.sqrt(3)));
    } else {
      Nd4j.rand(z, Nd4j.getDistributions().createNormal(0, 1));
    }
    INDArray x = z;
    for (int i = 0; i < Workload.LAYERS; i++) {
      generator.get(i).forward(activations.get(i), x);
      x = activations.get(i);
      Nd4jLayer.activate(x, w.activations().get(i));
    }
  }

  private void discriminatorForward() {
    INDArray x =
        given == null
            ? Nd4j.pullRows(examples, 1, shuffle.next())
            : Nd4jArrays.of(given.get("x0"), w.batch(), w.pixels());
    masks(0, fake, 0);
    masks(0, real, 1);
    fake.forward(generated());
    real.forward(x);
  }

  private void masks(int j, Nd4jJudge judge, int half) {
    for (int i = 0; i < Workload.LAYERS; i++) {
      INDArray mask = judge.mask(i);
      if (given == null) {
        Nd4j.getExecutioner().exec(new DropOutInverted(judge.ones(i), mask, w.keep(i)));
      } else {
        int size = w.batch() * w.discriminatorInputs(i);
        float[] all = given.get("mask" + j + "." + i);
        float[] part = java.util.Arrays.copyOfRange(all, half * size, (half + 1) * size);
        mask.assign(Nd4jArrays.of(part, w.batch(), w.discriminatorInputs(i)));
      }
    }
  }

  /** L_D = ½[mean softplus(−a(x)) + mean softplus(a(G(z)))]. */
  private void learnDiscriminator() {
    dLoss = (softplus(real.logits().neg()) + softplus(fake.logits())) / 2;
    double scale = 0.5 / w.batch();
    float rate = w.learningRate(step);
    INDArray onFake = Transforms.sigmoid(fake.logits(), true).muli(scale);
    INDArray onReal = Transforms.sigmoid(real.logits(), true).subi(1).muli(scale);
    if (!w.alternating()) {
      fake.remember();
    }
    fake.backward(onFake, rate, Workload.MOMENTUM, true, false);
    real.backward(onReal, rate, 1, true, false);
  }

  /** L_G = mean softplus(−a(G(z))). */
  private void learnGenerator() {
    gLoss = softplus(fake.logits().neg());
    if (!w.alternating()) {
      fake.recall();
    }
    INDArray slope = Transforms.sigmoid(fake.logits(), true).subi(1).divi(w.batch());
    INDArray delta =
        deltas.get(Workload.LAYERS - 1).assign(fake.backward(slope, 0, 1, false, true));
    for (int i = Workload.LAYERS - 1; i >= 0; i--) {
      Nd4jLayer layer = generator.get(i);
      Nd4jLayer.slope(delta, activations.get(i), w.activations().get(i));
      INDArray in = i == 0 ? z : activations.get(i - 1);
      layer.learn(in, delta, w.learningRate(step), Workload.MOMENTUM);
      if (i > 0) {
        Nd4jLayer.product(deltas.get(i - 1), delta, layer.weights, false, true);
        delta = deltas.get(i - 1);
      }
    }
  }

  private static double softplus(INDArray logits) {
    return Transforms.softPlus(logits, true).meanNumber().doubleValue();
  }

  private static void update(List<Nd4jLayer> layers) {
    layers.forEach(Nd4jLayer::update);
  }

  @Override
  @SuppressWarnings("try") // As in run().
  public float[] samples() {
    float[] all = new float[Race.SAMPLES * w.pixels()];
    int minibatch = w.batch() * w.pixels();
    for (int at = 0; at < all.length; at += minibatch) {
      try (MemoryWorkspace ignored =
          Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE, "iteration")) {
        generate(0);
        float[] part = Nd4jArrays.values(generated());
        System.arraycopy(part, 0, all, at, Math.min(minibatch, all.length - at));
      }
    }
    return all;
  }

  /** One iteration and all that came of it. */
  Tensors record() {
    run();
    Tensors all = new Tensors().put("d_loss", (float) dLoss).put("g_loss", (float) gLoss);
    for (int i = 0; i < Workload.LAYERS; i++) {
      put(all, "g" + i, generator.get(i), 1);
      put(all, "d" + i, discriminator.get(i), i < Workload.LAYERS - 1 ? Workload.PIECES : 1);
    }
    return all;
  }

  private void put(Tensors all, String name, Nd4jLayer layer, int pieces) {
    double rate = -w.learningRate(0);
    put(all, "gradient." + name + ".weights", layer.weightVelocity.div(rate), pieces);
    put(all, "gradient." + name + ".biases", layer.biasVelocity.div(rate), pieces);
    put(all, "after." + name + ".weights", layer.weights, pieces);
    put(all, "after." + name + ".biases", layer.biases, pieces);
  }

  private static void put(Tensors all, String name, INDArray array, int pieces) {
    int units = array.columns() / pieces;
    all.put(name, Nd4jArrays.byUnit(Nd4jArrays.values(array), units, pieces));
  }
}
