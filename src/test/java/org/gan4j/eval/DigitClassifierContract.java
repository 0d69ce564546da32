package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.io.Sha256;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.Test;

/** The classifier of digits that is inside: the same everywhere. */
abstract class DigitClassifierContract extends EvalContract {
  static DataSet digits() {
    return DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
  }

  /** What two parts of the digits give, 400 of each: measured once, on one processor. */
  static final double FRECHET = 6.093629;

  static final double KID = 0.3890456;
  static final double SLICED_WASSERSTEIN = 0.2491445;

  /** How far these may be off on another processor, as a part of them. */
  static final double TOLERANCE = 1e-3;

  private final DataSet data = digits();

  /** Of a device that may multiply in less than single precision it is larger. */
  double tolerance() {
    return TOLERANCE;
  }

  @Test
  void knowsDigitsThatItHasNotLearnt() {
    try (Classifier classifier = DigitClassifier.open(device, data)) {
      assertTrue(classifier.accuracy(data.train().range(0, 1000)) >= 0.98);
      assertTrue(classifier.name().startsWith("mnist-conv-1 (sha256 "), classifier.name());
    }
    assertTrue(DigitClassifier.knows(data));
  }

  @Test
  void featuresAreOfTheWidthThatTheySay() {
    try (Classifier classifier = DigitClassifier.open(device, data)) {
      FeatureMap features = classifier.features();
      float[] points = data.scaling().values(data.test());
      float[] all = features.of(points);
      assertEquals(64, features.width());
      assertEquals(data.test().count() * 64, all.length);
      // The second block, alone: its rows are no different.
      float[] some = features.of(Arrays.copyOfRange(points, 500 * 784, 520 * 784));
      for (int i = 0; i < some.length; i++) {
        assertEquals(all[500 * 64 + i], some[i], 1e-4f * (1 + Math.abs(some[i])));
      }
      assertThrows(IllegalArgumentException.class, () -> features.of(new float[783]));
    }
  }

  @Test
  void figuresAreTheSameOnEveryProcessor() {
    double[] figures = figures(device, data);
    assertEquals(FRECHET, figures[0], tolerance() * FRECHET);
    assertEquals(KID, figures[1], tolerance() * Math.abs(KID));
    assertEquals(SLICED_WASSERSTEIN, figures[2], tolerance() * SLICED_WASSERSTEIN);
  }

  /** Of 400 training images, twenty of which are plain grey. */
  static double[] figures(Device device, DataSet data) {
    Evaluation settings = new Evaluation(0, 400, 400, 0.1, 1, 5);
    try (MeasureContext context = new MeasureContext(device, data, settings, 400, 1)) {
      float[] points = data.scaling().values(data.train().range(7600, 8000));
      Arrays.fill(points, 0, 20 * 784, 0.25f);
      SampleSet samples = context.candidate(points);
      return new double[] {
        FeatureMeasures.FRECHET.read(samples).value().orElseThrow(),
        FeatureMeasures.KID.read(samples).value().orElseThrow(),
        FeatureMeasures.SLICED_WASSERSTEIN.read(samples).value().orElseThrow()
      };
    }
  }

  @Test
  void anotherClassifierAndOtherDataAreRefused() {
    byte[] other = new byte[100];
    FormatException e =
        assertThrows(
            FormatException.class,
            () -> DigitClassifier.open(device, data, other, DigitClassifier.SHA256));
    assertTrue(e.getMessage().contains("has sha256 cd00e292c5970d3c"), e.getMessage());
    assertTrue(e.getMessage().contains(DigitClassifier.SHA256), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
    DataSet squares =
        new DataSet("mnist", "", "", data.train().range(0, 10), null, null, data.scaling());
    assertTrue(DigitClassifier.knows(squares), "few digits are digits");
    assertFalse(
        DigitClassifier.knows(
            new DataSet("fashion-mnist", "", "", data.train(), null, null, data.scaling())));
    IllegalArgumentException wrong =
        assertThrows(
            IllegalArgumentException.class,
            () -> DigitClassifier.train(device, data, Path.of("none")));
    assertTrue(wrong.getMessage().contains("not mnist-10k with 8000"), wrong.getMessage());
  }

  @Test
  void aFileThatIsNoClassifierIsRefused() throws IOException {
    byte[] nothing = "{}".getBytes(StandardCharsets.US_ASCII);
    assertThrows(
        FormatException.class,
        () -> DigitClassifier.open(device, data, nothing, Sha256.hex(nothing)));
  }
}
