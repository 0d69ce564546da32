package org.gan4j.gan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.device.ReferenceMasks;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Draws;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.ReferenceNetwork;
import org.gan4j.layers.ReferenceNetwork.Trace;
import org.gan4j.layers.Rounding;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Labels;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Momentum;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;

/**
 * Training of one replica in double precision, written from the algorithm's text: no shared
 * backward pass, no fused kernels. It goes on from the parameters and the step that a Gan has.
 */
final class ReferenceGan {
  /** Sub-step j owns 1024 sites: z, then from 256 the generator's layers, from 512 D's. */
  private static final int SITES = 1024;

  private final Recipe recipe;
  private final DataSet data;
  private final int replica;
  private final long seed;
  private final ReferenceNetwork generator;
  private final ReferenceNetwork discriminator;
  private final List<double[]> generatorVelocity;
  private final List<double[]> discriminatorVelocity;
  private final List<List<double[]>> generatorMoments;
  private final List<List<double[]>> discriminatorMoments;
  private long step;
  private double margin = Double.POSITIVE_INFINITY;
  double dLoss;
  double gLoss;
  double dReal;
  double dFake;
  double updateNorm;

  ReferenceGan(Gan gan, DataSet data, int replica) {
    this.recipe = gan.recipe();
    this.data = data;
    this.replica = replica;
    this.seed = recipe.seed() + replica;
    this.generator = new ReferenceNetwork(recipe.generator(), gan.generator(), replica);
    this.discriminator = new ReferenceNetwork(recipe.discriminator(), gan.discriminator(), replica);
    this.generatorVelocity = zeros(generator.parameters());
    this.discriminatorVelocity = zeros(discriminator.parameters());
    this.generatorMoments = List.of(zeros(generatorVelocity), zeros(generatorVelocity));
    this.discriminatorMoments = List.of(zeros(discriminatorVelocity), zeros(discriminatorVelocity));
    this.step = gan.state().read(replica)[StateLayout.STEP];
  }

  /** By the letter of Kingma and Ba's algorithm 1. */
  private double adamStep(
      Optimiser.Adam adam, double g, double[] first, double[] second, int i, long t) {
    first[i] = adam.beta1() * first[i] + (1 - adam.beta1()) * g;
    second[i] = adam.beta2() * second[i] + (1 - adam.beta2()) * g * g;
    double mean = first[i] / (1 - Math.pow(adam.beta1(), t));
    double root = Math.sqrt(second[i] / (1 - Math.pow(adam.beta2(), t)));
    return -learningRate(adam.learningRate()) * mean / (root + adam.epsilon());
  }

  private static List<double[]> zeros(List<double[]> like) {
    List<double[]> zeros = new ArrayList<>();
    like.forEach(values -> zeros.add(new double[values.length]));
    return zeros;
  }

  ReferenceNetwork generator() {
    return generator;
  }

  ReferenceNetwork discriminator() {
    return discriminator;
  }

  List<double[]> generatorVelocity() {
    return generatorVelocity;
  }

  List<double[]> discriminatorVelocity() {
    return discriminatorVelocity;
  }

  /** How close any value ever came to a kink. */
  double margin() {
    return margin;
  }

  /** How far losses and gradients of one step may be from those in single precision. */
  double stepTolerance() {
    int z = recipe.noise().size();
    List<LayerSpec> seen = new ArrayList<>(recipe.generator());
    if (recipe.noise().distribution() == Noise.Distribution.NORMAL) {
      seen.add(0, new LayerSpec.GaussianNoise(recipe.noise().scale()));
    }
    seen.addAll(recipe.discriminator());
    // Through a join, what follows it is as wide as it is without the condition, or wider.
    seen.removeIf(layer -> layer instanceof Join);
    return Rounding.chain(seen, z + recipe.condition().width(), 2 * recipe.batch());
  }

  /**
   * How far weights may be after so many iterations: every update adds its gradient's error times
   * the learning rate, and the roundings of velocity and weight.
   */
  double tolerance(int iterations) {
    double gain = Math.max(gain(recipe.ofGenerator()), gain(recipe.ofDiscriminator()));
    return iterations * recipe.k() * (gain * stepTolerance() + 2 * Rounding.UNIT);
  }

  /** How much further a gradient's error gets. */
  private double gain(Optimiser optimiser) {
    if (optimiser instanceof Optimiser.Adam adam) {
      // Of m / (√v + ε), which a gradient enters twice.
      return 3 * adam.learningRate().initial(replica) / adam.epsilon();
    }
    return ((Optimiser.Sgd) optimiser).learningRate().initial(replica);
  }

  void iterate() {
    double square = 0;
    if (recipe.update() == UpdateOrder.SIMULTANEOUS) {
      List<double[]> forD = discriminatorGradient(0);
      List<double[]> forG = generatorGradient(0);
      square += updateDiscriminator(forD, 0);
      square += updateGenerator(forG);
    } else {
      for (int j = 0; j < recipe.k(); j++) {
        square += updateDiscriminator(discriminatorGradient(j), j);
      }
      square += updateGenerator(generatorGradient(recipe.k()));
    }
    updateNorm += Math.sqrt(square);
    step++;
  }

  private Draws draws() {
    return new Draws(seed, step);
  }

  private Trace generate(int subStep) {
    Noise z = recipe.noise();
    int n = recipe.batch() * z.size();
    double[] noise =
        z.distribution() == Noise.Distribution.UNIFORM
            ? draws().uniform(subStep * SITES, n, z.scale())
            : draws().normal(subStep * SITES, n, z.scale());
    int minibatch = ofMinibatch(subStep);
    double[] input = joined(composed(noise, minibatch), conditions(minibatch));
    return seen(generator.forward(input, recipe.batch(), true, draws(), subStep * SITES + 256));
  }

  /** With the real values in the place of those that the minibatch's masks do not hide. */
  private double[] composed(double[] made, int minibatch) {
    double[] values = made.clone();
    if (recipe.condition() instanceof Condition.Mask) {
      double[] mask = conditions(minibatch);
      double[] real = real(minibatch);
      for (int i = 0; i < values.length; i++) {
        values[i] = mask[i] == 1 ? real[i] : made[i];
      }
    }
    return values;
  }

  private double[] masks(Condition.Mask mask, int minibatch) {
    ImageShape s = data.shape();
    float[] values =
        ReferenceMasks.of(
            seed,
            step,
            minibatch * SITES + 2,
            recipe.batch(),
            s.channels(),
            s.height(),
            s.width(),
            mask.halves(),
            mask.quadrants(),
            mask.rectangles(),
            mask.pixels(),
            mask.all());
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /** The generator's own step has the conditions of the discriminator's last one. */
  private int ofMinibatch(int subStep) {
    return Math.min(subStep, recipe.k() - 1);
  }

  private static double[] joined(double[]... parts) {
    return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
  }

  private Trace discriminate(double[] examples, int rows, int subStep) {
    return seen(discriminator.forward(examples, rows, true, draws(), subStep * SITES + 512));
  }

  private Trace seen(Trace trace) {
    margin = Math.min(margin, trace.margin());
    return trace;
  }

  private long iterationsPerEpoch() {
    return data.train().count() / (recipe.batch() * recipe.k());
  }

  /** The minibatch: k of them belong to an iteration, no example twice in an epoch. */
  private int[] minibatch(int number) {
    Draws order = new Draws(seed, step / iterationsPerEpoch());
    int first = (int) (step % iterationsPerEpoch()) * recipe.k() + number;
    int[] indices = new int[recipe.batch()];
    for (int row = 0; row < indices.length; row++) {
      indices[row] = order.shuffled(first * recipe.batch() + row, data.train().count());
    }
    return indices;
  }

  /** [batch][width of the condition]; empty without one. */
  private double[] conditions(int number) {
    if (recipe.condition() instanceof Condition.Mask mask) {
      return masks(mask, number);
    }
    int width = recipe.condition().width();
    double[] values = new double[recipe.batch() * width];
    float[] all = width == 0 ? new float[0] : data.train().conditions();
    int[] indices = minibatch(number);
    for (int i = 0; i < values.length; i++) {
      values[i] = all[indices[i / width] * width + i % width];
    }
    return values;
  }

  private double[] real(int subStep) {
    int width = data.shape().size();
    double[] real = new double[recipe.batch() * width];
    int[] indices = minibatch(subStep);
    for (int row = 0; row < recipe.batch(); row++) {
      int index = indices[row];
      float[] values = data.scaling().values(data.train(), index);
      for (int i = 0; i < width; i++) {
        real[row * width + i] = values[i];
      }
    }
    return real;
  }

  private Trace discriminated(int subStep) {
    double[] fake = composed(generate(subStep).out(), subStep);
    double[] told = conditions(subStep);
    double[] all = joined(fake, real(subStep), told, told, labelled(subStep));
    return discriminate(all, 2 * recipe.batch() + labelledRows(), subStep);
  }

  private int labelledRows() {
    Labels labels = recipe.labels();
    if (labels == null) {
      return 0;
    }
    return labels.count() == 0 ? recipe.batch() : Math.min(recipe.batch(), labels.count());
  }

  /** Which of the labelled examples are in a minibatch: it goes round where they are few. */
  private int[] labelledIndices(int number, Images images) {
    Draws order = new Draws(seed, step / iterationsPerEpoch());
    int first = (int) (step % iterationsPerEpoch()) * recipe.k() + number;
    int[] indices = new int[labelledRows()];
    for (int row = 0; row < indices.length; row++) {
      int place = (first * indices.length + row) % images.count();
      indices[row] = order.shuffled(place, images.count());
    }
    return indices;
  }

  private double[] labelled(int number) {
    if (recipe.labels() == null) {
      return new double[0];
    }
    Images images = LabelDraw.of(data, recipe.labels());
    List<Double> values = new ArrayList<>();
    for (int index : labelledIndices(number, images)) {
      for (float value : data.scaling().values(images, index)) {
        values.add((double) value);
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Of each labelled example. */
  private int[] targets(int number) {
    Images images = LabelDraw.of(data, recipe.labels());
    return Arrays.stream(labelledIndices(number, images)).map(images::label).toArray();
  }

  /** The game's logit of each of some rows: ln Σ e^l of the logits of classes. */
  private double[] joinedLogits(double[] out, int rows) {
    int classes = recipe.logits();
    double[] logits = new double[rows];
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(out[i * classes + c]);
      }
      logits[i] = classes == 1 ? out[i] : Math.log(sum);
    }
    return logits;
  }

  /** From the slopes of these logits to those of the classes'. */
  private double[] spread(double[] out, double[] logits, double[] slopes) {
    int classes = recipe.logits();
    double[] all = new double[out.length];
    for (int i = 0; i < slopes.length; i++) {
      for (int c = 0; c < classes; c++) {
        all[i * classes + c] = slopes[i] * Math.exp(out[i * classes + c] - logits[i]);
      }
    }
    return all;
  }

  /** Mean of −ln softmax of the labelled examples' classes; adds its slopes. */
  private double crossEntropy(double[] out, double[] slopes, int number) {
    if (recipe.labels() == null) {
      return 0;
    }
    int classes = recipe.logits();
    int rows = labelledRows();
    int first = 2 * recipe.batch();
    double[] sums = joinedLogits(out, first + rows);
    int[] targets = targets(number);
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < classes; c++) {
        int at = (first + i) * classes + c;
        double p = Math.exp(out[at] - sums[first + i]);
        slopes[at] += (p - (c == targets[i] ? 1 : 0)) / rows;
        loss -= c == targets[i] ? (out[at] - sums[first + i]) / rows : 0;
      }
    }
    return loss;
  }

  /** L_D of a sub-step with the parameters as they are. */
  double discriminatorLoss(int subStep) {
    double[] out = discriminated(subStep).out();
    return gameLoss(out) + crossEntropy(out, new double[out.length], subStep);
  }

  private double gameLoss(double[] out) {
    int m = recipe.batch();
    double[] logits = joinedLogits(out, 2 * m);
    double loss = 0;
    for (int i = 0; i < m; i++) {
      loss += 0.5 * (softplus(logits[i]) + softplus(-logits[m + i])) / m;
    }
    return loss;
  }

  private List<double[]> discriminatorGradient(int subStep) {
    Trace trace = discriminated(subStep);
    int m = recipe.batch();
    double[] slopes = new double[2 * m];
    double[] logits = joinedLogits(trace.out(), 2 * m);
    for (int i = 0; i < m; i++) {
      double fake = sigmoid(logits[i]);
      double real = sigmoid(logits[m + i]);
      slopes[i] = 0.5 * fake / m;
      slopes[m + i] = 0.5 * (real - 1) / m;
      dFake += fake / m / recipe.k();
      dReal += real / m / recipe.k();
    }
    dLoss += gameLoss(trace.out()) / recipe.k();
    double[] all = recipe.labels() == null ? slopes : spread(trace.out(), logits, slopes);
    crossEntropy(trace.out(), all, subStep);
    return discriminator.backward(trace, all).parameters();
  }

  /** L_G of a sub-step with the parameters as they are. */
  double generatorLoss(int subStep) {
    Trace generated = generate(subStep);
    Trace judged = judged(generated, subStep);
    if (recipe.objective() == Objective.FEATURE_MATCHING) {
      return Arrays.stream(gap(judged, subStep)).map(g -> g * g).sum();
    }
    double[] logits = joinedLogits(judged.out(), recipe.batch());
    return loss(logits) + squaredError(generated.out(), subStep);
  }

  /** Mean of what enters D's last layer, of generated minus of real examples. */
  private double[] gap(Trace judged, int subStep) {
    int site = subStep * SITES + 768;
    double[] real = real(ofMinibatch(subStep));
    Trace ofReal = seen(discriminator.forward(real, recipe.batch(), true, draws(), site));
    double[] fakes = judged.enteringLast();
    double[] gap = new double[fakes.length / recipe.batch()];
    for (int i = 0; i < fakes.length; i++) {
      gap[i % gap.length] += (fakes[i] - ofReal.enteringLast()[i]) / recipe.batch();
    }
    return gap;
  }

  /** Of the hidden values, with its weight; 0 without masks. */
  private double squaredError(double[] made, int subStep) {
    double[] slopes = squaredErrorSlopes(made, subStep);
    double[] real = real(ofMinibatch(subStep));
    double sum = 0;
    for (int i = 0; i < made.length; i++) {
      sum += slopes[i] * (made[i] - real[i]) / 2;
    }
    return sum;
  }

  private double[] squaredErrorSlopes(double[] made, int subStep) {
    double[] slopes = new double[made.length];
    if (recipe.condition() instanceof Condition.Mask mask) {
      double[] visible = conditions(ofMinibatch(subStep));
      double[] real = real(ofMinibatch(subStep));
      for (int i = 0; i < made.length; i++) {
        double hidden = 1 - visible[i];
        slopes[i] = hidden * mask.squaredError() * 2 * (made[i] - real[i]) / made.length;
      }
    }
    return slopes;
  }

  /**
   * D's view of generated examples. They come first where D sees real ones too, so the masks are
   * the same.
   */
  private Trace judged(Trace generated, int subStep) {
    int minibatch = ofMinibatch(subStep);
    double[] seen = composed(generated.out(), minibatch);
    return discriminate(joined(seen, conditions(minibatch)), recipe.batch(), subStep);
  }

  private double loss(double[] logits) {
    double loss = 0;
    for (double a : logits) {
      boolean minimax = recipe.objective() == Objective.MINIMAX;
      loss += (minimax ? -softplus(a) : softplus(-a)) / recipe.batch();
    }
    return loss;
  }

  private List<double[]> generatorGradient(int subStep) {
    Trace generated = generate(subStep);
    Trace judged = judged(generated, subStep);
    double[] ofAll = throughDiscriminator(judged, subStep);
    double[] throughD = Arrays.copyOf(ofAll, generated.out().length);
    if (recipe.condition() instanceof Condition.Mask) {
      double[] visible = conditions(ofMinibatch(subStep));
      double[] further = squaredErrorSlopes(generated.out(), subStep);
      for (int i = 0; i < throughD.length; i++) {
        throughD[i] = (1 - visible[i]) * throughD[i] + further[i];
      }
    }
    return generator.backward(generated, throughD).parameters();
  }

  /** The gradient of the loss with respect to what D saw; takes in the loss. */
  private double[] throughDiscriminator(Trace judged, int subStep) {
    if (recipe.objective() == Objective.FEATURE_MATCHING) {
      double[] gap = gap(judged, subStep);
      double[] slopes = new double[judged.enteringLast().length];
      Arrays.setAll(slopes, i -> 2 * gap[i % gap.length] / recipe.batch());
      gLoss += Arrays.stream(gap).map(g -> g * g).sum();
      return discriminator.backwardBelowLast(judged, slopes).input();
    }
    double[] logits = joinedLogits(judged.out(), recipe.batch());
    double[] slopes = new double[recipe.batch()];
    for (int i = 0; i < slopes.length; i++) {
      double p = sigmoid(logits[i]);
      slopes[i] = (recipe.objective() == Objective.MINIMAX ? -p : p - 1) / recipe.batch();
    }
    gLoss += loss(logits);
    boolean one = recipe.labels() == null;
    double[] all = one ? slopes : spread(judged.out(), logits, slopes);
    return discriminator.backward(judged, all).input();
  }

  private double learningRate(LearningRate rate) {
    double minibatches = (double) step * recipe.k();
    return Math.max(rate.minimum(), rate.initial(replica) / Math.pow(rate.decay(), minibatches));
  }

  private double momentum(Momentum m) {
    double fraction = (double) (step / iterationsPerEpoch()) / (m.epochs() - 1);
    return m.initial() + (m.last() - m.initial()) * Math.min(fraction, 1);
  }

  private double updateDiscriminator(List<double[]> gradients, int update) {
    return update(
        discriminator,
        discriminatorVelocity,
        discriminatorMoments,
        gradients,
        recipe.ofDiscriminator(),
        step * recipe.k() + update + 1);
  }

  private double updateGenerator(List<double[]> gradients) {
    return update(
        generator, generatorVelocity, generatorMoments, gradients, recipe.ofGenerator(), step + 1);
  }

  /** Returns the squared norm of what was added. */
  private double update(
      ReferenceNetwork network,
      List<double[]> velocities,
      List<List<double[]>> moments,
      List<double[]> gradients,
      Optimiser optimiser,
      long t) {
    double square = 0;
    for (int p = 0; p < velocities.size(); p++) {
      double[] v = velocities.get(p);
      double[] w = network.parameters().get(p);
      for (int i = 0; i < v.length; i++) {
        double g = gradients.get(p)[i];
        if (optimiser instanceof Optimiser.Adam adam) {
          v[i] = adamStep(adam, g, moments.get(0).get(p), moments.get(1).get(p), i, t);
        } else {
          Optimiser.Sgd sgd = (Optimiser.Sgd) optimiser;
          v[i] = momentum(sgd.momentum()) * v[i] - learningRate(sgd.learningRate()) * g;
        }
        w[i] += v[i];
        square += v[i] * v[i];
      }
    }
    if (recipe.maxColumnNorm() > 0) {
      for (int p = 0; p < velocities.size(); p += 2) {
        cap(network.parameters().get(p), network.parameters().get(p + 1).length);
      }
    }
    return square;
  }

  private void cap(double[] w, int columns) {
    for (int c = 0; c < columns; c++) {
      double square = 0;
      for (int i = c; i < w.length; i += columns) {
        square += w[i] * w[i];
      }
      double norm = Math.sqrt(square);
      for (int i = c; i < w.length; i += columns) {
        w[i] *= Math.min(norm, recipe.maxColumnNorm()) / (1e-7 + norm);
      }
    }
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  private static double softplus(double a) {
    return Math.log1p(Math.exp(a));
  }
}
