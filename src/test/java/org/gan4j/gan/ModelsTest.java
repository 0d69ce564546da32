package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.gan4j.FormatException;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.junit.jupiter.api.Test;

class ModelsTest {
  private static final int SAMPLES = 60;
  private static final int EXAMPLES = 1000;

  /** Only a trained generator's samples are near to digits, and to those of every class. */
  @Test
  void theModelOfMnistDrawsDigits() {
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    Set<Integer> classes = new TreeSet<>();
    double sum = 0;
    try (Generator mnist = Models.open("mnist")) {
      float[] samples = mnist.sample(SAMPLES, 1);
      for (int i = 0; i < SAMPLES; i++) {
        int from = i * mnist.shape().size();
        int nearest = nearest(data, Arrays.copyOfRange(samples, from, from + 784));
        classes.add(data.train().label(nearest));
        sum += distance(data, nearest, Arrays.copyOfRange(samples, from, from + 784));
      }
    }
    assertEquals(10, classes.size(), () -> "classes of the nearest digits: " + classes);
    double mean = sum / SAMPLES;
    assertTrue(mean < 8, () -> "mean distance to the nearest digit: " + mean);
  }

  private static int nearest(DataSet data, float[] sample) {
    return IntStream.range(0, EXAMPLES)
        .boxed()
        .min(Comparator.comparingDouble(i -> distance(data, i, sample)))
        .orElseThrow();
  }

  private static double distance(DataSet data, int example, float[] sample) {
    float[] values = data.scaling().values(data.train(), example);
    double sum = 0;
    for (int i = 0; i < sample.length; i++) {
      double d = sample[i] - values[i];
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  @Test
  void whatIsSaidOfItsTrainingIsThere() {
    assertTrue(Models.recipe("mnist").contains("data: mnist\n"), Models.recipe("mnist"));
    assertTrue(Models.score("mnist").contains("nats"), Models.score("mnist"));
  }

  @Test
  void othersAreNotThere() {
    for (String name : new String[] {"", "mnist2", "../mnist", "MNIST", "a/b"}) {
      assertFalse(Models.exist(name), name);
      String problem =
          assertThrows(IllegalArgumentException.class, () -> Models.open(name)).getMessage();
      assertTrue(problem.contains("org.gan4j:gan4j:mnist"), problem);
    }
  }

  @Test
  void otherWeightsThanThosePublishedAreRefused() {
    assertTrue(Models.exist("tampered"));
    String problem =
        assertThrows(FormatException.class, () -> Models.open("tampered")).getMessage();
    assertTrue(problem.contains("SHA-256"), problem);
  }
}
