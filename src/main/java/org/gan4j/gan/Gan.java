package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.DataSet;
import org.gan4j.data.Examples;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Communicator;
import org.gan4j.device.Device;
import org.gan4j.device.StateLayout;
import org.gan4j.layers.Activation;
import org.gan4j.layers.Checks;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.RandomStreams;
import org.gan4j.layers.Steps;
import org.gan4j.recipe.Condition;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;

/**
 * R generators and R discriminators with their parameters, velocities and training states: all that
 * a checkpoint holds.
 *
 * <p>Replica r computes what a single GAN with seed + r computes: the same draws, masks and
 * minibatches, bit for bit, and the same weights to rounding, because a product of several replicas
 * may be summed in another order than a single one. A run repeated with the same R gives the same
 * bits.
 *
 * <p>Belongs to the thread of its device: see {@link Device}.
 */
public final class Gan implements AutoCloseable {
  private static final int IDENTIFYING = 1000;

  /** Examples that layers begin with, as Salimans and Kingma took. */
  private static final int STARTING = 500;

  private final Device device;
  private final Recipe recipe;
  private final ImageShape shape;
  private final Network generator;
  private final Network discriminator;
  private final TrainingState state;
  // Null where the weights are used themselves.
  private final MovingAverage generatorAverage;
  private final MovingAverage discriminatorAverage;
  private DataParallel parallel = DataParallel.ALONE;
  private Communicator communicator = Communicator.ALONE;
  private DataIdentity data;
  private Conditions conditions;

  /**
   * Allocates the networks; {@link #initialise} or a checkpoint gives them values.
   *
   * @param device where
   * @param recipe what they are made of
   * @param shape of one example
   * @throws IllegalArgumentException if the layers do not fit each other or the examples
   */
  public Gan(Device device, Recipe recipe, ImageShape shape) {
    this.device = device;
    this.recipe = recipe;
    this.shape = shape;
    NetworkFit.require(recipe, shape);
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      this.generator = kept(open, network(true, recipe.ofGenerator()));
      this.discriminator = kept(open, network(false, recipe.ofDiscriminator()));
      this.state = new TrainingState(device, recipe);
      open.push(state);
      double ofG = recipe.generatorAverage();
      double ofD = averageOfDiscriminator(recipe);
      this.generatorAverage =
          ofG == 0 ? null : new MovingAverage(generator, kept(open, network(true, null)), ofG);
      this.discriminatorAverage =
          ofD == 0 ? null : new MovingAverage(discriminator, kept(open, network(false, null)), ofD);
    } catch (RuntimeException e) {
      open.forEach(Gan::abandon);
      throw e;
    }
  }

  private static Network kept(Deque<AutoCloseable> open, Network network) {
    open.push(network);
    return network;
  }

  private static void abandon(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception e) {
      throw new IllegalStateException("a network can't be closed", e);
    }
  }

  private Network network(boolean ofGenerator, Optimiser optimiserOrNull) {
    return new Network(
        device,
        ofGenerator ? recipe.generator() : recipe.discriminator(),
        ofGenerator ? recipe.generatorInputs() : shape.size() + recipe.condition().width(),
        recipe.replicas(),
        optimiserOrNull instanceof Optimiser.Adam);
  }

  /** By which a moving average goes after the discriminators' weights; 0: there is none. */
  static double averageOfDiscriminator(Recipe recipe) {
    return recipe.labels() == null ? 0 : recipe.labels().average();
  }

  /**
   * The parameters of both networks with all that their optimisers keep, one replica; nothing is
   * allocated.
   */
  static long savedValues(Recipe recipe, ImageShape shape) {
    NetworkFit.require(recipe, shape);
    return (copies(recipe.ofGenerator()) + (recipe.generatorAverage() > 0 ? 1 : 0))
            * LayerStack.parameterCount(recipe.generator(), recipe.generatorInputs())
        + (copies(recipe.ofDiscriminator()) + (averageOfDiscriminator(recipe) > 0 ? 1 : 0))
            * LayerStack.parameterCount(
                recipe.discriminator(), shape.size() + recipe.condition().width());
  }

  /** Values and velocities; Adam's moments. */
  private static long copies(Optimiser optimiser) {
    return optimiser instanceof Optimiser.Adam ? 4 : 2;
  }

  /**
   * Draws the initial parameters and begins at iteration 0.
   *
   * @param data the training set: its size decides the length of an epoch, its mean some biases
   * @throws IllegalArgumentException if examples have another shape, an iteration needs more of
   *     them than there are, or the data lacks what the recipe's condition is about
   */
  public void initialise(DataSet data) {
    requireShape(data.shape());
    Effect.require(recipe);
    Effect.requireParts(recipe, shape);
    Effect.requireScaling(recipe, data.scaling());
    Conditions.training(data, recipe.condition());
    if (recipe.labels() != null) {
      LabelDraw.require(data, recipe.labels());
    }
    initialise(data.train().meanImage(), iterationsPerEpoch(recipe, data), DataIdentity.of(data));
    int some = Math.min(STARTING, data.train().count());
    start(() -> data.scaling().values(data.train().range(0, some)));
    conditions = isConditional() ? Conditions.of(data.train(), recipe.condition()) : null;
  }

  /**
   * Draws the initial parameters and begins at iteration 0.
   *
   * @param examples to learn from: their number decides the length of an epoch, their mean some
   *     biases
   * @throws IllegalArgumentException if examples have another shape, or an iteration needs more of
   *     them than there are
   */
  public void initialise(Examples examples) {
    requireShape(examples.shape());
    Effect.require(recipe);
    Effect.requireParts(recipe, shape);
    boolean masks = recipe.condition() instanceof Condition.Mask;
    if (isConditional() && !masks) {
      throw new IllegalArgumentException(
          "the recipe's condition is about labels or vectors, which examples of floats have none"
              + " of: give it a data set");
    }
    if (recipe.labels() != null) {
      throw new IllegalArgumentException(
          "the recipe has labels, which examples of floats have none of: give it a data set");
    }
    initialise(examples.mean(), iterationsPerEpoch(recipe, examples.count()), identity(examples));
    start(() -> first(examples));
    conditions = masks ? Conditions.hidden(shape.size()) : null;
  }

  /** Before anything is drawn: parameters that are there stay as they are. */
  private void requireShape(ImageShape other) {
    if (!other.equals(shape)) {
      throw new IllegalArgumentException(
          "the networks are for examples of " + shape + ", but these have " + other);
    }
  }

  private void initialise(double[] mean, long iterationsPerEpoch, DataIdentity identity) {
    generator.initialise(seeds(), 0, mean);
    discriminator.initialise(seeds(), Network.SITES, mean);
    state.begin(recipe, iterationsPerEpoch);
    data = identity;
  }

  /** One of each replica. */
  private long[] seeds() {
    return LongStream.range(0, recipe.replicas()).map(r -> recipe.seed() + r).toArray();
  }

  /** [at most 500][width]. */
  private static float[] first(Examples examples) {
    int some = Math.min(STARTING, examples.count());
    float[] values = new float[some * examples.shape().size()];
    for (int i = 0; i < some; i++) {
      examples.read(i, values, i * examples.shape().size());
    }
    return values;
  }

  /** Layers that begin with what the first examples say, and what follows the weights. */
  private void start(Supplier<float[]> examples) {
    if (LayerStack.lastFromData(recipe.discriminator()) >= 0) {
      discriminator.startFrom(examples.get(), seeds(), Network.SITES);
    }
    beginAverages();
  }

  /** From now on this is one of several ranks. The caller closes the connection. */
  Communicator split(DataParallel among) {
    among.requireFit(recipe);
    among.requireFit(device);
    parallel = among;
    state.split(among);
    communicator = among.isSplit() ? new LateCommunicator(among, device) : Communicator.ALONE;
    return communicator;
  }

  /** The connection to the other ranks. */
  Communicator communicator() {
    return communicator;
  }

  /** The ranks of which this is one. */
  DataParallel parallel() {
    return parallel;
  }

  /** Rows of a minibatch that are trained here. */
  int rows() {
    return parallel.rows(recipe);
  }

  /** What a backward pass may update at once: nothing where velocities are averaged first. */
  Steps steps(Network network) {
    return parallel.isSplit() ? null : network.steps(recipe.maxColumnNorm());
  }

  /** Where D's layers draw for a minibatch of generated examples, then real ones. */
  int siteOfHalves(int site) {
    return parallel.isSplit() ? RandomStreams.inHalves(site) : site;
  }

  /**
   * Sets what networks are used with to their weights as they are, where it is a moving average of
   * them: samples are then those of the last step. A training that goes on averages from here.
   *
   * @throws IllegalStateException if the networks have no values yet
   */
  public void forgetAverages() {
    requireValues();
    beginAverages();
  }

  /** Moving averages begin with the weights as they are. */
  void beginAverages() {
    averages().forEach(MovingAverage::begin);
  }

  private Stream<MovingAverage> averages() {
    return Stream.of(generatorAverage, discriminatorAverage).filter(Objects::nonNull);
  }

  /** Part of a step: moving averages take in the weights. */
  void followWeights() {
    if (generatorAverage != null) {
      generatorAverage.follow();
    }
    if (discriminatorAverage != null) {
      discriminatorAverage.follow();
    }
  }

  /**
   * What samples are drawn with.
   *
   * @return the generators, or those whose weights are a moving average of theirs, where the recipe
   *     has one
   */
  public Network generatorForUse() {
    return generatorAverage == null ? generator : generatorAverage.average();
  }

  /**
   * What examples are judged and classified with.
   *
   * @return the discriminators, or those whose weights are a moving average of theirs, where the
   *     recipe has one
   */
  public Network discriminatorForUse() {
    return discriminatorAverage == null ? discriminator : discriminatorAverage.average();
  }

  /**
   * Whether the generators are told more than z.
   *
   * @return true if the recipe has a condition
   */
  public boolean isConditional() {
    return recipe.condition().width() > 0;
  }

  /**
   * The conditions that samples are made for where nobody asks for others.
   *
   * @return those of the training set
   * @throws IllegalStateException if there is no condition, or the networks have no values yet
   */
  public Conditions conditions() {
    requireValues();
    if (conditions == null) {
      throw new IllegalStateException("these networks have no condition");
    }
    return conditions;
  }

  void conditions(Conditions known) {
    conditions = known;
  }

  /** The same of examples that may be too many to read: of a thousand, spread over them evenly. */
  static DataIdentity identity(Examples examples) {
    CRC32 checksum = new CRC32();
    float[] values = new float[examples.shape().size()];
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int some = Math.min(examples.count(), IDENTIFYING);
    for (int i = 0; i < some; i++) {
      examples.read((int) ((long) i * examples.count() / some), values, 0);
      bytes.asFloatBuffer().put(values);
      checksum.update(bytes.array());
    }
    String training =
        String.format(
            Locale.ROOT,
            "%d examples of %s floats, crc32 of %d of them %08x",
            examples.count(),
            examples.shape(),
            some,
            checksum.getValue());
    return new DataIdentity(training, "", "");
  }

  /**
   * The data that this was initialised with.
   *
   * @return what tells them from others; a checkpoint of an earlier version knows the training set
   *     only
   * @throws IllegalStateException if the networks have no values yet
   */
  public DataIdentity data() {
    requireValues();
    return data;
  }

  /**
   * Refuses networks that are only allocated.
   *
   * @throws IllegalStateException if they have no values yet
   */
  void requireValues() {
    if (data == null) {
      throw new IllegalStateException(
          "the networks have no values yet: initialise them or read a checkpoint first");
    }
  }

  void data(DataIdentity identity) {
    data = identity;
  }

  /**
   * Iterations that take every training example once; what is left over for less than one iteration
   * waits for another epoch's order.
   *
   * @param recipe with the minibatch size and k
   * @param data with the training set
   * @return ≥ 1
   * @throws IllegalArgumentException if one iteration needs more examples than there are
   */
  public static long iterationsPerEpoch(Recipe recipe, DataSet data) {
    return iterationsPerEpoch(recipe, data.train().count());
  }

  static long iterationsPerEpoch(Recipe recipe, int count) {
    long needed = (long) recipe.batch() * recipe.k();
    long iterations = count / needed;
    if (iterations == 0) {
      throw new IllegalArgumentException(
          "an iteration takes batch × k = "
              + needed
              + " examples, but the training set has "
              + count
              + "; set a smaller batch or k");
    }
    return iterations;
  }

  /**
   * Iterations done.
   *
   * @return ≥ 0
   */
  public long iteration() {
    return state.read(0)[StateLayout.STEP];
  }

  /**
   * Where this lives.
   *
   * @return the device
   */
  public Device device() {
    return device;
  }

  /**
   * What this is made of.
   *
   * @return the recipe
   */
  public Recipe recipe() {
    return recipe;
  }

  /**
   * Whether samples are between 0 and 1 by construction, as pixels are.
   *
   * @return true if the generators' last layer has sigmoid units
   */
  public boolean endsInSigmoids() {
    return endsInSigmoids(recipe);
  }

  static boolean endsInSigmoids(Recipe recipe) {
    return NetworkFit.endsIn(recipe.generator(), Activation.SIGMOID);
  }

  /** {@link #values} of generators that have some. */
  Consumer<Network> generatorWeights(int replica) {
    requireValues();
    Checks.range("replica", replica, 0, recipe.replicas() - 1);
    return values(generatorForUse(), replica);
  }

  /** The same of discriminators, with what they are used with. */
  Consumer<Network> discriminatorWeights(int replica) {
    requireValues();
    Checks.range("replica", replica, 0, recipe.replicas() - 1);
    return values(discriminatorForUse(), replica);
  }

  /** Copies one replica's values into networks of the same layers, or of the first of them. */
  static Consumer<Network> values(Network from, int replica) {
    return to -> {
      for (int i = 0; i < to.parameters().size(); i++) {
        float[] values = new float[to.parameters().get(i).size()];
        Buffers.read(from.parameters().get(i).value(), replica, values);
        Buffers.write(to.parameters().get(i).value(), 0, values);
      }
    };
  }

  /**
   * The shape of an example and of a sample.
   *
   * @return the shape
   */
  public ImageShape shape() {
    return shape;
  }

  /**
   * The generators.
   *
   * @return R networks from z to a sample
   */
  public Network generator() {
    return generator;
  }

  /**
   * The discriminators.
   *
   * @return R networks from an example to a logit
   */
  public Network discriminator() {
    return discriminator;
  }

  TrainingState state() {
    return state;
  }

  @Override
  public void close() {
    generator.close();
    discriminator.close();
    state.close();
    averages().forEach(MovingAverage::close);
  }
}
