package org.gan4j.recipe;

import java.util.List;
import org.gan4j.layers.Checks;
import org.gan4j.layers.LayerSpec;

/**
 * Everything that decides a run, apart from the device: immutable, checked when built. The presets
 * are in {@link Recipes}.
 *
 * @param name what the recipe is called
 * @param data the data set's name
 * @param noise the generator's input
 * @param generator layers from z to the sample
 * @param discriminator layers from the example to one logit, the last of them linear; the sigmoid
 *     that makes D(x) of it belongs to the loss
 * @param update order of the two networks' updates
 * @param k discriminator steps per iteration, ≥ 1; 1 with simultaneous updates
 * @param objective what the generator minimises
 * @param batch m, examples of a minibatch, ≥ 1
 * @param learningRate the schedule of the learning rate
 * @param momentum the schedule of the momentum
 * @param maxColumnNorm after each update every column of every weight matrix, of dense and maxout
 *     layers that is, is scaled down to at most this Euclidean norm; 0: no cap
 * @param stop when training ends
 * @param evaluation how the generator is scored
 * @param samplesEvery epochs between two pictures of samples; 0: only at the end
 * @param seed decides every random number of the run; replica r uses seed + r
 * @param replicas independent networks trained at once, 1 to 1024
 */
public record Recipe(
    String name,
    String data,
    Noise noise,
    List<LayerSpec> generator,
    List<LayerSpec> discriminator,
    UpdateOrder update,
    int k,
    Objective objective,
    int batch,
    LearningRate learningRate,
    Momentum momentum,
    double maxColumnNorm,
    Stop stop,
    Evaluation evaluation,
    int samplesEvery,
    long seed,
    int replicas) {
  public Recipe {
    Checks.text("name", name);
    Checks.text("data", data);
    Checks.present("noise", noise);
    Checks.present("generator", generator);
    Checks.present("discriminator", discriminator);
    Checks.present("update", update);
    Checks.present("objective", objective);
    Checks.present("learning_rate", learningRate);
    Checks.present("momentum", momentum);
    Checks.present("stop", stop);
    Checks.present("evaluation", evaluation);
    Checks.range("k", k, 1, 1000);
    Checks.range("batch", batch, 1, 1 << 20);
    Checks.range("max_column_norm", maxColumnNorm, 0, Float.MAX_VALUE);
    Checks.range("samples_every", samplesEvery, 0, 1_000_000_000);
    Checks.range("replicas", replicas, 1, 1024);
    generator = List.copyOf(generator);
    discriminator = List.copyOf(discriminator);
    if (update == UpdateOrder.SIMULTANEOUS && k != 1) {
      throw new IllegalArgumentException(
          "simultaneous updates take k = 1, not " + k + "; use update=alternating for more");
    }
    int rates = learningRate.perReplica().size();
    if (rates != 0 && rates != replicas) {
      throw new IllegalArgumentException(
          "learning_rate.per_replica has " + rates + " values for " + replicas + " replicas");
    }
  }
}
