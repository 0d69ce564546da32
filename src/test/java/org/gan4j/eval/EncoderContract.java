package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.EncoderTraining;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encoder of a linear generator, of which all is known. */
abstract class EncoderContract extends EvalContract {
  private static final int SIZE = 5;
  private static final int WIDTH = 3;
  private static final ImageShape SHAPE = new ImageShape(1, 1, WIDTH);
  private static final String WEIGHTS = "weights: {type: uniform, irange: 0.7}";
  private static final String LINEAR =
      "encoder={iterations: 500, batch: 50, layers: [{type: dense, units: 5, activation: linear, "
          + WEIGHTS
          + "}], optimiser: OPTIMISER}";
  private static final String ADAM =
      "{type: adam, learning_rate: {initial: 0.05, decay: 1.008, minimum: 0.0005}}";
  private static final String SGD =
      "{type: sgd, learning_rate: {initial: 1, decay: 1.004, minimum: 0.1},"
          + " momentum: {initial: 0.5, last: 0.8, epochs: 2}}";

  @TempDir private Path folder;

  private static Recipe recipe(String optimiser, String... more) {
    Recipe linear =
        RecipeYaml.with(
            Recipes.get("mnist-10k"),
            List.of(
                "noise.size=" + SIZE,
                "generator=[{type: dense, units: 3, activation: linear, " + WEIGHTS + "}]",
                "discriminator=[{type: dense, units: 1, activation: linear, " + WEIGHTS + "}]",
                "batch=10",
                LINEAR.replace("OPTIMISER", optimiser)));
    return RecipeYaml.with(linear, List.of(more));
  }

  private Gan gan(Recipe recipe) {
    Gan gan = new Gan(device, recipe, SHAPE);
    gan.initialise(DataSet.ofTraining("noise", images(new Random(1), 40, WIDTH)));
    return gan;
  }

  private static float[] error(float[] z, float[] inferred) {
    float[] error = new float[z.length];
    for (int i = 0; i < z.length; i++) {
      error[i] = inferred[i] - z[i];
    }
    return error;
  }

  private static double meanSquare(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum / values.length;
  }

  /**
   * Of z, of variance 1, x = zA + b tells three directions of five exactly and of the others
   * nothing: the best regression is the projection onto those three, and its error 2/5.
   */
  private void findsTheBestRegression(String optimiser) {
    Recipe recipe = recipe(optimiser);
    try (Gan gan = gan(recipe);
        EncoderTraining training = new EncoderTraining(gan, 0);
        Generator generator = Generator.of(gan, 0)) {
      training.run(500);
      assertEquals(500, training.iteration());
      assertEquals(0.4, training.error(), 0.06);
      float[] z = recipe.noise().draw(4000, 3);
      try (Encoder encoder = Encoder.of(training)) {
        float[] inferred = encoder.encode(generator.generate(z));
        assertEquals(0.4, meanSquare(error(z, inferred)), 0.02);
        float[] again = encoder.encode(generator.generate(inferred));
        assertEquals(0, meanSquare(error(inferred, again)), 1e-3, "a projection");
      }
    }
  }

  @Test
  void findsTheBestRegressionByAdam() {
    findsTheBestRegression(ADAM);
  }

  @Test
  void findsTheBestRegressionByGradientDescent() {
    findsTheBestRegression(SGD);
  }

  /** In one call or in several; another seed gives another. */
  @Test
  void isTheSameEveryTime() {
    float[] examples = uniform(new Random(5), 130 * WIDTH);
    List<float[]> codes =
        List.of(
            code(recipe(ADAM), 0, examples, 30),
            code(recipe(ADAM), 0, examples, 7, 0, 23),
            code(recipe(ADAM, "replicas=2"), 0, examples, 30),
            code(recipe(ADAM, "replicas=2"), 1, examples, 30),
            code(recipe(ADAM, "seed=2"), 0, examples, 30));
    assertEquals(130 * SIZE, codes.get(0).length);
    assertArrayEquals(codes.get(0), codes.get(1));
    assertArrayEquals(codes.get(0), codes.get(2));
    assertArrayEquals(codes.get(3), codes.get(4), "replica 1 is a run with the next seed");
    assertFalse(Arrays.equals(codes.get(0), codes.get(4)));
  }

  /** A linear encoder cannot undo a sigmoid everywhere: where images lie, it can nearly. */
  @Test
  void imagesThatCountAreReconstructedBetter() {
    DataSet data = DataSet.ofTraining("noise", images(new Random(1), 40, WIDTH));
    float[] examples = data.scaling().values(data.train());
    String sigmoid = "generator=[{type: dense, units: 3, activation: sigmoid, " + WEIGHTS + "}]";
    double[] errors = new double[2];
    for (int i = 0; i < errors.length; i++) {
      Recipe recipe = recipe(ADAM, sigmoid, "encoder.images=" + 100 * i, "encoder.batch=40");
      try (Gan gan = gan(recipe);
          EncoderTraining training =
              new EncoderTraining(gan, 0, recipe.ofEncoder(WIDTH), i == 0 ? null : data)) {
        training.run(500);
        try (Encoder encoder = Encoder.of(training);
            Generator generator = Generator.of(gan, 0)) {
          errors[i] = meanSquare(error(examples, generator.generate(encoder.encode(examples))));
        }
      }
    }
    assertTrue(errors[1] < 0.7 * errors[0], Arrays.toString(errors));
  }

  private float[] code(Recipe recipe, int replica, float[] examples, long... runs) {
    try (Gan gan = gan(recipe);
        EncoderTraining training = new EncoderTraining(gan, replica)) {
      for (long iterations : runs) {
        training.run(iterations);
      }
      try (Encoder encoder = Encoder.of(training)) {
        return encoder.encode(examples);
      }
    }
  }

  @Test
  void isKeptToTheBitAndKnowsItsGenerator() {
    Path file = folder.resolve("encoder.safetensors");
    float[] examples = uniform(new Random(5), 3 * WIDTH);
    try (Gan gan = gan(recipe(ADAM, "replicas=2"));
        EncoderTraining training = new EncoderTraining(gan, 1)) {
      training.run(9);
      training.save(file);
      try (Encoder encoder = Encoder.of(training);
          Encoder kept = Encoder.open(file);
          Encoder onDevice = new Encoder(open(), file)) {
        assertArrayEquals(encoder.encode(examples), kept.encode(examples));
        // A GPU multiplies in TF32, of 11 bits.
        assertArrayEquals(kept.encode(examples), onDevice.encode(examples), 2e-3f);
        assertTrue(kept.isOf(gan, 1));
        assertFalse(kept.isOf(gan, 0));
        assertEquals(SHAPE, kept.shape());
        assertEquals(SIZE, kept.noiseSize());
      }
    }
  }
}
