package org.gan4j.eval;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.RecordedStep;
import org.gan4j.gan.TrainingStep;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.Parameter;
import org.gan4j.layers.RandomStreams;

/**
 * A classifier, made of this library's own layers, that says which class a sample looks like. For
 * MNIST it is the one of {@link DigitClassifier}. For other data it is small (width – ReLU 256 –
 * softmax over C classes, with dropout) and trained on the data set's own training labels. A fixed
 * seed, a fixed number of minibatches: on one device it is always the same one, and training it
 * takes seconds, so none is kept.
 */
public final class Classifier implements AutoCloseable {
  /** Names what decides the small one: layers, schedule, seed. Figures compare under one only. */
  public static final String VERSION = "mlp-2";

  /** The fewest training examples of a class that it can be learnt from. */
  static final int FEWEST = 10;

  private static final int STEPS = 3000;
  private static final int BATCH = 100;
  private static final double MOMENTUM = 0.9;

  /** Examples that are classified at a time. */
  private static final int BLOCK = 500;

  private static final Gradients LEARN = new Gradients(true, null, 0);

  private final Kernels kernels;
  private final ClassifierDesign design;
  private final String name;
  private final Network network;
  private final DeviceArena arena;
  private final DeviceBuffer state;
  private final DeviceBuffer in;
  private final DeviceBuffer logits;
  private final NetworkPass classify;
  private final int width;
  private final int classes;
  private final Scaling scaling;
  private final Device device;
  private final List<Double> shares;

  /**
   * Allocates a classifier, whose parameters are zero.
   *
   * @param name with what else decides it
   * @param data whose images and classes it is for
   */
  private Classifier(Device device, ClassifierDesign design, String name, DataSet data) {
    this.device = device;
    this.design = design;
    this.name = name;
    this.kernels = device.kernels();
    this.width = data.shape().size();
    this.classes = data.train().classes();
    this.scaling = data.scaling();
    int count = data.train().count();
    this.shares =
        Arrays.stream(data.train().classCounts()).mapToObj(n -> (double) n / count).toList();
    this.network = new Network(device, design.layers(), width, 1);
    this.arena = device.arena(1);
    this.state = arena.reserve(DataType.LONG, StateLayout.WORDS);
    this.in = arena.floats((long) BLOCK * width);
    this.logits = arena.floats((long) BLOCK * classes);
    this.classify = network.pass(arena, BLOCK, false);
    try {
      arena.freeze();
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** One whose parameters are known. */
  static Classifier of(
      Device device,
      ClassifierDesign design,
      String name,
      DataSet data,
      Function<Parameter, float[]> values) {
    Classifier classifier = new Classifier(device, design, name, data);
    try {
      for (Parameter parameter : classifier.parameters()) {
        Buffers.write(parameter.value(), 0, values.apply(parameter));
      }
      return classifier;
    } catch (RuntimeException e) {
      classifier.close();
      throw e;
    }
  }

  /** The names, places and values of the parameters. */
  List<Parameter> parameters() {
    return network.parameters();
  }

  /**
   * What decides it.
   *
   * @return a name; figures compare under one only
   */
  public String name() {
    return name;
  }

  /**
   * Trains a classifier.
   *
   * @param device where
   * @param data with labels; its training set is learnt, nothing else is looked at
   * @return the classifier; close it
   * @throws IllegalArgumentException if the data has no labels, less than two classes, or a class
   *     with fewer than ten training examples
   */
  public static Classifier train(Device device, DataSet data) {
    return train(device, data, STEPS);
  }

  /** With another number of minibatches. */
  static Classifier train(Device device, DataSet data, int steps) {
    requireClasses(data);
    return train(
        device, data, ClassifierDesign.small(data.shape().size(), data.train().classes(), steps));
  }

  /** Another one. */
  static Classifier train(Device device, DataSet data, ClassifierDesign design) {
    requireClasses(data);
    Classifier classifier = new Classifier(device, design, design.name(), data);
    try {
      classifier.learn(data.train());
      return classifier;
    } catch (RuntimeException e) {
      classifier.close();
      throw e;
    }
  }

  private static void requireClasses(DataSet data) {
    refusal(data)
        .ifPresent(
            why -> {
              throw new IllegalArgumentException(why);
            });
  }

  /**
   * Why data can't train a classifier.
   *
   * @param data any data set
   * @return one phrase; empty if it can
   */
  static Optional<String> refusal(DataSet data) {
    Images train = data.train();
    if (!train.labelled()) {
      return Optional.of(data.name() + " has no labels, so there are no classes");
    }
    if (train.classes() < 2) {
      return Optional.of(data.name() + " has one class only");
    }
    int[] counts = train.classCounts();
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] < FEWEST) {
        return Optional.of(
            String.format(
                "class %d of %s has %d training examples: a classifier needs at least %d of each",
                c, data.name(), counts[c], FEWEST));
      }
    }
    return Optional.empty();
  }

  private void learn(Images train) {
    int rows = Math.min(BATCH, train.count());
    double decay = Math.pow(design.rate() / design.lastRate(), 1.0 / design.steps());
    network.initialise(new long[] {design.seed()}, 2 * Network.SITES, new double[0]);
    Buffers.write(
        state,
        0,
        StateLayout.words(design.seed(), design.rate(), decay, MOMENTUM, train.count() / rows));
    kernels.schedule(state);
    try (DeviceImages images = new DeviceImages(device, train, scaling, train.oneHotLabels());
        RecordedStep step = new RecordedStep(device, 1, arena -> new Step(images, arena, rows))) {
      step.run(design.steps());
    }
  }

  /** One minibatch: its gradient and the update. */
  private final class Step implements TrainingStep {
    private final DeviceImages images;
    private final int rows;
    private final DeviceBuffer examples;
    private final DeviceBuffer targets;
    private final DeviceBuffer out;
    private final DeviceBuffer slope;
    private final NetworkPass pass;

    Step(DeviceImages images, DeviceArena arena, int rows) {
      this.images = images;
      this.rows = rows;
      this.examples = arena.floats((long) rows * width);
      this.targets = arena.floats((long) rows * classes);
      this.out = arena.floats((long) rows * classes);
      this.slope = arena.floats((long) rows * classes);
      this.pass = network.pass(arena, rows, true);
    }

    @Override
    public void run() {
      int site = RandomStreams.CLASSIFIER.first();
      images.gather(examples, rows, 0, state);
      images.gatherConditions(targets, rows, 0, state);
      pass.forward(out, examples, state, site);
      kernels.crossEntropySlope(slope, out, targets, rows, classes);
      pass.backward(out, examples, slope, LEARN, null, state, site);
      network.update(state, 0);
      kernels.advance(state);
    }
  }

  private double[] softmax(float[] values, int row) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, values[row * classes + c]);
    }
    double[] probabilities = new double[classes];
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      probabilities[c] = Math.exp(values[row * classes + c] - largest);
      sum += probabilities[c];
    }
    for (int c = 0; c < classes; c++) {
      probabilities[c] /= sum;
    }
    return probabilities;
  }

  /**
   * How often it is right.
   *
   * @param images with labels, of the training set's shape and classes
   * @return the part of them whose class is named, 0 to 1
   * @throws IllegalArgumentException if they have another shape or other classes
   */
  public double accuracy(Images images) {
    if (images.shape().size() != width || images.classes() != classes) {
      throw new IllegalArgumentException(
          "the classifier knows "
              + classes
              + " classes of "
              + width
              + " values, not "
              + images.classes()
              + " of "
              + images.shape().size());
    }
    double[][] probabilities = probabilities(images);
    long right =
        IntStream.range(0, images.count())
            .filter(i -> best(probabilities[i]) == images.label(i))
            .count();
    return (double) right / images.count();
  }

  /**
   * The classes that it sees in images.
   *
   * @param points [count][width], as networks see them; not modified
   * @return their histogram
   * @throws IllegalArgumentException if they are not whole or not finite
   */
  public ClassHistogram histogram(float[] points) {
    Distances.requirePoints(points, width);
    return histogram(probabilities(points));
  }

  /**
   * The class that it names for each image.
   *
   * @param points [count][width], as networks see them; not modified
   * @return [count]
   * @throws IllegalArgumentException if they are not whole or not finite
   */
  public int[] classes(float[] points) {
    Distances.requirePoints(points, width);
    return Arrays.stream(probabilities(points)).mapToInt(Classifier::best).toArray();
  }

  private ClassHistogram histogram(double[][] probabilities) {
    int[] counts = new int[classes];
    double confidence = 0;
    for (double[] each : probabilities) {
      int named = best(each);
      counts[named]++;
      confidence += each[named];
    }
    int samples = probabilities.length;
    return new ClassHistogram(
        samples,
        Arrays.stream(counts).mapToObj(n -> (double) n / samples).toList(),
        shares,
        confidence / samples);
  }

  private static int best(double[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }

  private double[][] probabilities(Images images) {
    double[][] all = new double[images.count()][];
    try (DeviceImages there = new DeviceImages(device, images, scaling)) {
      for (int first = 0; first < all.length; first += BLOCK) {
        int rows = Math.min(BLOCK, all.length - first);
        DeviceBuffer some = in.view(0, (long) rows * width);
        kernels.expand(some, there.pixels(), there.scaling(), first, rows, width);
        classify(all, first, rows);
      }
    }
    return all;
  }

  private double[][] probabilities(float[] points) {
    double[][] all = new double[points.length / width][];
    for (int first = 0; first < all.length; first += BLOCK) {
      classify(all, first, place(points, first));
    }
    return all;
  }

  /** Puts points from one on into the input; how many. */
  private int place(float[] points, int first) {
    int rows = Math.min(BLOCK, points.length / width - first);
    Buffers.write(in, 0, Arrays.copyOfRange(points, first * width, (first + rows) * width));
    return rows;
  }

  /**
   * The space of what its last hidden layer makes of images.
   *
   * @return features, as long as the classifier is open
   */
  FeatureMap features() {
    return new FeatureMap() {
      @Override
      public String name() {
        return "of " + name;
      }

      @Override
      public int width() {
        return design.featureWidth();
      }

      @Override
      public float[] of(float[] points) {
        return featuresOf(points);
      }
    };
  }

  private float[] featuresOf(float[] points) {
    Distances.requirePoints(points, width);
    int each = design.featureWidth();
    float[] all = new float[points.length / width * each];
    for (int first = 0; first < points.length / width; first += BLOCK) {
      int rows = place(points, first);
      classify.forward(logits, in, state, 0);
      float[] some = new float[rows * each];
      Buffers.read(classify.leaving(design.features(), in, logits), 0, some);
      System.arraycopy(some, 0, all, first * each, some.length);
    }
    return all;
  }

  /** What lies in the input; rows beyond are left over from before, and nobody reads them. */
  private void classify(double[][] all, int first, int rows) {
    classify.forward(logits, in, state, 0);
    float[] values = new float[rows * classes];
    Buffers.read(logits, 0, values);
    for (int i = 0; i < rows; i++) {
      all[first + i] = softmax(values, i);
    }
  }

  @Override
  public void close() {
    arena.close();
    network.close();
  }
}
