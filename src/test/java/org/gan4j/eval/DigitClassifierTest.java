package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.gan4j.Jvm;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The figures in features on processors that can do less. */
class DigitClassifierTest {
  /** Prints the figures that the contract has. */
  static final class Figures {
    private Figures() {}

    public static void main(String[] args) {
      try (Device device = Device.cpu()) {
        double[] figures =
            DigitClassifierContract.figures(device, DigitClassifierContract.digits());
        Arrays.stream(figures).forEach(System.out::println);
      }
    }
  }

  @TempDir private Path folder;

  /** With far too few minibatches, on the digits inside again and again. */
  @Test
  void whatIsTrainedCanBeOpened() throws IOException {
    DataSet few = DigitClassifierContract.digits();
    int[] many = IntStream.range(0, 50_000).map(i -> i % few.train().count()).toArray();
    DataSet mnist =
        new DataSet(
            "mnist", "", "", few.train().select(many), few.validation(), few.test(), few.scaling());
    Path file = folder.resolve("classifier.safetensors");
    try (Device device = Device.cpu()) {
      DigitClassifier.Trained trained =
          DigitClassifier.train(device, mnist, file, ClassifierDesign.digits().withSteps(60));
      assertFalse(trained.inside());
      assertTrue(trained.test() > 0.5, trained.toString());
      byte[] content = Files.readAllBytes(file);
      try (Classifier classifier = DigitClassifier.open(device, few, content, trained.sha256())) {
        assertEquals(trained.test(), classifier.accuracy(few.test()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSE41", "AVX2"})
  void instructionSetsAgree(String set) throws Exception {
    Path data = Files.createDirectory(folder.resolve(set));
    try (Jvm jvm = new Jvm(data, entry -> true)) {
      jvm.in("ONEDNN_MAX_CPU_ISA", set).start(Figures.class);
      assertEquals(0, jvm.await(), jvm.err());
      double[] found = jvm.out().lines().mapToDouble(Double::parseDouble).toArray();
      double[] expected = {
        DigitClassifierContract.FRECHET,
        DigitClassifierContract.KID,
        DigitClassifierContract.SLICED_WASSERSTEIN
      };
      for (int i = 0; i < expected.length; i++) {
        double most = DigitClassifierContract.TOLERANCE * Math.abs(expected[i]);
        assertEquals(expected[i], found[i], most, set + " " + i);
      }
      assertTrue(found.length == expected.length, jvm.out());
    }
  }
}
