package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.junit.jupiter.api.Test;

/** The classifier on the digits inside. */
class ClassifierTest {
  @Test
  void tellsDigitsApart() {
    DataSet data =
        DataSets.open(
            "mnist-10k",
            DataLocation.of(Optional.empty(), Map.of(), Path.of("none")).offline(),
            Progress.NONE);
    try (Device device = Device.cpu();
        Classifier classifier = Classifier.train(device, data)) {
      double accuracy = classifier.accuracy(data.test());
      assertTrue(accuracy >= 0.95, () -> "accuracy " + accuracy);
      ClassHistogram histogram = classifier.histogram(EvalContract.values(data.test()));
      assertTrue(histogram.maximumEntropy() - histogram.entropy() < 0.02, histogram::toString);
      assertTrue(histogram.divergence() < 0.02, histogram::toString);
      assertEquals(0, histogram.missing().size());
    }
  }
}
