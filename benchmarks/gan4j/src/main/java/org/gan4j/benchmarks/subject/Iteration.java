package org.gan4j.benchmarks.subject;

import java.util.List;
import org.gan4j.benchmarks.Numbers;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Workload;
import org.gan4j.data.DataSet;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;

/** Training, one iteration at a time. */
final class Iteration implements Race.Training {
  private static final int SITES_OF_STEP = 1024;

  private final Workload workload;
  private final Device device;
  private final DataSet data;
  private final Gan gan;
  private final Trainer trainer;

  /**
   * Prepares training.
   *
   * @param device closed by this
   */
  Iteration(Workload workload, Device device) {
    this(workload, RecipeOf.data(workload), device);
  }

  Iteration(Race race) {
    this(
        RecipeOf.recipe(race.workload()).withSeed(race.seed()),
        race.workload(),
        RecipeOf.data(race.workload(), race.images()),
        Gan4jSubject.device());
    Tensors begin = race.parameters();
    begin(begin, "g", gan.generator().parameters());
    begin(begin, "d", gan.discriminator().parameters());
  }

  /**
   * Prepares training on some images.
   *
   * @param device closed by this
   */
  Iteration(Workload workload, DataSet data, Device device) {
    this(RecipeOf.recipe(workload), workload, data, device);
  }

  private Iteration(Recipe recipe, Workload workload, DataSet data, Device device) {
    this.workload = workload;
    this.device = device;
    this.data = data;
    this.gan = new Gan(device, recipe, data.shape());
    gan.initialise(data);
    this.trainer = new Trainer(gan, data);
  }

  @Override
  public void run() {
    run(1);
  }

  /** Some iterations in a row, and returns when they are done. */
  void run(long iterations) {
    trainer.run(iterations);
    device.synchronize();
  }

  private static void begin(Tensors from, String network, List<Parameter> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      Buffers.write(parameters.get(i).value(), 0, from.get(network + role(i, parameters.get(i))));
    }
  }

  private static String role(int i, Parameter parameter) {
    return i / 2 + (parameter.isWeights() ? ".weights" : ".biases");
  }

  @Override
  public float[] samples() {
    try (Sampler sampler = new Sampler(gan, Race.SAMPLES)) {
      return read(sampler.draw(gan.recipe().seed(), Sampler.Stream.VALIDATION));
    }
  }

  /** The first iteration: what it starts from, what it draws and what comes of it. */
  Tensors record() {
    Tensors all = new Tensors();
    drawBiases(gan.generator().parameters());
    drawBiases(gan.discriminator().parameters());
    parameters(all, "", false);
    draws(all);
    run();
    Totals totals = trainer.totals().get(0);
    all.put("d_loss", (float) totals.dLoss()).put("g_loss", (float) totals.gLoss());
    parameters(all, "gradient.", true);
    parameters(all, "after.", false);
    return all;
  }

  /** Biases of 0 would hide mistakes, and let the sum of all logits' slopes cancel out. */
  private static void drawBiases(List<Parameter> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (!parameter.isWeights()) {
        Buffers.write(parameter.value(), 0, Numbers.uniform(i, parameter.size(), 0.5));
      }
    }
  }

  private void parameters(Tensors all, String prefix, boolean gradients) {
    parameters(all, prefix + "g", gan.generator().parameters(), gradients);
    parameters(all, prefix + "d", gan.discriminator().parameters(), gradients);
  }

  /** After the first iteration a velocity is −learning rate times the gradient. */
  private void parameters(
      Tensors all, String prefix, List<Parameter> parameters, boolean gradients) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      float[] values = new float[parameter.size()];
      Buffers.read(gradients ? parameter.velocity() : parameter.value(), 0, values);
      for (int k = 0; gradients && k < values.length; k++) {
        values[k] /= -workload.learningRate(0);
      }
      all.put(prefix + role(i, parameter), values);
    }
  }

  /** Draws the iteration's random numbers once more. */
  private void draws(Tensors all) {
    int m = workload.batch();
    int pixels = workload.pixels();
    try (DeviceArena arena = device.arena(1);
        DeviceImages images = new DeviceImages(device, data.train(), data.scaling())) {
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      DeviceBuffer z = arena.floats((long) m * Workload.NOISE);
      DeviceBuffer x = arena.floats((long) m * pixels);
      DeviceBuffer ones = arena.floats(2L * m * Math.max(pixels, workload.units()));
      DeviceBuffer mask = arena.floats(ones.length());
      arena.freeze();
      Kernels kernels = device.kernels();
      kernels.fill(ones, 1);
      Buffers.write(state, 0, firstState());
      for (int j = 0; j < (workload.alternating() ? 2 : 1); j++) {
        noise(kernels, z, state, j * SITES_OF_STEP);
        all.put("z" + j, read(z));
        if (j == 0) {
          kernels.gather(x, images.pixels(), images.scaling(), m, pixels, 0, state);
          all.put("x0", read(x));
        }
        masks(all, kernels, mask, ones, state, j);
      }
    }
  }

  private long[] firstState() {
    Recipe recipe = gan.recipe();
    long[] words = new long[StateLayout.WORDS];
    words[StateLayout.SEED] = recipe.seed();
    words[StateLayout.ITERATIONS_PER_EPOCH] = Gan.iterationsPerEpoch(recipe, data);
    words[StateLayout.MINIBATCHES_PER_ITERATION] = recipe.k();
    return words;
  }

  private void noise(Kernels kernels, DeviceBuffer z, DeviceBuffer state, int site) {
    gan.recipe().noise().draw(kernels, z, state, site);
  }

  private void masks(
      Tensors all,
      Kernels kernels,
      DeviceBuffer mask,
      DeviceBuffer ones,
      DeviceBuffer state,
      int j) {
    int rows = j == 0 ? 2 * workload.batch() : workload.batch();
    for (int i = 0; i < Workload.LAYERS; i++) {
      // A dropout stands before each layer with weights, so layer i's is number 2i.
      int site = j * SITES_OF_STEP + 2 * Network.SITES + 2 * i;
      long length = (long) rows * workload.discriminatorInputs(i);
      DeviceBuffer part = mask.view(0, length);
      kernels.dropout(part, ones.view(0, length), workload.keep(i), state, site);
      all.put("mask" + j + "." + i, read(part));
    }
  }

  private static float[] read(DeviceBuffer buffer) {
    float[] values = new float[Math.toIntExact(buffer.length())];
    Buffers.read(buffer, 0, values);
    return values;
  }

  @Override
  public void close() {
    trainer.close();
    gan.close();
    device.close();
  }
}
