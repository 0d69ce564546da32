package org.gan4j.benchmarks.peers;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Shuffle;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;

/** Training as one would write it with PyTorch. */
final class LibtorchTraining implements Race.Training {
  private final Workload w;
  private final Tensors given;
  private final LibtorchNetwork generator = new LibtorchNetwork("g");
  private final LibtorchNetwork discriminator = new LibtorchNetwork("d");
  private final Tensor examples;
  private final Shuffle shuffle;
  private long step;
  private float dLoss;
  private float gLoss;

  LibtorchTraining(Workload workload) {
    this(workload, workload.parameters(), workload.examples(), 1, null);
  }

  LibtorchTraining(Race race) {
    this(race.workload(), race.parameters(), race.values(), race.seed(), null);
    torch.manual_seed(race.seed());
  }

  /**
   * @param given parameters and random numbers of the only iteration
   */
  LibtorchTraining(Workload workload, Tensors given) {
    this(workload, given, workload.examples(), 1, given);
  }

  private LibtorchTraining(
      Workload workload, Tensors parameters, float[] images, int seed, Tensors givenOrNull) {
    this.w = workload;
    this.given = givenOrNull;
    int[] widths = w.generatorWidths();
    for (int i = 0; i < Workload.LAYERS; i++) {
      generator.add(parameters, i, widths[i], widths[i + 1]);
      discriminator.add(parameters, i, w.discriminatorInputs(i), w.discriminatorOutputs(i));
    }
    int count = images.length / w.pixels();
    this.examples = Tensor.create(images, count, w.pixels());
    this.shuffle = new Shuffle(w.batch(), count, seed);
  }

  @Override
  @SuppressWarnings("try") // The scope frees, when it is closed, what was made within it.
  public void run() {
    try (PointerScope ignored = new PointerScope()) {
      if (w.alternating()) {
        alternating();
      } else {
        simultaneous();
      }
      step++;
    }
  }

  private void alternating() {
    Tensor fake = generateWithoutGraph();
    Tensor logits = discriminate(torch.cat(new TensorVector(fake, real())), 2 * w.batch(), 0);
    Tensor loss = discriminatorLoss(logits);
    update(discriminator, discriminator.gradients(loss, false));
    Tensor onFake = discriminate(generate(1), w.batch(), 1);
    Tensor deceit = generatorLoss(onFake);
    update(generator, generator.gradients(deceit, false));
    remember(loss, deceit);
  }

  private void simultaneous() {
    Tensor both = torch.cat(new TensorVector(generate(0), real()));
    Tensor logits = discriminate(both, 2 * w.batch(), 0);
    Tensor loss = discriminatorLoss(logits);
    Tensor deceit = generatorLoss(logits.narrow(0, 0, w.batch()));
    TensorVector ofDiscriminator = discriminator.gradients(loss, true);
    update(generator, generator.gradients(deceit, false));
    update(discriminator, ofDiscriminator);
    remember(loss, deceit);
  }

  /** Reading a loss waits for nothing on a CPU; only the check asks for it. */
  private void remember(Tensor loss, Tensor deceit) {
    if (given != null) {
      dLoss = loss.item_float();
      gLoss = deceit.item_float();
    }
  }

  private void update(LibtorchNetwork network, TensorVector gradients) {
    network.update(gradients, w.learningRate(step), Workload.MOMENTUM);
  }

  private Tensor generateWithoutGraph() {
    NoGradGuard guard = new NoGradGuard();
    try {
      return generate(0);
    } finally {
      guard.close();
    }
  }

  private Tensor generate(int j) {
    Tensor x = noise(j);
    for (int i = 0; i < Workload.LAYERS; i++) {
      Tensor linear = generator.affine(i, x);
      x =
          switch (w.activations().get(i)) {
            case LINEAR -> linear;
            case RELU -> torch.relu_(linear);
            case SIGMOID -> torch.sigmoid_(linear);
          };
    }
    return x;
  }

  private Tensor noise(int j) {
    if (given != null) {
      return Tensor.create(given.get("z" + j), w.batch(), Workload.NOISE);
    }
    Tensor z = torch.empty(w.batch(), Workload.NOISE);
    return w.uniformNoise()
        ? z.uniform_(-Math.sqrt(3), Math.sqrt(3), new org.bytedeco.pytorch.GeneratorOptional())
        : z.normal_();
  }

  private Tensor real() {
    if (given != null) {
      return Tensor.create(given.get("x0"), w.batch(), w.pixels());
    }
    long[] rows = Arrays.stream(shuffle.next()).asLongStream().toArray();
    return examples.index_select(0, Tensor.create(rows));
  }

  private Tensor discriminate(Tensor x, int rows, int j) {
    Tensor in = x;
    for (int i = 0; i < Workload.LAYERS; i++) {
      Tensor linear = discriminator.affine(i, dropout(in, rows, i, j));
      in = i < Workload.LAYERS - 1 ? LibtorchNetwork.maxout(linear, rows, w.units()) : linear;
    }
    return in;
  }

  private Tensor dropout(Tensor x, int rows, int layer, int j) {
    if (given == null) {
      return torch.dropout(x, 1 - w.keep(layer), true);
    }
    float[] mask = given.get("mask" + j + "." + layer);
    return x.mul(Tensor.create(mask, rows, w.discriminatorInputs(layer)));
  }

  /** ½[mean softplus(−a(x)) + mean softplus(a(G(z)))]. */
  private Tensor discriminatorLoss(Tensor logits) {
    Tensor onFake = torch.softplus(logits.narrow(0, 0, w.batch())).mean();
    Tensor onReal = torch.softplus(logits.narrow(0, w.batch(), w.batch()).neg()).mean();
    return onFake.add(onReal).mul(new org.bytedeco.pytorch.Scalar(0.5));
  }

  private static Tensor generatorLoss(Tensor logits) {
    return torch.softplus(logits.neg()).mean();
  }

  @Override
  @SuppressWarnings("try") // As in run().
  public float[] samples() {
    float[] all = new float[Race.SAMPLES * w.pixels()];
    int minibatch = w.batch() * w.pixels();
    for (int at = 0; at < all.length; at += minibatch) {
      try (PointerScope ignored = new PointerScope()) {
        Tensor part = generateWithoutGraph().contiguous();
        part.data_ptr_float().get(all, at, Math.min(minibatch, all.length - at));
      }
    }
    return all;
  }

  /** One iteration and all that came of it. */
  Tensors record() {
    run();
    Tensors all = new Tensors().put("d_loss", dLoss).put("g_loss", gLoss);
    generator.record(all, w.learningRate(0));
    discriminator.record(all, w.learningRate(0));
    return all;
  }
}
