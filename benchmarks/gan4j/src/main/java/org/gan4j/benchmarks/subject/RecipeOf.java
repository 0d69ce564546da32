package org.gan4j.benchmarks.subject;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.benchmarks.Workload;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.layers.Activation;
import org.gan4j.layers.BiasInit;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.WeightInit;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.LearningRate;
import org.gan4j.recipe.Momentum;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.Stop;
import org.gan4j.recipe.UpdateOrder;

/** A workload in gan4j's own terms. */
final class RecipeOf {
  private static final BiasInit ZERO = new BiasInit.Constant(0);

  static final ImageShape GREY = new ImageShape(1, 28, 28);

  private RecipeOf() {}

  static Recipe recipe(Workload w) {
    return Recipes.get("mnist")
        .withName(w.recipe())
        .withData(w.recipe())
        .withNoise(noise(w))
        .withGenerator(generator(w))
        .withDiscriminator(discriminator(w))
        .withUpdate(w.alternating() ? UpdateOrder.ALTERNATING : UpdateOrder.SIMULTANEOUS)
        .withBatch(w.batch())
        .withLearningRate(new LearningRate(w.learningRate(), Workload.DECAY, 1e-6, List.of()))
        .withMomentum(new Momentum(Workload.MOMENTUM, 0.7, 250))
        .withStop(new Stop(1, 0, 0, 0))
        .withEvaluation(new Evaluation(0, 2, 1, 0.1, 1, 10))
        .withSamplesEvery(0)
        .withReplicas(w.population());
  }

  private static Noise noise(Workload w) {
    return w.uniformNoise()
        ? new Noise(Noise.Distribution.UNIFORM, Workload.NOISE, Math.sqrt(3))
        : new Noise(Noise.Distribution.NORMAL, Workload.NOISE, 1);
  }

  private static List<LayerSpec> generator(Workload w) {
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < Workload.LAYERS; i++) {
      layers.add(
          new LayerSpec.Dense(
              w.generatorWidths()[i + 1],
              Activation.valueOf(w.activations().get(i).name()),
              new WeightInit.Uniform(w.generatorRange(i)),
              ZERO));
    }
    return layers;
  }

  private static List<LayerSpec> discriminator(Workload w) {
    WeightInit weights = new WeightInit.Uniform(w.discriminatorRange());
    List<LayerSpec> layers = new ArrayList<>();
    for (int i = 0; i < Workload.LAYERS; i++) {
      layers.add(new LayerSpec.Dropout(w.keep(i)));
      layers.add(
          i < Workload.LAYERS - 1
              ? new LayerSpec.Maxout(w.units(), Workload.PIECES, weights, ZERO)
              : new LayerSpec.Dense(1, Activation.LINEAR, weights, ZERO));
    }
    return layers;
  }

  static DataSet data(Workload w) {
    return data(w, w.images());
  }

  /** Images to train on; nothing is scored. */
  static DataSet data(Workload w, byte[] images) {
    ImageShape shape = w.recipe().equals("mnist") ? GREY : colour();
    Images all = Images.of(shape, images);
    Images few = all.range(0, 1);
    return new DataSet(w.recipe(), w.recipe(), "of a benchmark", all, few, few, Scaling.UNIT);
  }

  private static ImageShape colour() {
    return new ImageShape(3, 32, 32);
  }
}
