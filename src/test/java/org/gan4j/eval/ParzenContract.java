package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.Test;

/** The procedure: σ from the validation examples, the score from the test set. */
abstract class ParzenContract extends EvalContract {
  private static final int WIDTH = 3;
  private static final Evaluation SETTINGS = new Evaluation(1, 40, 30, 0.01, 1, 9);

  private final Images train = images(new Random(1), 60, WIDTH);
  private final Images validation = images(new Random(2), 50, WIDTH);
  private final Images test = images(new Random(3), 70, WIDTH);

  private static DataSet data(Images train, Images validation, Images test) {
    return new DataSet("squares", "", "", train, validation, test, Scaling.UNIT);
  }

  private Parzen parzen(Images train, Evaluation settings) {
    return new Parzen(device, data(train, validation, test), settings);
  }

  /** The naive procedure. */
  private ParzenScore expected(float[] samples, Evaluation settings) {
    Images chooser = validation.range(0, Math.min(settings.validationExamples(), 50));
    double[] sigmas = settings.sigmas();
    double[][] curve = reference(chooser, samples, sigmas);
    int best = 0;
    List<ParzenScore.Point> points = new java.util.ArrayList<>();
    for (int k = 0; k < sigmas.length; k++) {
      double mean = Arrays.stream(curve[k]).average().orElseThrow();
      points.add(new ParzenScore.Point(sigmas[k], mean));
      best = mean > points.get(best).mean() ? k : best;
    }
    double[] scores = reference(test, samples, sigmas[best])[0];
    double mean = Arrays.stream(scores).average().orElseThrow();
    double variance =
        Arrays.stream(scores).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return new ParzenScore(
        ParzenScore.Part.TEST,
        mean,
        Math.sqrt(variance / 70),
        sigmas[best],
        samples.length / WIDTH,
        70,
        points);
  }

  private static void assertClose(ParzenScore expected, ParzenScore actual) {
    assertEquals(expected.part(), actual.part());
    assertEquals(expected.mean(), actual.mean(), 1e-3);
    assertEquals(expected.standardError(), actual.standardError(), 1e-3);
    assertEquals(expected.sigma(), actual.sigma());
    assertEquals(expected.samples(), actual.samples());
    assertEquals(expected.examples(), actual.examples());
    assertEquals(expected.curve().size(), actual.curve().size());
    for (int k = 0; k < expected.curve().size(); k++) {
      assertEquals(expected.curve().get(k).sigma(), actual.curve().get(k).sigma());
      // Of 1/σ² of the narrowest.
      assertEquals(expected.curve().get(k).mean(), actual.curve().get(k).mean(), 2e-2);
    }
  }

  @Test
  void everyReplicaHasItsOwnSigma() {
    float[] spread = uniform(new Random(4), 40 * WIDTH);
    float[] middle = new float[40 * WIDTH];
    Arrays.fill(middle, 0.5f);
    try (Parzen parzen = parzen(train, SETTINGS)) {
      DeviceBuffer samples = samples(middle, spread, middle);
      List<ParzenScore> scores = parzen.test(samples);
      assertEquals(3, scores.size());
      assertClose(expected(middle, SETTINGS), scores.get(0));
      assertClose(expected(spread, SETTINGS), scores.get(1));
      assertEquals(scores.get(0), scores.get(2));
      assertTrue(scores.get(0).sigma() > scores.get(1).sigma());
      assertEquals(scores, parzen.test(samples));
    }
  }

  @Test
  void validationScoresTheFirstExamplesOnly() {
    float[] spread = uniform(new Random(4), 40 * WIDTH);
    try (Parzen parzen = parzen(train, SETTINGS)) {
      ParzenScore score = parzen.validation(samples(spread)).get(0);
      ParzenScore expected = expected(spread, SETTINGS);
      assertEquals(ParzenScore.Part.VALIDATION, score.part());
      assertEquals(30, score.examples());
      assertEquals(40, score.samples());
      assertEquals(expected.sigma(), score.sigma());
      double best =
          expected.curve().stream().mapToDouble(ParzenScore.Point::mean).max().orElseThrow();
      assertEquals(best, score.mean(), 1e-3);
    }
  }

  @Test
  void fewerExamplesThanAskedAreCountedHonestly() {
    Evaluation greedy = new Evaluation(1, 1000, 1000, 0.01, 1, 9);
    try (Parzen parzen = parzen(train, greedy)) {
      DeviceBuffer samples = samples(uniform(new Random(4), 7 * WIDTH));
      assertEquals(50, parzen.validation(samples).get(0).examples());
      assertEquals(7, parzen.test(samples).get(0).samples());
      assertEquals(60, parzen.trainingSet().samples());
    }
  }

  @Test
  void theTrainingSetStandsInEvenly() {
    int[] even = new int[40];
    for (int i = 0; i < even.length; i++) {
      even[i] = i * 60 / 40;
    }
    try (Parzen parzen = parzen(train, SETTINGS)) {
      assertClose(expected(values(train.select(even)), SETTINGS), parzen.trainingSet());
    }
  }

  @Test
  void whatIsScoredNeverStandsIn() {
    byte[] pixels = new byte[5 * WIDTH];
    System.arraycopy(validation.pixels(29), 0, pixels, 0, WIDTH);
    System.arraycopy(train.pixels(0), 0, pixels, WIDTH, WIDTH);
    System.arraycopy(test.pixels(69), 0, pixels, 2 * WIDTH, WIDTH);
    // Does not choose σ, so it may.
    System.arraycopy(validation.pixels(30), 0, pixels, 3 * WIDTH, WIDTH);
    System.arraycopy(test.pixels(0), 0, pixels, 4 * WIDTH, WIDTH);
    Images overlapping = Images.of(shape(WIDTH), pixels);
    try (Parzen parzen = parzen(overlapping, SETTINGS)) {
      ParzenScore score = parzen.trainingSet();
      assertEquals(2, score.samples());
      assertClose(expected(values(overlapping.select(1, 3)), SETTINGS), score);
    }
    try (Parzen parzen = parzen(test, SETTINGS)) {
      assertThrows(IllegalStateException.class, parzen::trainingSet);
    }
  }

  @Test
  void theEdgeOfTheGridIsReported() {
    float[] spread = uniform(new Random(4), 40 * WIDTH);
    try (Parzen inside = parzen(train, SETTINGS);
        Parzen low = parzen(train, new Evaluation(1, 40, 30, 0.5, 1, 4));
        Parzen high = parzen(train, new Evaluation(1, 40, 30, 0.001, 0.01, 4))) {
      DeviceBuffer samples = samples(spread);
      assertFalse(inside.test(samples).get(0).atGridEdge());
      ParzenScore lowest = low.test(samples).get(0);
      assertEquals(0.5, lowest.sigma());
      assertTrue(lowest.warning().orElseThrow().contains("evaluation.sigma_from lower"));
      ParzenScore highest = high.test(samples).get(0);
      assertEquals(0.01, highest.sigma(), 1e-15);
      assertTrue(highest.warning().orElseThrow().contains("evaluation.sigma_to higher"));
    }
  }

  @Test
  void samplesOfADivergedGeneratorAreRefused() {
    float[] points = uniform(new Random(4), 40 * WIDTH);
    points[11] = Float.NaN;
    try (Parzen parzen = parzen(train, SETTINGS)) {
      DeviceBuffer samples = samples(points);
      assertThrows(NonFiniteSamplesException.class, () -> parzen.validation(samples));
      assertThrows(NonFiniteSamplesException.class, () -> parzen.test(samples));
    }
  }
}
