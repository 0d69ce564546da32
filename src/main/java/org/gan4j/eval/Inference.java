package org.gan4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntUnaryOperator;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.eval.NearestNeighbours.Neighbour;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.recipe.Noise;

/**
 * Measures an encoder (the paper's section 7, 2): on samples, whose z is known, and on test images,
 * beside what needs no encoder.
 */
public final class Inference {
  private static final int PAIRS = 10_000;

  /** The most test images, chosen as {@link MeasureContext#some} does. */
  private static final int MOST = 10_000;

  /** Test images in the picture. */
  private static final int ROWS = 10;

  /** Images that are computed at a time. */
  private static final int BLOCK = 1000;

  private final Gan gan;
  private final Encoder encoder;
  private final Generator generator;
  private final DataSet data;
  private final Images tests;
  private final float[] real;
  private final int width;

  private Inference(Gan gan, Encoder encoder, Generator generator, DataSet data) {
    this.gan = gan;
    this.encoder = encoder;
    this.generator = generator;
    this.data = data;
    this.tests = MeasureContext.some(data.test(), MOST);
    this.real = data.scaling().values(tests);
    this.width = data.shape().size();
  }

  /**
   * Measures the encoder of the first replica's generator.
   *
   * @param gan with the generator; of this thread
   * @param encoder of it
   * @param data that the generator was trained on, with test images
   * @param refineSteps gradient steps on z, from the code of each test image, ≥ 0
   * @return what was measured; the recipe's seed decides what is random
   * @throws IllegalArgumentException if the encoder is another generator's, the steps are below 0,
   *     or there are no test images
   */
  public static InferenceResult measure(Gan gan, Encoder encoder, DataSet data, int refineSteps) {
    if (refineSteps < 0) {
      throw new IllegalArgumentException("refinement takes 0 steps or more, not " + refineSteps);
    }
    if (!encoder.isOf(gan, 0)) {
      throw new IllegalArgumentException("the encoder infers the z of another generator");
    }
    try (Generator generator = Generator.of(gan, 0)) {
      return new Inference(gan, encoder, generator, data).measure(refineSteps);
    }
  }

  private InferenceResult measure(int refineSteps) {
    Noise noise = gan.recipe().noise();
    long seed = gan.recipe().seed();
    float[] z = noise.draw(PAIRS, seed);
    double codeError = distance(z, encoder.encode(generator.generate(z)), 1);
    float[] codes = encoder.encode(real);
    float[] reconstructed = generator.generate(codes);
    float[] unrelated = generator.generate(noise.ofSamples().draw(tests.count(), seed + 1));
    List<Neighbour> neighbours = NearestNeighbours.inTrainingSet(gan, data, real);
    double nearest =
        neighbours.stream()
            .mapToDouble(each -> each.distance() * each.distance())
            .average()
            .orElse(0);
    List<float[]> shown = new ArrayList<>(List.of(some(real), some(reconstructed)));
    OptionalDouble refined = OptionalDouble.empty();
    if (refineSteps > 0) {
      float[] again = generator.generate(Refinement.refine(gan, real, codes, refineSteps));
      refined = OptionalDouble.of(distance(real, again, width));
      shown.add(some(again));
    }
    shown.add(examples(neighbours));
    boolean labelled = data.train().labelled() && tests.labelled();
    return new InferenceResult(
        PAIRS,
        codeError,
        noise.variance(),
        tests.count(),
        distance(real, reconstructed, width),
        distance(real, unrelated, width),
        nearest,
        refineSteps,
        refined,
        labelled ? ofLayers() : List.of(),
        labelled
            ? OptionalDouble.of(accuracy(tests, i -> neighbours.get(i).index()))
            : OptionalDouble.empty(),
        shown);
  }

  /** Squared, the mean over rows of so many values. */
  private static double distance(float[] a, float[] b, int rowWidth) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum * rowWidth / a.length;
  }

  private float[] some(float[] images) {
    return Arrays.copyOf(images, Math.min(ROWS, tests.count()) * width);
  }

  private float[] examples(List<Neighbour> neighbours) {
    float[] examples = new float[Math.min(ROWS, tests.count()) * width];
    for (int at = 0; at < examples.length; at += width) {
      int index = neighbours.get(at / width).index();
      System.arraycopy(data.scaling().values(data.train(), index), 0, examples, at, width);
    }
    return examples;
  }

  private List<InferenceResult.OfLayer> ofLayers() {
    Images validation =
        data.hasValidation() && data.validation().labelled()
            ? MeasureContext.some(data.validation(), MOST)
            : null;
    List<InferenceResult.OfLayer> all = new ArrayList<>();
    for (int layer : encoder.hiddenLayers()) {
      float[] candidates = features(data.train(), layer);
      all.add(
          new InferenceResult.OfLayer(
              layer,
              validation == null ? Double.NaN : accuracy(validation, candidates, layer),
              accuracy(tests, candidates, layer)));
    }
    return all;
  }

  private float[] features(Images images, int layer) {
    float[] all = null;
    for (int first = 0; first < images.count(); first += BLOCK) {
      Images block = images.range(first, Math.min(first + BLOCK, images.count()));
      float[] features = encoder.features(data.scaling().values(block), layer);
      int size = features.length / block.count();
      all = all == null ? new float[Math.multiplyExact(images.count(), size)] : all;
      System.arraycopy(features, 0, all, first * size, features.length);
    }
    return all;
  }

  private double accuracy(Images images, float[] candidates, int layer) {
    int size = candidates.length / data.train().count();
    float[] features = features(images, layer);
    int[] found = NearestNeighbours.among(gan.device(), features, candidates, size);
    return accuracy(images, i -> found[i]);
  }

  private double accuracy(Images images, IntUnaryOperator neighbour) {
    int right = 0;
    for (int i = 0; i < images.count(); i++) {
      right += data.train().label(neighbour.applyAsInt(i)) == images.label(i) ? 1 : 0;
    }
    return (double) right / images.count();
  }
}
