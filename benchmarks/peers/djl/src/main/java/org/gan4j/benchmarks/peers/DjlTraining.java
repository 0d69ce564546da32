package org.gan4j.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Shuffle;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;

/** Training with DJL's arrays and its gradient collector; each iteration has its own manager. */
final class DjlTraining implements Race.Training {
  private final Workload w;
  private final Tensors given;
  private final Tensors record;
  private final NDManager manager = NDManager.newBaseManager();
  private final DjlNetwork generator;
  private final DjlNetwork discriminator;
  private final NDArray examples;
  private final Shuffle shuffle;
  private NDManager temporary;

  DjlTraining(Workload workload) {
    this(workload, workload.parameters(), workload.examples(), 1, null);
  }

  DjlTraining(Race race) {
    this(race.workload(), race.parameters(), race.values(), race.seed(), null);
    manager.getEngine().setRandomSeed(race.seed());
  }

  /**
   * @param given parameters and random numbers of the only iteration
   */
  DjlTraining(Workload workload, Tensors given) {
    this(workload, given, workload.examples(), 1, given);
  }

  private DjlTraining(
      Workload workload, Tensors parameters, float[] images, int seed, Tensors givenOrNull) {
    this.w = workload;
    this.given = givenOrNull;
    this.record = givenOrNull == null ? null : new Tensors();
    this.generator = new DjlNetwork("g", manager, w);
    this.discriminator = new DjlNetwork("d", manager, w);
    int[] widths = w.generatorWidths();
    for (int i = 0; i < Workload.LAYERS; i++) {
      generator.add(parameters, i, widths[i], widths[i + 1]);
      discriminator.add(parameters, i, w.discriminatorInputs(i), w.discriminatorOutputs(i));
    }
    int count = images.length / w.pixels();
    this.examples = manager.create(images, new Shape(count, w.pixels()));
    this.shuffle = new Shuffle(w.batch(), count, seed);
  }

  @Override
  public void run() {
    try (NDManager mine = manager.newSubManager()) {
      temporary = mine;
      if (w.alternating()) {
        alternating();
      } else {
        simultaneous();
      }
    }
  }

  private void alternating() {
    NDArray fake = generate(0, false);
    NDArray real = real();
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = discriminatorLoss(discriminate(fake.concat(real), 0, true, null));
      collector.backward(loss);
      remember("d_loss", loss);
    }
    discriminator.update(record);
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray loss = generatorLoss(discriminate(generate(1, true), 1, false, null));
      collector.backward(loss);
      remember("g_loss", loss);
    }
    generator.update(record);
  }

  /**
   * One backward pass gives both networks' gradients, as a collector makes no second one: the
   * discriminator judges detached samples, and its constants judge attached ones, by the same
   * masks.
   */
  private void simultaneous() {
    NDArray real = real();
    NDArray[] masks = new NDArray[Workload.LAYERS];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = mask(2 * w.batch(), i);
    }
    NDArray[] half = new NDArray[masks.length];
    Arrays.setAll(half, i -> masks[i].get(":" + w.batch()));
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray fake = generate(0, true);
      NDArray both = fake.stopGradient().concat(real);
      NDArray loss = discriminatorLoss(discriminate(both, 0, true, masks));
      NDArray deceit = generatorLoss(discriminate(fake, 0, false, half));
      collector.backward(loss.add(deceit));
      remember("d_loss", loss);
      remember("g_loss", deceit);
    }
    discriminator.update(record);
    generator.update(record);
  }

  private void remember(String name, NDArray loss) {
    if (record != null) {
      record.put(name, loss.getFloat());
    }
  }

  private NDArray generate(int j, boolean learns) {
    NDArray x = noise(j);
    for (int i = 0; i < Workload.LAYERS; i++) {
      NDArray linear = generator.affine(i, x, learns);
      x =
          switch (w.activations().get(i)) {
            case LINEAR -> linear;
            case RELU -> Activation.relu(linear);
            case SIGMOID -> Activation.sigmoid(linear);
          };
    }
    return x;
  }

  private NDArray noise(int j) {
    Shape shape = new Shape(w.batch(), Workload.NOISE);
    if (given != null) {
      return temporary.create(given.get("z" + j), shape);
    }
    float range = (float) Math.sqrt(3);
    return w.uniformNoise()
        ? temporary.randomUniform(-range, range, shape)
        : temporary.randomNormal(0, 1, shape, DataType.FLOAT32);
  }

  private NDArray real() {
    if (given != null) {
      return temporary.create(given.get("x0"), new Shape(w.batch(), w.pixels()));
    }
    long[] rows = Arrays.stream(shuffle.next()).asLongStream().toArray();
    return examples.get(temporary, new NDIndex("{}", temporary.create(rows)));
  }

  private NDArray discriminate(NDArray x, int j, boolean learns, NDArray[] masksOrNull) {
    int rows = (int) x.getShape().get(0);
    NDArray in = x;
    for (int i = 0; i < Workload.LAYERS; i++) {
      NDArray kept = masksOrNull == null ? dropout(in, i, j) : in.mul(masksOrNull[i]);
      NDArray linear = discriminator.affine(i, kept, learns);
      in = i < Workload.LAYERS - 1 ? DjlNetwork.maxout(linear, rows, w.units()) : linear;
    }
    return in;
  }

  private NDArray dropout(NDArray x, int layer, int j) {
    if (given != null) {
      return x.mul(temporary.create(given.get("mask" + j + "." + layer), x.getShape()));
    }
    return Dropout.dropout(x, (float) (1 - w.keep(layer)), true).singletonOrThrow();
  }

  private NDArray mask(int rows, int layer) {
    Shape shape = new Shape(rows, w.discriminatorInputs(layer));
    if (given != null) {
      return temporary.create(given.get("mask0." + layer), shape);
    }
    return Dropout.dropout(temporary.ones(shape), (float) (1 - w.keep(layer)), true)
        .singletonOrThrow();
  }

  /** ½[mean softplus(−a(x)) + mean softplus(a(G(z)))]. */
  private NDArray discriminatorLoss(NDArray logits) {
    NDArray onFake = Activation.softPlus(logits.get(":" + w.batch())).mean();
    NDArray onReal = Activation.softPlus(logits.get(w.batch() + ":").neg()).mean();
    return onFake.add(onReal).mul(0.5f);
  }

  private static NDArray generatorLoss(NDArray logits) {
    return Activation.softPlus(logits.neg()).mean();
  }

  @Override
  public float[] samples() {
    float[] all = new float[Race.SAMPLES * w.pixels()];
    int minibatch = w.batch() * w.pixels();
    for (int at = 0; at < all.length; at += minibatch) {
      try (NDManager mine = manager.newSubManager()) {
        temporary = mine;
        float[] part = generate(0, false).toFloatArray();
        System.arraycopy(part, 0, all, at, Math.min(minibatch, all.length - at));
      }
    }
    return all;
  }

  /** One iteration and all that came of it. */
  Tensors record() {
    run();
    return record;
  }

  @Override
  public void close() {
    manager.close();
  }
}
