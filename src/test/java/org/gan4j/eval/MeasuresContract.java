package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.Test;

/** The table of measures, on candidates whose place is known. */
abstract class MeasuresContract extends EvalContract {
  private static final int WIDTH = 6;
  private static final Evaluation SETTINGS = new Evaluation(1, 100, 100, 0.01, 1, 9);

  private final Images train = images(new Random(1), 900, WIDTH);
  private final Images validation = images(new Random(2), 200, WIDTH);
  private final Images test = images(new Random(3), 300, WIDTH);

  private MeasureContext comparison(int count) {
    return comparison(train, validation, test, count);
  }

  private MeasureContext comparison(Images training, Images valid, Images tests, int count) {
    DataSet data = new DataSet("squares", "", "", training, valid, tests, Scaling.UNIT);
    return new MeasureContext(device, data, SETTINGS, count, 1);
  }

  private static double value(String name, SampleSet candidate) {
    return Measures.named(List.of(name)).get(0).read(candidate).value().orElseThrow();
  }

  private static boolean alarms(String name, SampleSet candidate) {
    return Measures.named(List.of(name)).get(0).read(candidate).alarm().isPresent();
  }

  @Test
  void newDataOfTheSameDistribution() {
    try (MeasureContext comparison = comparison(300)) {
      SampleSet fresh = comparison.candidate(values(images(new Random(4), 300, WIDTH)));
      assertEquals(0, value("mmd2", fresh), 0.005);
      assertEquals(0.5, value("nn_accuracy", fresh), 0.08);
      assertEquals(1, value("density", fresh), 0.15);
      assertEquals(0.97, value("coverage", fresh), 0.03);
      assertEquals(0, value("copying", fresh), 3);
      assertTrue(value("precision", fresh) > 0.6);
      assertTrue(value("recall", fresh) > 0.6);
      for (Measure measure : Measures.ALL) {
        assertTrue(measure.read(fresh).alarm().isEmpty(), measure.name());
      }
    }
  }

  @Test
  void aMemoriserRaisesTheAlarm() {
    try (MeasureContext comparison = comparison(300)) {
      SampleSet copies = comparison.candidate(values(train.range(0, 300)));
      assertTrue(value("copying", copies) < -15);
      assertTrue(alarms("copying", copies));
      assertTrue(alarms("copies", copies));
      assertEquals(0.5, value("nn_accuracy", copies), 0.08, "which only the tests could tell");
    }
  }

  @Test
  void aCollapsedGeneratorIsTheWorst() {
    try (MeasureContext comparison = comparison(300)) {
      float[] one = values(test.range(5, 6));
      SampleSet collapsed = comparison.candidate(Clouds.repeated(one, 0, 300, WIDTH));
      SampleSet training = comparison.anchors().get(MeasureContext.TRAINING_SET);
      assertTrue(value("parzen", collapsed) < value("parzen", training) - 1);
      assertTrue(value("mmd2", collapsed) > 0.1);
      assertTrue(value("nn_accuracy", collapsed) > 0.9);
      assertTrue(value("nn_accuracy_generated", collapsed) > 0.99);
      assertEquals(1, value("precision", collapsed));
      assertTrue(value("recall", collapsed) < 0.01);
      assertTrue(value("coverage", collapsed) < 0.05);
      assertTrue(alarms("coverage", collapsed));
      assertFalse(alarms("coverage", training));
    }
  }

  @Test
  void anchorsAreWhatTheySay() {
    try (MeasureContext comparison = comparison(300)) {
      Map<String, SampleSet> anchors = comparison.anchors();
      assertEquals(List.of("training set", "k-means centroids"), List.copyOf(anchors.keySet()));
      SampleSet training = anchors.get(MeasureContext.TRAINING_SET);
      assertEquals(300, training.count());
      assertTrue(training.source().isEmpty());
      for (double distance : training.toTraining()) {
        assertEquals(0, distance);
      }
      SampleSet centroids = anchors.get(MeasureContext.CENTROIDS);
      assertEquals(300, centroids.count());
      // Means of three: nearer to all than new data is.
      assertTrue(value("copying", centroids) < -3);
      assertArrayEquals(training.points(), comparison.anchors().get("training set").points());
    }
  }

  @Test
  void whatIsTestedIsNoAnchor() {
    try (MeasureContext comparison = comparison(test, validation, test.range(0, 200), 200)) {
      SampleSet training = comparison.anchors().get(MeasureContext.TRAINING_SET);
      assertEquals(100, training.count());
      assertArrayEquals(values(test.range(200, 300)), training.points());
    }
    try (MeasureContext comparison = comparison(test, validation, test, 300)) {
      assertThrows(IllegalStateException.class, comparison::anchors);
    }
  }

  @Test
  void testsAreTheSameForEverySeedAndNeverMoreThanThereAre() {
    DataSet data = new DataSet("squares", "", "", train, validation, test, Scaling.UNIT);
    try (MeasureContext some = comparison(30);
        MeasureContext other = new MeasureContext(device, data, SETTINGS, 30, 2);
        MeasureContext all = comparison(5000)) {
      assertEquals(30, some.tests());
      assertArrayEquals(some.testPoints(), other.testPoints());
      double[][] toAll = Clouds.squared(some.testPoints(), values(test), WIDTH);
      long found =
          Arrays.stream(toAll)
              .map(row -> Arrays.stream(row).boxed().toList().indexOf(0.0))
              .filter(index -> index >= 0)
              .distinct()
              .count();
      assertEquals(30, found, "different test examples");
      assertFalse(
          Arrays.equals(
              some.anchors().get(MeasureContext.TRAINING_SET).points(),
              other.anchors().get(MeasureContext.TRAINING_SET).points()));
      assertEquals(300, all.tests());
      assertArrayEquals(values(test), all.testPoints());
    }
    assertThrows(IllegalArgumentException.class, () -> comparison(0));
  }

  @Test
  void tooFewSamplesHaveNoValueAndAReason() {
    try (MeasureContext comparison = comparison(5)) {
      SampleSet few = comparison.candidate(values(images(new Random(4), 5, WIDTH)));
      MeasureResult coverage = Measures.named(List.of("coverage")).get(0).read(few);
      assertTrue(coverage.value().isEmpty());
      assertEquals("needs at least 6 samples and tests, not 5 and 5", coverage.note());
      assertTrue(Measures.named(List.of("recall")).get(0).read(few).value().isPresent());
      SampleSet lone = comparison.candidate(values(images(new Random(4), 1, WIDTH)));
      long values = Measures.ALL.stream().filter(m -> m.read(lone).value().isPresent()).count();
      assertEquals(1, values, "a Parzen window of one sample");
    }
  }

  @Test
  void oneImageIsNoValidationSet() {
    Images equal = Images.of(shape(WIDTH), new byte[40 * WIDTH]);
    try (MeasureContext comparison = comparison(train, equal, test, 100)) {
      SampleSet fresh = comparison.candidate(values(images(new Random(4), 100, WIDTH)));
      MeasureResult without = Measures.named(List.of("mmd2")).get(0).read(fresh);
      assertTrue(without.value().isEmpty());
      assertTrue(without.note().contains("is no bandwidth for MMD²"), without.note());
      assertTrue(value("precision", fresh) >= 0);
    }
  }

  @Test
  void samplesOfADivergedGeneratorAreRefused() {
    float[] good = uniform(new Random(1), 20 * WIDTH);
    float[] bad = good.clone();
    bad[7] = Float.NaN;
    try (MeasureContext comparison = comparison(20)) {
      NonFiniteSamplesException e =
          assertThrows(
              NonFiniteSamplesException.class,
              () -> comparison.candidate(null, samples(good, bad), 1));
      assertEquals(1, e.replica());
      assertThrows(IllegalArgumentException.class, () -> comparison.candidate(bad));
      SampleSet candidate = comparison.candidate(null, samples(bad, good), 1);
      assertEquals(1, candidate.source().orElseThrow().replica());
      assertArrayEquals(good, candidate.points());
    }
  }

  @Test
  void dataWithoutLabelsHasNoClasses() {
    try (MeasureContext comparison = comparison(20)) {
      SampleSet fresh = comparison.candidate(values(images(new Random(4), 20, WIDTH)));
      for (String name : List.of("class_entropy", "classes_missing", "class_kl")) {
        MeasureResult reading = Measures.named(List.of(name)).get(0).read(fresh);
        assertTrue(reading.value().isEmpty());
        assertEquals("squares has no labels, so there are no classes", reading.note());
      }
      MeasureResult ais = Measures.named(List.of("ais")).get(0).read(fresh);
      assertEquals(MeasureResult.none("no generator made these"), ais);
    }
  }

  @Test
  void theValuesThemselvesAreFeatures() {
    DataSet data = new DataSet("squares", "", "", train, validation, test, Scaling.UNIT);
    try (MeasureContext plain = comparison(300);
        MeasureContext comparison =
            new MeasureContext(device, data, SETTINGS, 300, 1, FeatureMap.values(WIDTH))) {
      float[] points = values(images(new Random(4), 300, WIDTH));
      SampleSet fresh = comparison.candidate(points);
      for (String name : List.of("precision", "recall", "density", "coverage")) {
        Measure twin =
            FeatureMeasures.ALL.stream()
                .filter(measure -> measure.name().equals("feature_" + name))
                .findFirst()
                .orElseThrow();
        assertEquals(value(name, fresh), twin.read(fresh).value().orElseThrow(), name);
      }
      for (Measure measure : FeatureMeasures.ALL) {
        MeasureResult result = measure.read(fresh);
        assertTrue(result.alarm().isEmpty(), measure.name());
        assertTrue(
            result.note().endsWith("300 samples, 300 tests, features the values themselves"),
            result.note());
        assertEquals(
            MeasureResult.none(
                "the classifier of features knows mnist and mnist-10k, not squares; give an ONNX file"
                    + " (measure --features)"),
            measure.read(plain.candidate(points)));
      }
      assertTrue(
          FeatureMeasures.LIKELIHOOD_GAP
              .read(comparison.candidate(values(train.range(0, 300))))
              .alarm()
              .isPresent());
    }
  }

  @Test
  void featuresOfAnotherWidthAreRefused() {
    DataSet data = new DataSet("squares", "", "", train, validation, test, Scaling.UNIT);
    FeatureMap wrong =
        new FeatureMap() {
          @Override
          public String name() {
            return "too many";
          }

          @Override
          public int width() {
            return WIDTH;
          }

          @Override
          public float[] of(float[] points) {
            return new float[points.length + WIDTH];
          }
        };
    try (MeasureContext comparison = new MeasureContext(device, data, SETTINGS, 30, 1, wrong)) {
      SampleSet fresh = comparison.candidate(values(images(new Random(4), 30, WIDTH)));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> FeatureMeasures.FRECHET.read(fresh));
      assertEquals(
          "features too many gave 186 values for 30 images, not 6 for each", e.getMessage());
    }
  }

  @Test
  void namesAreDifferentAndKnown() {
    List<String> names = Measures.ALL.stream().map(Measure::name).toList();
    assertEquals(names.size(), names.stream().distinct().count());
    List<Measure> two = Measures.named(Arrays.asList("recall", "mmd2"));
    assertEquals(List.of("mmd2", "recall"), two.stream().map(Measure::name).toList());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Measures.named(List.of("fid")));
    assertTrue(e.getMessage().startsWith("there is no measure 'fid'; there are: parzen, mmd2, "));
    assertThrows(IllegalArgumentException.class, () -> Measures.named(List.of()));
  }
}
