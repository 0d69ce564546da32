package org.gan4j;

import java.util.List;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeYaml;

/** A recipe that trains in a moment; an epoch has 20 iterations. */
public final class TinyRecipe {
  public static final String YAML =
      """
      base: mnist-10k
      name: tiny
      generator:
        - {type: dense, units: 16, activation: relu, \
      weights: {type: uniform, irange: 0.05}, bias: {type: constant, value: 0}}
        - {type: dense, units: 784, activation: sigmoid, \
      weights: {type: uniform, irange: 0.05}, bias: {type: data-mean}}
      discriminator:
        - {type: maxout, units: 8, pieces: 2, \
      weights: {type: uniform, irange: 0.05}, bias: {type: constant, value: 0}}
        - {type: dense, units: 1, activation: linear, \
      weights: {type: uniform, irange: 0.05}, bias: {type: constant, value: 0}}
      batch: 400
      stop: {epochs: 2}
      evaluation: {every_epochs: 1, samples: 100, validation_examples: 100}
      samples_every: 1
      """;

  private TinyRecipe() {}

  /** With some fields changed, each {@code path=value}. */
  public static Recipe with(String... changes) {
    return RecipeYaml.with(RecipeYaml.parse(YAML, "tiny"), List.of(changes));
  }
}
