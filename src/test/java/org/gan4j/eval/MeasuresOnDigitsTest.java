package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The measures on the digits inside: of two like halves, copies, blurs and one digit repeated. */
class MeasuresOnDigitsTest {
  private static final int COUNT = 800;
  private static final int WIDTH = 784;

  private static Device device;
  private static MeasureContext comparison;
  private static SampleSet otherHalf;

  /** At random, so that the same writers are on both sides. */
  @BeforeAll
  static void halve() {
    DataSet all =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    Images train = all.train();
    List<Integer> shuffled = new ArrayList<>();
    IntStream.range(0, train.count()).forEach(shuffled::add);
    Collections.shuffle(shuffled, new Random(1));
    int[] order = shuffled.stream().mapToInt(i -> i).toArray();
    DataSet data =
        new DataSet(
            "halves",
            "",
            "",
            part(train, order, 3 * COUNT, 2000),
            part(train, order, 2 * COUNT, COUNT),
            part(train, order, COUNT, COUNT),
            all.scaling());
    device = Device.cpu();
    comparison =
        new MeasureContext(device, data, new Evaluation(1, COUNT, COUNT, 0.1, 0.5, 5), COUNT, 1);
    otherHalf = comparison.candidate(EvalContract.values(part(train, order, 0, COUNT)));
  }

  @AfterAll
  static void close() {
    comparison.close();
    device.close();
  }

  private static Images part(Images images, int[] order, int from, int count) {
    return images.select(Arrays.copyOfRange(order, from, from + count));
  }

  private static double value(String name, SampleSet candidate) {
    return Measures.named(List.of(name)).get(0).read(candidate).value().orElseThrow();
  }

  @Test
  void aHalfOfTheDataIsLikeTheOther() {
    // Its deviation is about 1e-3.
    assertEquals(0, value("mmd2", otherHalf), 4e-3);
    assertEquals(0.5, value("nn_accuracy", otherHalf), 0.05);
    assertEquals(1, value("density", otherHalf), 0.12);
    assertEquals(0.969, value("coverage", otherHalf), 0.025);
    assertEquals(0, value("copying", otherHalf), 3);
    assertEquals(Math.log(10), value("class_entropy", otherHalf), 0.03);
    assertEquals(0, value("classes_missing", otherHalf));
    assertEquals(0, value("class_kl", otherHalf), 0.03);
    double p = new Mmd(otherHalf.distances(), comparison.bandwidths()).pValue(199, 1);
    assertTrue(p > 0.01, "p = " + p);
  }

  @Test
  void oneDigitAgainAndAgainIsTheWorst() {
    SampleSet collapsed =
        comparison.candidate(Clouds.repeated(comparison.testPoints(), 3, COUNT, WIDTH));
    assertTrue(value("mmd2", collapsed) > 0.3);
    assertTrue(value("nn_accuracy", collapsed) > 0.95);
    assertTrue(value("recall", collapsed) < 0.01);
    assertTrue(value("coverage", collapsed) < 0.05);
    assertTrue(value("parzen", collapsed) < value("parzen", otherHalf) - 100);
    assertEquals(0, value("class_entropy", collapsed));
    assertEquals(9, value("classes_missing", collapsed));
    assertTrue(value("class_kl", collapsed) > 2);
    MeasureResult missing = Measures.named(List.of("classes_missing")).get(0).read(collapsed);
    assertTrue(missing.alarm().orElseThrow().startsWith("the samples hold hardly any of class "));
    double p = new Mmd(collapsed.distances(), comparison.bandwidths()).pValue(99, 1);
    assertEquals(0.01, p, 1e-12);
  }

  /** Centroids have the better Parzen score, and no variety (Theis et al., 2016). */
  @Test
  void anchorsStandWhereTheyShould() {
    SampleSet training = comparison.anchors().get(MeasureContext.TRAINING_SET);
    SampleSet centroids = comparison.anchors().get(MeasureContext.CENTROIDS);
    assertTrue(value("parzen", centroids) > value("parzen", training));
    assertTrue(value("recall", centroids) < value("recall", training) - 0.2);
    assertTrue(value("nn_accuracy_generated", centroids) > 0.7);
    assertTrue(value("copying", training) < -20, "it is made of copies");
  }
}
