package org.gan4j.recipe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;
import org.gan4j.layers.LayerSpec;

/**
 * Everything that decides a run, apart from the device: immutable, checked when built. A recipe
 * begins with a preset, {@code Recipes.get("mnist").withSeed(7)}, or with a text ({@link
 * RecipeYaml}).
 *
 * @param name what the recipe is called
 * @param data the data set's name
 * @param split how many of its examples are for what
 * @param noise the generator's input
 * @param generator layers from z to the sample
 * @param discriminator layers from the example to one logit, the last of them linear; the sigmoid
 *     that makes D(x) of it belongs to the loss
 * @param update order of the two networks' updates
 * @param k discriminator steps per iteration, ≥ 1; 1 with simultaneous updates
 * @param objective what the generator minimises
 * @param batch m, examples of a minibatch, ≥ 1
 * @param learningRate the schedule of the learning rate of networks whose optimiser is common; null
 *     exactly if there is none
 * @param momentum the schedule of their momentum; null likewise
 * @param maxColumnNorm after each update every column of every weight matrix, of dense and maxout
 *     layers that is, is scaled down to at most this Euclidean norm; 0: no cap
 * @param stop when training ends
 * @param evaluation how the generator is scored
 * @param samplesEvery epochs between two pictures of samples; 0: only at the end
 * @param seed decides every random number of the run; replica r uses seed + r
 * @param replicas independent networks trained at once, 1 to 1024
 * @param generatorOptimiser what the generator makes of its gradients
 * @param discriminatorOptimiser what the discriminator makes of its own
 * @param condition what both networks are told beside z and the example
 * @param encoder how an encoder is trained for the finished generator; null: as {@link
 *     EncoderSettings} has it
 * @param coordination how the two players are kept in step
 * @param rollback what becomes of a replica whose game fails; null: alarms are only given
 * @param labels what classes the discriminator learns; null: none, and it ends in one logit
 * @param generatorAverage by which a moving average of the generator's weights goes after them in
 *     every iteration, in [0, 1]: samples are drawn with the average; 0: with the weights
 *     themselves
 */
public record Recipe(
    String name,
    String data,
    @Default("{}") SplitSizes split,
    Noise noise,
    List<LayerSpec> generator,
    List<LayerSpec> discriminator,
    @Default("simultaneous") UpdateOrder update,
    @Default("1") int k,
    @Default("non-saturating") Objective objective,
    int batch,
    @Default("null") LearningRate learningRate,
    @Default("null") Momentum momentum,
    @Default("0") double maxColumnNorm,
    Stop stop,
    @Default("{}") Evaluation evaluation,
    @Default("0") int samplesEvery,
    @Default("1") long seed,
    @Default("1") int replicas,
    @Default("{type: common}") Optimiser generatorOptimiser,
    @Default("{type: common}") Optimiser discriminatorOptimiser,
    @Default("{type: none}") Condition condition,
    @Default("null") EncoderSettings encoder,
    @Default("{type: fixed}") Coordination coordination,
    @Default("null") Rollback rollback,
    @Default("null") Labels labels,
    @Default("0") double generatorAverage) {
  public Recipe {
    Checks.text("name", name);
    Checks.text("data", data);
    Checks.present("split", split);
    Checks.present("noise", noise);
    Checks.present("generator", generator);
    Checks.present("discriminator", discriminator);
    Checks.present("update", update);
    Checks.present("objective", objective);
    Checks.present("stop", stop);
    Checks.present("evaluation", evaluation);
    Checks.present("generator_optimiser", generatorOptimiser);
    Checks.present("discriminator_optimiser", discriminatorOptimiser);
    Checks.present("condition", condition);
    Checks.present("coordination", coordination);
    boolean common =
        generatorOptimiser instanceof Optimiser.Common
            || discriminatorOptimiser instanceof Optimiser.Common;
    requireUsed("learning_rate", learningRate, common);
    requireUsed("momentum", momentum, common);
    Checks.range("k", k, 1, 1000);
    Checks.range("batch", batch, 1, 1 << 20);
    Checks.range("max_column_norm", maxColumnNorm, 0, Float.MAX_VALUE);
    Checks.range("samples_every", samplesEvery, 0, 1_000_000_000);
    Checks.range("replicas", replicas, 1, 1024);
    Checks.range("generator_average", generatorAverage, 0, 1);
    generator = List.copyOf(generator);
    discriminator = List.copyOf(discriminator);
    if (update == UpdateOrder.SIMULTANEOUS && k != 1) {
      throw new IllegalArgumentException(
          "simultaneous updates take k = 1, not " + k + "; use update=alternating for more");
    }
    if (stop.monitorPatience() > 0 && evaluation.monitor().everyEpochs() == 0) {
      throw new IllegalArgumentException(
          "stop.monitor_patience needs a monitor: set evaluation.monitor.every_epochs=1");
    }
    if (condition instanceof Condition.Mask mask && mask.size() != noise.size()) {
      throw new IllegalArgumentException(
          "masks are for each value of an example, and z has one for each: set condition.size and"
              + " noise.size to how many there are, not to "
              + mask.size()
              + " and "
              + noise.size());
    }
    requireAlternating(update, objective, labels);
    if (condition.width() > 0 && (labels != null || objective == Objective.FEATURE_MATCHING)) {
      throw new IllegalArgumentException(
          "a condition goes with neither labels nor objective=feature-matching");
    }
    if (rollback != null && stop.iterations() % Rollback.REPORT_EVERY != 0) {
      throw new IllegalArgumentException(
          "stop.iterations must be a multiple of "
              + Rollback.REPORT_EVERY
              + " with a rollback, for a run has to end where its alarms are looked for, not "
              + stop.iterations());
    }
    requireRates("learning_rate", learningRate, replicas);
    requireRates(
        "generator_optimiser.learning_rate", generatorOptimiser.learningRateOrNull(), replicas);
    requireRates(
        "discriminator_optimiser.learning_rate",
        discriminatorOptimiser.learningRateOrNull(),
        replicas);
  }

  /** One backward pass for both players needs a single logit and the same loss of it. */
  private static void requireAlternating(UpdateOrder update, Objective objective, Labels labels) {
    if (update == UpdateOrder.SIMULTANEOUS
        && (labels != null || objective == Objective.FEATURE_MATCHING)) {
      throw new IllegalArgumentException(
          "update must be alternating with labels or objective=feature-matching, not simultaneous");
    }
  }

  private static void requireUsed(String field, Object value, boolean common) {
    if (common) {
      Checks.present(field, value);
    } else if (value != null) {
      throw new IllegalArgumentException(
          field
              + " is used by neither network: both have optimisers of their own; leave it out, or"
              + " set generator_optimiser."
              + field
              + " and discriminator_optimiser."
              + field);
    }
  }

  private static void requireRates(String field, LearningRate rateOrNull, int replicas) {
    int rates = rateOrNull == null ? 0 : rateOrNull.perReplica().size();
    if (rates != 0 && rates != replicas) {
      throw new IllegalArgumentException(
          field + ".per_replica has " + rates + " values for " + replicas + " replicas");
    }
  }

  /**
   * What the generator makes of its gradients.
   *
   * @return its optimiser with all its settings: SGD or Adam
   */
  public Optimiser ofGenerator() {
    return resolved(generatorOptimiser);
  }

  /**
   * What the discriminator makes of its gradients.
   *
   * @return its optimiser with all its settings: SGD or Adam
   */
  public Optimiser ofDiscriminator() {
    return resolved(discriminatorOptimiser);
  }

  private Optimiser resolved(Optimiser optimiser) {
    return optimiser instanceof Optimiser.Common
        ? new Optimiser.Sgd(learningRate, momentum)
        : optimiser;
  }

  /**
   * The same recipe but for one field.
   *
   * @param name what the recipe is called
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withName(String name) {
    return with("name", name);
  }

  /**
   * The same recipe but for one field.
   *
   * @param data the data set's name
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withData(String data) {
    return with("data", data);
  }

  /**
   * The same recipe but for one field.
   *
   * @param split how many of the data set's examples are for what
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withSplit(SplitSizes split) {
    return with("split", split);
  }

  /**
   * The same recipe but for one field.
   *
   * @param noise the generator's input
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withNoise(Noise noise) {
    return with("noise", noise);
  }

  /**
   * The same recipe but for one field.
   *
   * @param generator layers from z to the sample
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withGenerator(List<LayerSpec> generator) {
    return with("generator", generator);
  }

  /**
   * The same recipe but for one field.
   *
   * @param discriminator layers from the example to one logit
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withDiscriminator(List<LayerSpec> discriminator) {
    return with("discriminator", discriminator);
  }

  /**
   * The same recipe but for one field.
   *
   * @param update order of the two networks' updates; {@code k} is to be 1 before it becomes
   *     simultaneous
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withUpdate(UpdateOrder update) {
    return with("update", update);
  }

  /**
   * The same recipe but for one field.
   *
   * @param k discriminator steps per iteration, ≥ 1
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withK(int k) {
    return with("k", k);
  }

  /**
   * The same recipe but for one field.
   *
   * @param objective what the generator minimises
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withObjective(Objective objective) {
    return with("objective", objective);
  }

  /**
   * The same recipe but for one field.
   *
   * @param batch examples of a minibatch, ≥ 1
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withBatch(int batch) {
    return with("batch", batch);
  }

  /**
   * The same recipe but for one field.
   *
   * @param learningRate the schedule of the learning rate
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withLearningRate(LearningRate learningRate) {
    return with("learningRate", learningRate);
  }

  /**
   * The same recipe but for one field.
   *
   * @param momentum the schedule of the momentum
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withMomentum(Momentum momentum) {
    return with("momentum", momentum);
  }

  /**
   * The same recipe but for one field.
   *
   * @param maxColumnNorm the largest Euclidean norm of a column of weights; 0: no cap
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withMaxColumnNorm(double maxColumnNorm) {
    return with("maxColumnNorm", maxColumnNorm);
  }

  /**
   * The same recipe but for one field.
   *
   * @param stop when training ends
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withStop(Stop stop) {
    return with("stop", stop);
  }

  /**
   * The same recipe but for one field.
   *
   * @param evaluation how the generator is scored
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withEvaluation(Evaluation evaluation) {
    return with("evaluation", evaluation);
  }

  /**
   * The same recipe but for one field.
   *
   * @param samplesEvery epochs between two pictures of samples; 0: only at the end
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withSamplesEvery(int samplesEvery) {
    return with("samplesEvery", samplesEvery);
  }

  /**
   * The same recipe but for one field.
   *
   * @param seed decides every random number; replica r uses seed + r
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withSeed(long seed) {
    return with("seed", seed);
  }

  /**
   * The same recipe but for one field.
   *
   * @param replicas independent networks trained at once, 1 to 1024
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withReplicas(int replicas) {
    return with("replicas", replicas);
  }

  /**
   * The same recipe but for one field.
   *
   * @param optimiser what the generator makes of its gradients; the learning rate and the momentum
   *     go if no network uses them any more
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withGeneratorOptimiser(Optimiser optimiser) {
    return with("generatorOptimiser", optimiser);
  }

  /**
   * The same recipe but for one field.
   *
   * @param optimiser what the discriminator makes of its gradients; the learning rate and the
   *     momentum go if no network uses them any more
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withDiscriminatorOptimiser(Optimiser optimiser) {
    return with("discriminatorOptimiser", optimiser);
  }

  /**
   * The same recipe but for one field.
   *
   * @param condition what both networks are told; each is to begin with a join that takes it, or
   *     with none, before networks can be made of it
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withCondition(Condition condition) {
    return with("condition", condition);
  }

  /**
   * The same recipe but for one field.
   *
   * @param encoder how an encoder is trained for the finished generator; null: as {@link
   *     EncoderSettings} has it
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withEncoder(EncoderSettings encoder) {
    return with("encoder", encoder);
  }

  /**
   * The same recipe but for one field.
   *
   * @param coordination how the two players are kept in step
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withCoordination(Coordination coordination) {
    return with("coordination", coordination);
  }

  /**
   * The same recipe but for one field.
   *
   * @param rollback what becomes of a replica whose game fails; null: alarms are only given
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withRollback(Rollback rollback) {
    return with("rollback", rollback);
  }

  /**
   * The same recipe but for one field.
   *
   * @param labels what classes the discriminator learns; null: none
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withLabels(Labels labels) {
    return with("labels", labels);
  }

  /**
   * The same recipe but for one field.
   *
   * @param average by which samples' weights go after those that learn, in [0, 1]; 0: they are
   *     these
   * @return the new recipe
   * @throws IllegalArgumentException if there is no such recipe
   */
  public Recipe withGeneratorAverage(double average) {
    return with("generatorAverage", average);
  }

  /**
   * How an encoder is trained for the finished generator.
   *
   * @param inputs values of an example, ≥ 1
   * @return its settings, with layers
   */
  public EncoderSettings ofEncoder(int inputs) {
    EncoderSettings settings = encoder == null ? EncoderSettings.DEFAULT : encoder;
    return settings.withUsualLayers(inputs, noise.size());
  }

  /**
   * Values that enter a generator for one sample.
   *
   * @return of z and its condition
   */
  public int generatorInputs() {
    return noise.size() + condition.width();
  }

  /**
   * Logits that leave a discriminator for an example.
   *
   * @return K with labels, else 1
   */
  public int logits() {
    return labels == null ? 1 : labels.classes();
  }

  /**
   * One replica alone: networks of this recipe compute what that replica computes.
   *
   * @param replica which, from 0
   * @return the same recipe with one replica, its seed and its learning rates
   * @throws IllegalArgumentException if there is no such replica
   */
  public Recipe ofReplica(int replica) {
    Checks.range("replica", replica, 0, replicas - 1);
    Map<String, Object> tree = RecipeTree.of(this);
    tree.put("seed", seed + replica);
    tree.put("replicas", 1L);
    putRate(tree, "learning_rate", learningRate, replica);
    putRate(
        tree,
        "generator_optimiser.learning_rate",
        generatorOptimiser.learningRateOrNull(),
        replica);
    putRate(
        tree,
        "discriminator_optimiser.learning_rate",
        discriminatorOptimiser.learningRateOrNull(),
        replica);
    return RecipeTree.recipe(tree);
  }

  private static void putRate(
      Map<String, Object> tree, String field, LearningRate rateOrNull, int replica) {
    if (rateOrNull != null && !rateOrNull.perReplica().isEmpty()) {
      Object alone = RecipeTree.node(List.of(rateOrNull.initial(replica)));
      RecipeTree.assign(tree, field + ".per_replica", alone);
    }
  }

  private Recipe with(String component, Object value) {
    Map<String, Object> tree = RecipeTree.of(this);
    String field = Names.field(component);
    tree.put(field, RecipeTree.node(value));
    RecipeTree.dropUnused(tree, Set.of(field));
    return RecipeTree.recipe(tree);
  }
}
