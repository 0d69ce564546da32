package org.gan4j.eval;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How well an encoder infers z. Errors of images are squared Euclidean distances between the values
 * that the networks see, means over test images; accuracies are shares from 0 to 1.
 *
 * @param pairs samples of the generator, none of which the encoder has seen
 * @param codeError mean squared error of a value of z on them
 * @param priorVariance variance of a value of z: the error of its mean as a guess
 * @param tests test images
 * @param reconstruction of G(E(x))
 * @param random of G(z) with a random z
 * @param nearest of the nearest training example
 * @param refineSteps gradient steps on z; 0: none were asked for
 * @param refined of G(z) after those steps from E(x); empty without any
 * @param features of the class of the training example that a hidden layer knows as the nearest,
 *     for each of them; empty without labels
 * @param pixelAccuracy the same of pixels; empty without labels
 * @param shown columns of a picture, each with the same test images, [rows][width]: the images,
 *     their reconstructions, those after the steps if there were any, the nearest training examples
 */
public record InferenceResult(
    int pairs,
    double codeError,
    double priorVariance,
    int tests,
    double reconstruction,
    double random,
    double nearest,
    int refineSteps,
    OptionalDouble refined,
    List<OfLayer> features,
    OptionalDouble pixelAccuracy,
    List<float[]> shown) {
  public InferenceResult {
    features = List.copyOf(features);
    shown = List.copyOf(shown);
  }

  /**
   * Shares of images whose nearest training example, by the values of a hidden layer, has their
   * class.
   *
   * @param layer among the encoder's, from 0
   * @param validation of validation images; NaN if there are none
   * @param tests of test images
   */
  public record OfLayer(int layer, double validation, double tests) {}

  /**
   * The hidden layer that is best on validation images, or the last one if there are none.
   *
   * @return none if there is no hidden layer, or there are no labels
   */
  public Optional<OfLayer> bestOnValidation() {
    OfLayer best = null;
    for (OfLayer each : features) {
      best = best == null || !(each.validation < best.validation) ? each : best;
    }
    return Optional.ofNullable(best);
  }
}
