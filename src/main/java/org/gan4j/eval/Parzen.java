package org.gan4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;
import org.gan4j.recipe.Evaluation;

/**
 * The paper's measure of a generator (section 5): a Gaussian Parzen window on its samples, whose σ
 * is the one of a grid that is best on validation examples, scores the test set.
 *
 * <p>Belongs to the thread of its device: see {@link org.gan4j.device.Device}.
 */
public final class Parzen implements AutoCloseable {
  private final Device device;
  private final DataSet data;
  private final double[] sigmas;
  private final int trainingSamples;
  private final Images validationImages;
  private final DeviceImages validation;
  private final DeviceImages testOrNull;

  /**
   * Copies the validation examples and the test set to the device.
   *
   * @param device where the samples will be
   * @param data with the examples; without test images there is {@link #validation} alone
   * @param settings the grid of σ, how many of the first validation examples choose it (all, if
   *     there are fewer), how many training examples the anchor takes
   */
  public Parzen(Device device, DataSet data, Evaluation settings) {
    this.device = device;
    this.data = data;
    this.sigmas = settings.sigmas();
    this.trainingSamples = settings.samples();
    this.validationImages = choosing(data, settings);
    this.validation = new DeviceImages(device, validationImages, data.scaling());
    try {
      this.testOrNull =
          data.hasTest() ? new DeviceImages(device, data.test(), data.scaling()) : null;
    } catch (RuntimeException e) {
      validation.close();
      throw e;
    }
  }

  private static Images choosing(DataSet data, Evaluation settings) {
    Images all = data.validation();
    return all.range(0, Math.min(settings.validationExamples(), all.count()));
  }

  /**
   * Refuses data whose training set can't stand for itself beside the scores, before anything is
   * trained: see {@link #trainingSet}.
   *
   * @param data with all three parts
   * @param settings of the window
   * @throws IllegalArgumentException if every training example is also a validation or test example
   */
  public static void requireAnchor(DataSet data, Evaluation settings) {
    if (!Subsets.anyNotIn(data.train(), List.of(choosing(data, settings), data.test()))) {
      throw new IllegalArgumentException(
          noAnchor(data) + ": give other images to score with, or none");
    }
  }

  private static String noAnchor(DataSet data) {
    return "every training example of "
        + data.name()
        + " is also a validation or test example, so that a score says nothing";
  }

  /**
   * Chooses σ and scores the validation examples with it: for use while training.
   *
   * @param samples [count][width] of every replica, as a {@link org.gan4j.gan.Sampler} gives them;
   *     not modified
   * @return each replica's score, with its own σ
   * @throws IllegalArgumentException if samples are not of the data's width
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public List<ParzenScore> validation(DeviceBuffer samples) {
    try (ParzenWindow window = window(samples)) {
      return validation(window);
    }
  }

  /**
   * Chooses σ on the validation examples and scores the test set with it.
   *
   * @param samples [count][width] of every replica; not modified
   * @return each replica's score, with its own σ
   * @throws IllegalArgumentException if samples are not of the data's width
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   * @throws IllegalStateException if the data have no test images
   */
  public List<ParzenScore> test(DeviceBuffer samples) {
    data.test();
    try (ParzenWindow window = window(samples)) {
      List<ParzenScore> chosen = validation(window);
      List<Double> sigmasInUse = chosen.stream().map(ParzenScore::sigma).distinct().toList();
      double[][][] logLikelihoods =
          window.logLikelihoods(
              testOrNull, sigmasInUse.stream().mapToDouble(Double::doubleValue).toArray());
      List<ParzenScore> scores = new ArrayList<>();
      for (int r = 0; r < chosen.size(); r++) {
        double sigma = chosen.get(r).sigma();
        scores.add(
            ParzenScore.of(
                ParzenScore.Part.TEST,
                logLikelihoods[r][sigmasInUse.indexOf(sigma)],
                sigma,
                window.count(),
                chosen.get(r).curve()));
      }
      return scores;
    }
  }

  /**
   * The anchor: what the training set itself scores on the test set when its examples stand in for
   * samples. They are spread evenly over the training set, and those that are also among the
   * validation or test examples are left out.
   *
   * @return the score; its {@code samples} says how many training examples there were, at most as
   *     many as samples were asked for
   * @throws IllegalStateException if every training example is also a validation or test example
   */
  public ParzenScore trainingSet() {
    Images stand = data.train().select(standIns());
    int width = stand.shape().size();
    try (DeviceImages images = new DeviceImages(device, stand, data.scaling());
        DeviceArena arena = device.arena(1)) {
      DeviceBuffer samples = arena.floats((long) stand.count() * width);
      arena.freeze();
      device.kernels().expand(samples, images.pixels(), images.scaling(), 0, stand.count(), width);
      return test(samples).get(0);
    }
  }

  private int[] standIns() {
    int[] others = Subsets.notIn(data.train(), List.of(validationImages, data.test()));
    if (others.length == 0) {
      throw new IllegalStateException(noAnchor(data));
    }
    return Arrays.stream(Subsets.spread(others.length, trainingSamples))
        .map(i -> others[i])
        .toArray();
  }

  private ParzenWindow window(DeviceBuffer samples) {
    return new ParzenWindow(device, samples, data.shape().size());
  }

  private List<ParzenScore> validation(ParzenWindow window) {
    double[][][] logLikelihoods = window.logLikelihoods(validation, sigmas);
    List<ParzenScore> scores = new ArrayList<>();
    for (double[][] replica : logLikelihoods) {
      List<ParzenScore.Point> curve = new ArrayList<>();
      int best = 0;
      for (int k = 0; k < sigmas.length; k++) {
        curve.add(new ParzenScore.Point(sigmas[k], ParzenScore.mean(replica[k])));
        best = curve.get(k).mean() > curve.get(best).mean() ? k : best;
      }
      scores.add(
          ParzenScore.of(
              ParzenScore.Part.VALIDATION, replica[best], sigmas[best], window.count(), curve));
    }
    return scores;
  }

  @Override
  public void close() {
    validation.close();
    if (testOrNull != null) {
      testOrNull.close();
    }
  }
}
