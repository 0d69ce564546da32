package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.gan4j.FormatException;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Join;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.Planes;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.EncoderSettings;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;

/**
 * Learned approximate inference (the paper's section 7, 2): once G is trained, a network learns to
 * predict z from G(z), by the mean squared error of z, on pairs that G makes without end; and where
 * its settings say so, to make G give training examples again: see {@link EncoderSettings}. The
 * recipe's seed decides every number.
 *
 * <p>Belongs to the thread of its device: see {@link Device}. The result, an {@link Encoder}, does
 * not.
 */
public final class EncoderTraining implements AutoCloseable {
  private static final Gradients LEARN = new Gradients(true, null, 0);

  /** Of the initial parameters, behind those of the classifier. */
  private static final int INITIAL = 3 * Network.SITES;

  private final Recipe recipe;
  private final ImageShape shape;
  private final EncoderSettings settings;
  private final Noise noise;
  private final DataIdentity data;
  private final String generatorId;
  private final Device device;
  private final Network generator;
  private final Network encoder;
  private final TrainingState state;
  private final DeviceImages images;
  private final RecordedStep recorded;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private Step step;
  private long iteration;

  /**
   * Draws the encoder's initial parameters.
   *
   * @param gan whose device, recipe and generator, which is copied
   * @param replica whose generator, from 0
   * @throws IllegalArgumentException if there is no such replica, the recipe has a condition, or
   *     the encoder's layers do not lead from an example to z
   * @throws IllegalStateException if the networks have no values yet
   */
  public EncoderTraining(Gan gan, int replica) {
    this(gan, replica, gan.recipe().ofEncoder(gan.shape().size()));
  }

  /**
   * The same by other settings than the recipe's.
   *
   * @param gan whose device, recipe and generator, which is copied
   * @param replica whose generator, from 0
   * @param settings with layers
   * @throws IllegalArgumentException if there is no such replica, the recipe has a condition, the
   *     encoder's layers do not lead from an example to z, or the settings ask for training
   *     examples
   * @throws IllegalStateException if the networks have no values yet
   */
  public EncoderTraining(Gan gan, int replica, EncoderSettings settings) {
    this(gan, replica, settings, null);
  }

  /**
   * The same with training examples, where the settings ask for them.
   *
   * @param gan whose device, recipe and generator, which is copied
   * @param replica whose generator, from 0
   * @param settings with layers
   * @param data that the Gan was trained on; null if the settings' {@code images} is 0
   * @throws IllegalArgumentException if there is no such replica, the recipe has a condition, the
   *     encoder's layers do not lead from an example to z, or the data set is another one, not
   *     there or smaller than a minibatch
   * @throws IllegalStateException if the networks have no values yet
   */
  public EncoderTraining(Gan gan, int replica, EncoderSettings settings, DataSet data) {
    requireNoCondition(gan.recipe());
    requireExamples(gan, settings, data);
    Checks.range("replica", replica, 0, gan.recipe().replicas() - 1);
    this.shape = gan.shape();
    this.settings = settings;
    this.recipe = gan.recipe().ofReplica(replica).withEncoder(settings);
    this.noise = recipe.noise();
    requireFit(recipe, shape);
    requireRows(settings);
    this.generatorId = SavedEncoder.generatorId(gan, replica);
    this.data = gan.data();
    this.device = gan.device();
    try {
      this.generator = new Network(device, recipe.generator(), noise.size(), 1);
      closing.push(generator::close);
      gan.generatorWeights(replica).accept(generator);
      boolean adam = settings.optimiser() instanceof Optimiser.Adam;
      this.encoder = new Network(device, settings.layers(), shape.size(), 1, adam);
      closing.push(encoder::close);
      encoder.initialise(new long[] {recipe.seed()}, INITIAL, new double[0]);
      this.state = new TrainingState(device, 1);
      closing.push(state::close);
      state.begin(recipe.seed(), settings.optimiser(), EncoderSettings.EPOCH);
      this.images = settings.images() > 0 ? images(data) : null;
      this.recorded = new RecordedStep(device, 1, arena -> step = new Step(arena));
      closing.push(recorded::close);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DeviceImages images(DataSet from) {
    DeviceImages there = new DeviceImages(device, from.train(), from.scaling());
    closing.push(there::close);
    return there;
  }

  private static void requireExamples(Gan gan, EncoderSettings settings, DataSet data) {
    if (settings.images() == 0) {
      return;
    }
    if (data == null) {
      throw new IllegalArgumentException(
          "encoder.images is "
              + settings.images()
              + ", so that training examples count: give the data set too");
    }
    gan.data().require(data);
    if (settings.batch() > data.train().count()) {
      throw new IllegalArgumentException(
          "a minibatch of the encoder takes "
              + settings.batch()
              + " training examples, but there are "
              + data.train().count()
              + ": set a smaller encoder.batch");
    }
  }

  private static void requireNoCondition(Recipe recipe) {
    if (recipe.condition().width() > 0) {
      throw new IllegalArgumentException(
          "an encoder is for a generator of z alone, but the recipe "
              + recipe.name()
              + " has a condition: inference of z is not for it");
    }
  }

  private static void requireRows(EncoderSettings settings) {
    boolean mixes = settings.layers().stream().anyMatch(LayerSpec::mixesRows);
    if (settings.batch() == 1 && settings.images() == 0 && mixes) {
      throw new IllegalArgumentException(
          "batch normalisation of a minibatch of one makes all examples alike: set encoder.batch to"
              + " 2 or more");
    }
  }

  /** Checks that the encoder's layers lead from an example to z. */
  static void requireFit(Recipe recipe, ImageShape shape) {
    List<LayerSpec> layers = recipe.encoder().layers();
    if (layers.stream().anyMatch(Join.class::isInstance)) {
      throw new IllegalArgumentException(
          "an encoder has one input, the example: its layers can't hold a join");
    }
    int outputs = NetworkFit.stack("encoder", layers, shape.size());
    try {
      LayerStack.image(layers, new Planes(shape.channels(), shape.height(), shape.width()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("encoder " + e.getMessage(), e);
    }
    if (outputs != recipe.noise().size()) {
      throw new IllegalArgumentException(
          "the encoder gives "
              + outputs
              + " values, but z has "
              + recipe.noise().size()
              + ": set the units of its last layer to that");
    }
  }

  /** A minibatch of pairs, and of examples if they count, its gradient and the update. */
  private final class Step implements TrainingStep {
    private final Kernels kernels = device.kernels();
    private final int rows = settings.batch();
    private final int all = images == null ? rows : 2 * rows;
    private final DeviceBuffer z;
    private final DeviceBuffer x;
    private final DeviceBuffer inferred;
    private final DeviceBuffer slope;
    private final SquaredError ofCodes;
    private final DeviceBuffer norms;
    private final NetworkPass generate;
    private final NetworkPass encode;
    private final Reconstructions reconstructionsOrNull;

    Step(DeviceArena arena) {
      this.z = arena.floats((long) rows * noise.size());
      this.x = arena.floats((long) all * shape.size());
      this.inferred = arena.floats((long) all * noise.size());
      this.slope = arena.floats((long) all * noise.size());
      this.ofCodes = new SquaredError(arena, kernels, z.length(), 1);
      this.norms = arena.floats(rows);
      this.generate = generator.pass(arena, rows, false);
      this.encode = encoder.pass(arena, all, true);
      this.reconstructionsOrNull = images == null ? null : new Reconstructions(arena, this);
    }

    /** The rows of pairs, or those of examples, of what has all of them. */
    private DeviceBuffer part(DeviceBuffer whole, boolean examples) {
      long length = whole.length() / all * rows;
      return whole.view(examples ? length : 0, length);
    }

    @Override
    public void prepare() {
      kernels.fill(norms, 0);
      ofCodes.prepare();
      if (reconstructionsOrNull != null) {
        reconstructionsOrNull.error.prepare();
      }
    }

    @Override
    public void run() {
      DeviceBuffer words = state.buffer();
      noise.draw(kernels, z, words, RandomStreams.ENCODER.site(0));
      generate.forward(part(x, false), z, words, RandomStreams.ENCODER.site(1));
      if (reconstructionsOrNull != null) {
        images.gather(part(x, true), rows, 0, words);
      }
      int site = RandomStreams.ENCODER.site(1 + Network.SITES);
      encode.forward(inferred, x, words, site);
      DeviceBuffer slopeOfCodes = part(slope, false);
      ofCodes.slope(slopeOfCodes, part(inferred, false), z);
      kernels.squaredNorms(norms, slopeOfCodes, rows, noise.size());
      if (reconstructionsOrNull != null) {
        reconstructionsOrNull.slope(part(slope, true));
      }
      encode.backward(inferred, x, slope, LEARN, null, words, site);
      encoder.update(words, 0);
      kernels.advance(words);
    }

    /** Of the last minibatch, before its update; waits for the device. */
    double error() {
      float[] squares = new float[rows];
      Buffers.read(norms, 0, squares);
      double sum = 0;
      for (float square : squares) {
        sum += square;
      }
      return sum / (ofCodes.weight * ofCodes.weight) / z.length();
    }
  }

  /** What the generator makes of the codes of examples. */
  private final class Reconstructions {
    private final DeviceBuffer codes;
    private final DeviceBuffer examples;
    private final DeviceBuffer made;
    private final DeviceBuffer slopeOfMade;
    private final SquaredError error;
    private final NetworkPass generate;
    private final Gradients toCodes;

    Reconstructions(DeviceArena arena, Step step) {
      this.codes = step.part(step.inferred, true);
      this.examples = step.part(step.x, true);
      this.made = arena.floats(examples.length());
      this.slopeOfMade = arena.floats(examples.length());
      this.error = new SquaredError(arena, device.kernels(), made.length(), settings.images());
      this.generate = generator.differentiable(arena, step.rows);
      this.toCodes = new Gradients(false, null, step.rows);
    }

    /** slope ← with respect to the codes. */
    void slope(DeviceBuffer slope) {
      DeviceBuffer words = state.buffer();
      int site = RandomStreams.ENCODER.site(1 + 2 * Network.SITES);
      generate.forward(made, codes, words, site);
      error.slope(slopeOfMade, made, examples);
      generate.backward(made, codes, slopeOfMade, toCodes, slope, words, site);
    }
  }

  /** A factor times the mean squared error of n values. */
  private static final class SquaredError {
    private final Kernels kernels;
    private final DeviceBuffer nothingVisible;
    private final double weight;

    SquaredError(DeviceArena arena, Kernels kernels, long n, double factor) {
      this.kernels = kernels;
      this.nothingVisible = arena.floats(n);
      this.weight = 2 * factor / n;
    }

    void prepare() {
      kernels.fill(nothingVisible, 0);
    }

    /** slope ← with respect to the values: what a completion adds where everything is hidden. */
    void slope(DeviceBuffer slope, DeviceBuffer values, DeviceBuffer wanted) {
      kernels.fill(slope, 0);
      kernels.completionSlope(slope, nothingVisible, values, wanted, weight);
    }
  }

  /**
   * Learns from some minibatches; returns without waiting for them.
   *
   * @param iterations how many, ≥ 0
   * @throws IllegalArgumentException if they are fewer
   */
  public void run(long iterations) {
    Checks.range("iterations", iterations, 0, Long.MAX_VALUE - iteration);
    recorded.run(iterations);
    iteration += iterations;
  }

  /**
   * Minibatches so far.
   *
   * @return ≥ 0
   */
  public long iteration() {
    return iteration;
  }

  /**
   * The settings, with layers.
   *
   * @return those of the recipe, or the usual ones
   */
  public EncoderSettings settings() {
    return settings;
  }

  /**
   * The mean squared error of a value of z in the last minibatch, before the encoder learnt from
   * it: pairs that it had not seen. Waits for the device.
   *
   * @return ≥ 0; the variance of z is what the mean of z as a guess would get; 0 before the first
   *     minibatch
   */
  public double error() {
    return step.error();
  }

  /**
   * Writes the encoder as it is now, atomically.
   *
   * @param file where to; its folder exists
   * @throws DivergenceException if a weight is no finite number; an older file there is untouched
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public void save(Path file) {
    SavedEncoder.write(file, this);
  }

  Recipe recipe() {
    return recipe;
  }

  DataIdentity data() {
    return data;
  }

  ImageShape shape() {
    return shape;
  }

  String generatorId() {
    return generatorId;
  }

  Network network() {
    return encoder;
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
