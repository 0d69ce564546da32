package org.gan4j.eval;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Philox;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.layers.RandomStreams;
import org.gan4j.recipe.Evaluation;

/**
 * What samples are measured against: test examples, as many as there are samples, spread evenly
 * over the test set; and anchors, which show what values are within reach.
 */
public final class MeasureContext implements AutoCloseable {
  /** The anchor that any generator should come near to. */
  public static final String TRAINING_SET = "training set";

  /** The anchor that shows what a measure makes of images which are averages. */
  public static final String CENTROIDS = "k-means centroids";

  /** More centroids take long and are hardly averages any more. */
  static final int MOST_CENTROIDS = 1000;

  /** Training examples that centroids are made of, chosen at random. */
  static final int MOST_CLUSTERED = 10_000;

  private static final int ROUNDS = 20;

  private final Device device;
  private final DataSet data;
  private final Evaluation settings;
  private final long seed;
  private final Images testImages;
  private final float[] testPoints;
  private final Lazy<float[][]> testDistances;
  private final Lazy<double[]> bandwidths;
  private final Lazy<DeviceImages> training;
  private final Lazy<double[]> testsToTraining;
  private final Lazy<float[]> centroids;
  private final Lazy<Parzen> parzen;
  private final Lazy<Classifier> classifier;
  private final Lazy<Double> classifierAccuracy;
  private final Lazy<Optional<FeatureSpace>> features;
  private final Map<Gan, List<AisEstimate>> annealed = new IdentityHashMap<>();
  private String annealing = AisSettings.USUAL;
  private DoubleConsumer annealingProgress = done -> {};

  /**
   * Chooses the tests. Features are those of the classifier that is inside gan4j, if the data are
   * digits that it knows.
   *
   * @param device that computes; not closed by this
   * @param data with the examples
   * @param settings of the Parzen window
   * @param count tests, ≥ 1; all if the test set has fewer
   * @param seed of the anchors, permutations and samples
   * @throws IllegalArgumentException if count is below 1
   */
  public MeasureContext(Device device, DataSet data, Evaluation settings, int count, long seed) {
    this(device, data, settings, count, seed, null);
  }

  /**
   * Chooses the tests, and the space of features.
   *
   * @param device that computes; not closed by this
   * @param data with the examples
   * @param settings of the Parzen window
   * @param count tests, ≥ 1; all if the test set has fewer
   * @param seed of the anchors, permutations and samples
   * @param featuresOrNull where the measures in features are taken; null: as above
   * @throws IllegalArgumentException if count is below 1
   */
  public MeasureContext(
      Device device,
      DataSet data,
      Evaluation settings,
      int count,
      long seed,
      FeatureMap featuresOrNull) {
    if (count < 1) {
      throw new IllegalArgumentException("samples must be ≥ 1, not " + count);
    }
    this.device = device;
    this.data = data;
    this.settings = settings;
    this.seed = seed;
    this.testImages = some(data.test(), count);
    this.testPoints = values(testImages);
    this.testDistances = new Lazy<>(() -> Distances.within(device, testPoints, width()));
    this.bandwidths = new Lazy<>(this::computeBandwidths);
    this.training = new Lazy<>(() -> new DeviceImages(device, data.train(), data.scaling()));
    this.testsToTraining = new Lazy<>(() -> distancesToTraining(testPoints));
    this.centroids = new Lazy<>(this::computeCentroids);
    this.parzen = new Lazy<>(this::openParzen);
    this.classifier =
        new Lazy<>(
            () ->
                DigitClassifier.knows(data)
                    ? DigitClassifier.open(device, data)
                    : Classifier.train(device, data));
    this.classifierAccuracy = new Lazy<>(() -> classifier().accuracy(data.test()));
    this.features =
        new Lazy<>(
            () ->
                Optional.ofNullable(featuresOrNull)
                    .or(this::digitFeatures)
                    .map(each -> new FeatureSpace(this, each)));
  }

  private Optional<FeatureMap> digitFeatures() {
    return DigitClassifier.knows(data) ? Optional.of(classifier().features()) : Optional.empty();
  }

  /**
   * At random and not every n-th: MNIST alternates between two kinds of writers. The same for every
   * seed, so that all runs have the same tests.
   */
  static Images some(Images images, int count) {
    int most = Math.min(images.count(), count);
    return images.select(
        new Philox(0, RandomStreams.CHOICES.first(), 0).choose(images.count(), most));
  }

  private float[] values(Images images) {
    return data.scaling().values(images);
  }

  private double[] computeBandwidths() {
    return Mmd.bandwidths(Distances.within(device, validationPoints(tests()), width()));
  }

  /** [at most so many][width]: validation examples, chosen at random. */
  float[] validationPoints(int most) {
    return values(some(data.validation(), most));
  }

  private Parzen openParzen() {
    DataSet part =
        new DataSet(
            data.name(),
            data.title(),
            data.provenance(),
            data.train(),
            data.validation(),
            testImages,
            data.scaling());
    return new Parzen(device, part, settings);
  }

  /**
   * One replica's samples.
   *
   * @param gan whose generator made them
   * @param samples [count][width] of every replica; not modified
   * @param replica which, from 0
   * @return the candidate
   * @throws IllegalArgumentException if there is no such replica, or its samples are not whole
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public SampleSet candidate(Gan gan, DeviceBuffer samples, int replica) {
    float[] points = new float[Math.toIntExact(samples.length())];
    Buffers.read(samples, replica, points);
    return candidate(gan, points, replica);
  }

  /**
   * One replica's samples, on the host.
   *
   * @param gan whose generator made them
   * @param points [count][width], as networks see them; not modified, and kept
   * @param replica which made them, from 0
   * @return the candidate
   * @throws IllegalArgumentException if they are not whole
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public SampleSet candidate(Gan gan, float[] points, int replica) {
    if (!Distances.finite(points)) {
      throw new NonFiniteSamplesException(replica);
    }
    return new SampleSet(this, points, new SampleSet.Source(gan, replica));
  }

  /**
   * Images that no generator made.
   *
   * @param points [count][width], as networks see them; not modified, and kept
   * @return the candidate
   * @throws IllegalArgumentException if they are not whole, not finite or beyond ±1e15
   */
  public SampleSet candidate(float[] points) {
    return new SampleSet(this, points, null);
  }

  /**
   * The anchors.
   *
   * @return by name: a random part of the training set, as many as there are tests; and the
   *     centroids of k-means on the training set, at most 1,000 of them
   * @throws IllegalStateException if every training example is also a test example
   */
  public Map<String, SampleSet> anchors() {
    Map<String, SampleSet> anchors = new LinkedHashMap<>();
    anchors.put(TRAINING_SET, candidate(trainingExamples(tests())));
    anchors.put(CENTROIDS, candidate(centroids()));
    return anchors;
  }

  /** [at most so many][width]: training examples that are no tests, chosen at random. */
  float[] trainingExamples(int most) {
    int[] others = Subsets.notIn(data.train(), List.of(testImages));
    if (others.length == 0) {
      throw new IllegalStateException(
          "every training example of " + data.name() + " is also a test example");
    }
    int count = Math.min(most, others.length);
    int[] chosen = new Philox(seed, RandomStreams.SUBSETS.first(), 0).choose(others.length, count);
    return values(data.train().select(Arrays.stream(chosen).map(i -> others[i]).toArray()));
  }

  /** Images that are averages; made when they are first asked for. */
  float[] centroids() {
    return centroids.get();
  }

  private float[] computeCentroids() {
    Images clustered = some(data.train(), MOST_CLUSTERED);
    int k = Math.min(Math.min(tests(), MOST_CENTROIDS), clustered.count());
    return KMeans.of(device, values(clustered), width(), k, ROUNDS, seed).centroids();
  }

  /** The training examples whose visible values are nearest to points that are 0 elsewhere. */
  List<NearestNeighbours.Neighbour> visibleNeighbours(float[] points, float[] visible) {
    ByteBuffer pixels = data.train().pixels();
    byte[] seen = new byte[pixels.remaining()];
    pixels.get(seen);
    for (int i = 0; i < seen.length; i++) {
      seen[i] = visible[i % visible.length] == 0 ? 0 : seen[i];
    }
    Images images = Images.of(data.shape(), seen);
    try (DeviceImages onDevice = new DeviceImages(device, images, data.scaling())) {
      return NearestNeighbours.find(device, points, onDevice);
    }
  }

  Images testImages() {
    return testImages;
  }

  /** Each point's distance to its nearest training example. */
  double[] distancesToTraining(float[] points) {
    return NearestNeighbours.find(device, points, training.get()).stream()
        .mapToDouble(NearestNeighbours.Neighbour::distance)
        .toArray();
  }

  /**
   * Where all is computed.
   *
   * @return the device
   */
  public Device device() {
    return device;
  }

  /**
   * The whole data set.
   *
   * @return the data set
   */
  public DataSet data() {
    return data;
  }

  /**
   * The seed of anchors, permutations and samples.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * How many test examples there are.
   *
   * @return ≥ 1
   */
  public int tests() {
    return testImages.count();
  }

  /**
   * The test examples.
   *
   * @return [tests][width], as networks see them; not to be modified
   */
  public float[] testPoints() {
    return testPoints;
  }

  /**
   * Values of an image.
   *
   * @return ≥ 1
   */
  public int width() {
    return data.shape().size();
  }

  /** [tests][tests], squared. */
  float[][] testDistances() {
    return testDistances.get();
  }

  /**
   * The bandwidths of MMD's kernels.
   *
   * @return from as many validation examples as there are tests, by the median heuristic
   * @throws IllegalArgumentException as {@link Mmd#bandwidths}
   */
  public double[] bandwidths() {
    return bandwidths.get().clone();
  }

  /**
   * A part of the two-sample measures of samples with the tests.
   *
   * @param generated [n][width], all samples, as networks see them; not modified
   * @param part which, from 0
   * @param parts how many there are, ≥ 1
   * @param sigmas {@link #bandwidths}, which all parts have in common
   * @return what this part's points bring
   * @throws IllegalArgumentException as {@link PairwisePart#of}
   */
  public PairwisePart pairwise(float[] generated, int part, int parts, double... sigmas) {
    return PairwisePart.of(device, generated, testPoints, width(), part, parts, sigmas);
  }

  /** Each test's distance to its nearest training example. */
  double[] testsToTraining() {
    return testsToTraining.get();
  }

  Parzen parzen() {
    return parzen.get();
  }

  /** Opened, or trained, when it is first asked for; the data must have labels. */
  Classifier classifier() {
    return classifier.get();
  }

  /**
   * Sets how annealed importance sampling estimates from now on.
   *
   * @param by what {@link AisSettings#named} knows
   * @param progress told how much of an estimate is done, above 0 and up to 1
   * @throws IllegalArgumentException if it knows no such
   */
  public void anneal(String by, DoubleConsumer progress) {
    AisSettings.named(by, settings, seed); // refuses what is none
    annealing = by;
    annealingProgress = progress;
    annealed.clear();
  }

  /** Of all replicas, which share their cost; the generators must be functions of z alone. */
  List<AisEstimate> annealed(Gan gan) {
    return annealed.computeIfAbsent(
        gan,
        each ->
            AnnealedImportance.estimate(
                each, data, AisSettings.named(annealing, settings, seed), annealingProgress));
  }

  /** Where the measures in features are taken; empty if there are none of such data. */
  Optional<FeatureSpace> features() {
    return features.get();
  }

  /** Why there are no features. */
  String noFeatures() {
    return "the classifier of features knows mnist and mnist-10k, not "
        + data.name()
        + "; give an ONNX file (measure --features)";
  }

  /** On the whole test set. */
  double classifierAccuracy() {
    return classifierAccuracy.get();
  }

  @Override
  public void close() {
    if (training.known()) {
      training.get().close();
    }
    if (parzen.known()) {
      parzen.get().close();
    }
    if (classifier.known()) {
      classifier.get().close();
    }
  }
}
