package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.eval.ClassificationResult.Row;
import org.gan4j.gan.Gan;
import org.gan4j.gan.HiddenLayers;
import org.gan4j.gan.ImageClassifier;
import org.gan4j.gan.LabelDraw;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning from few labels, of classes that are not too easy to tell apart. */
abstract class ClassificationContract extends EvalContract {
  private static final int CLASSES = 4;
  private static final String WEIGHTS = "weights: {type: uniform, irange: 0.7}";
  private static final DataSet DATA = data(ClassifierContract.stripes(300, 3, 45));

  @TempDir private Path folder;

  private static DataSet data(Images test) {
    return new DataSet(
        "stripes",
        "",
        "",
        ClassifierContract.stripes(400, 1, 45),
        ClassifierContract.stripes(200, 2, 45),
        test,
        Scaling.UNIT);
  }

  private static Features pixels() {
    return Features.of("pixels", DATA.shape().size(), values -> values, DATA);
  }

  private LabelledFeatures train() {
    return new LabelledFeatures(device, DATA, DATA.train(), pixels(), true);
  }

  private static double[] random(int length, double range) {
    Random random = new Random(5);
    double[] values = new double[length];
    Arrays.setAll(values, i -> range * (2 * random.nextDouble() - 1));
    return values;
  }

  @Test
  void featuresAreCentredAndOfOneScale() {
    Features features = pixels();
    int size = features.size();
    int count = DATA.train().count();
    float[] values = features.values(DATA, DATA.train(), 0, count);
    double squares = 0;
    double[] means = new double[size];
    for (int i = 0; i < values.length; i++) {
      means[i % size] += values[i] / count;
      squares += (double) values[i] * values[i] / count;
    }
    assertEquals(1, squares, 1e-4);
    assertArrayEquals(new double[size], means, 1e-6);
  }

  @Test
  void theGradientIsThatOfTheLoss() {
    try (LabelledFeatures train = train()) {
      double[] at = random(train.zeros().length, 1);
      double[] gradient = new double[at.length];
      double[] unused = new double[at.length];
      train.loss(at, gradient);
      double h = 0.02;
      for (int i = 0; i < at.length; i += 3) {
        double[] up = at.clone();
        double[] down = at.clone();
        up[i] += h;
        down[i] -= h;
        double slope = (train.loss(up, unused) - train.loss(down, unused)) / (2 * h);
        assertEquals(slope, gradient[i], 1e-4, "parameter " + i);
      }
    }
  }

  /** Computed here in double precision: where the fit ends nothing pulls in any direction. */
  @Test
  void theFitIsTheMinimum() {
    double penalty = 1e-3;
    Features features = pixels();
    int size = features.size();
    int count = DATA.train().count();
    float[] x = features.values(DATA, DATA.train(), 0, count);
    try (LabelledFeatures train = train()) {
      double[] fit = LogisticRegression.fit(train, penalty, train.zeros(), 1e-9);
      double[] pull = new double[fit.length];
      for (int i = 0; i < size * CLASSES; i++) {
        pull[i] = penalty * fit[i];
      }
      for (int row = 0; row < count; row++) {
        double[] p = probabilities(fit, x, row, size);
        for (int c = 0; c < CLASSES; c++) {
          double slope = (p[c] - (DATA.train().label(row) == c ? 1 : 0)) / count;
          pull[size * CLASSES + c] += slope;
          for (int i = 0; i < size; i++) {
            pull[i * CLASSES + c] += slope * x[row * size + i];
          }
        }
      }
      assertArrayEquals(new double[fit.length], pull, 3e-4);
      // From elsewhere it ends at the same place: of the biases only differences count.
      double[] other = LogisticRegression.fit(train, penalty, random(fit.length, 2), 1e-9);
      for (int i = 0; i < size * CLASSES; i++) {
        assertEquals(fit[i], other[i], 0.3, "weight " + i);
      }
      assertEquals(train.error(fit), train.error(other), 0.011);
      assertTrue(train.error(fit) < 0.2, () -> "error " + train.error(fit));
    }
  }

  private static double[] probabilities(double[] fit, float[] x, int row, int size) {
    double[] p = new double[CLASSES];
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      double logit = fit[size * CLASSES + c];
      for (int i = 0; i < size; i++) {
        logit += x[row * size + i] * fit[i * CLASSES + c];
      }
      p[c] = Math.exp(logit);
      sum += p[c];
    }
    for (int c = 0; c < CLASSES; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void everyClassHasAsManyLabels() {
    Images train = DATA.train();
    int[] drawn = LabelDraw.draw(train, 12, 7, 0);
    assertEquals(12, Arrays.stream(drawn).distinct().count());
    int[] counts = new int[CLASSES];
    Arrays.stream(drawn).forEach(i -> counts[train.label(i)]++);
    assertArrayEquals(new int[] {3, 3, 3, 3}, counts);
    assertArrayEquals(drawn, LabelDraw.draw(train, 12, 7, 0));
    assertFalse(Arrays.equals(drawn, LabelDraw.draw(train, 12, 7, 1)));
    assertFalse(Arrays.equals(drawn, LabelDraw.draw(train, 12, 8, 0)));
  }

  private Gan gan() {
    Gan gan =
        new Gan(
            device,
            RecipeYaml.with(
                Recipes.get("mnist-10k"),
                List.of(
                    "noise.size=2",
                    "generator=[{type: dense, units: 16, activation: linear, " + WEIGHTS + "}]",
                    "discriminator=[{type: dropout, keep: 0.8}, {type: maxout, units: 9, pieces: 2, "
                        + WEIGHTS
                        + "}, {type: dense, units: 1, activation: linear, "
                        + WEIGHTS
                        + "}]",
                    "batch=10")),
            DATA.shape());
    gan.initialise(DATA);
    return gan;
  }

  private static final Classification.Settings SETTINGS =
      new Classification.Settings(List.of(8, Classification.ALL), 3, 7);

  private Classification.Found measure(DataSet data, HiddenLayers hidden) {
    return Classification.measure(device, data, List.of(hidden), SETTINGS, row -> {});
  }

  @Test
  void measuresPixelsAndFeaturesAlike() {
    try (Gan gan = gan();
        HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 1)) {
      List<Row> heard = new ArrayList<>();
      Classification.Found found =
          Classification.measure(device, DATA, List.of(hidden), SETTINGS, heard::add);
      List<Row> rows = found.result().rows();
      assertEquals(rows, heard);
      assertEquals(
          List.of("pixels", "pixels", "discriminator, layer 1", "discriminator, layer 1"),
          rows.stream().map(Row::features).toList());
      assertEquals(List.of(8, 400, 8, 400), rows.stream().map(Row::labels).toList());
      assertEquals(List.of(3, 1, 3, 1), rows.stream().map(row -> row.testErrors().size()).toList());
      assertTrue(rows.get(1).mean() < rows.get(0).mean(), "more labels tell more: " + rows);
      assertTrue(rows.get(1).mean() < 0.2, rows.toString());
      assertEquals(3, found.result().kept());
      assertEquals(0, found.hidden());
      // Nothing is left to chance.
      assertEquals(found.result(), measure(DATA, hidden).result());
    }
  }

  @Test
  void nothingIsChosenOnTestData() {
    try (Gan gan = gan();
        HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 1)) {
      ClassificationResult one = measure(DATA, hidden).result();
      // Whose classes nobody can see.
      ClassificationResult other =
          measure(data(ClassifierContract.stripes(300, 4, 0)), hidden).result();
      for (int i = 0; i < one.rows().size(); i++) {
        assertEquals(one.rows().get(i).penalties(), other.rows().get(i).penalties());
        assertEquals(one.rows().get(i).validationErrors(), other.rows().get(i).validationErrors());
        assertNotEquals(one.rows().get(i).testErrors(), other.rows().get(i).testErrors());
      }
      assertEquals(one.kept(), other.kept());
      assertEquals(one.keptDraw(), other.keptDraw());
    }
  }

  @Test
  void theClassifierThatIsKeptErrsAsOftenAsWasSaid() {
    Path file = folder.resolve("classifier.safetensors");
    try (Gan gan = gan();
        HiddenLayers hidden = HiddenLayers.ofDiscriminator(gan, 0, 1)) {
      Classification.Found found = measure(DATA, hidden);
      ImageClassifier.save(file, hidden, found.weights(), found.biases());
      Row row = found.result().rows().get(found.result().kept());
      try (ImageClassifier classifier = ImageClassifier.open(file)) {
        Images test = DATA.test();
        float[] probabilities = classifier.predict(test);
        int wrong = 0;
        for (int i = 0; i < test.count(); i++) {
          for (int c = 0; c < CLASSES; c++) {
            if (probabilities[i * CLASSES + c] > probabilities[i * CLASSES + test.label(i)]) {
              wrong++;
              break;
            }
          }
        }
        double error = row.testErrors().get(found.result().keptDraw());
        // One of them may be in doubt to the last bit.
        assertEquals(error * test.count(), wrong, 1.01);
      }
    }
  }

  private static void refused(String why, DataSet data, int... labels) {
    List<Integer> asked = Arrays.stream(labels).boxed().toList();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Classification.require(data, new Classification.Settings(asked, 1, 1)));
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  @Test
  void labelsThatCannotBeDrawnAreRefused() {
    refused("3 labels can't be as many of each of 4 classes", DATA, 3);
    refused("400 labels are 100 of each class, but class 2 of stripes has ", DATA, 400);
    refused("at least one", DATA);
    refused("above 0", DATA, -4);
    refused("has no labels", DataSet.ofTraining("bare", images(new Random(1), 40, 16)), 4);
    DataSet alone = DataSet.ofTraining("alone", DATA.train());
    assertThrows(IllegalStateException.class, () -> Classification.require(alone, SETTINGS));
    assertThrows(
        IllegalArgumentException.class,
        () -> Classification.measure(device, DATA, List.of(), SETTINGS, row -> {}));
  }
}
