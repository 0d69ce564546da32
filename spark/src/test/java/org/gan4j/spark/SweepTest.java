package org.gan4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepTest {
  @Test
  void gridHasEveryCombinationWithEverySeed() {
    Sweep sweep =
        Sweep.parse(
            """
            recipe: mnist-10k
            set: {stop.epochs: 3, evaluation: {samples: 100}}
            grid:
              learning_rate.initial: [0.05, 0.1]
              update: [simultaneous, alternating]
            seeds: [4, 9]
            """,
            "sweep.yaml");
    assertEquals(8, sweep.runs().size());
    Recipe one = sweep.runs().get("learning_rate.initial=0.05+update=alternating+seed=9");
    assertEquals(0.05, one.learningRate().initial());
    assertEquals(UpdateOrder.ALTERNATING, one.update());
    assertEquals(9, one.seed());
    assertEquals(3, one.stop().epochs());
    assertEquals(100, one.evaluation().samples());
  }

  @Test
  void aRecipeAloneIsOneRun() {
    assertEquals(
        List.of("run"), List.copyOf(Sweep.parse("recipe: mnist-10k", "s").runs().keySet()));
  }

  @Test
  void runsCanBeListed() {
    Sweep sweep =
        Sweep.parse(
            """
            runs:
              - {name: small, recipe: mnist-10k, set: {generator.0.units: 30}}
              - {name: usual, recipe: mnist-10k}
            """,
            "sweep.yaml");
    assertEquals(List.of("small", "usual"), List.copyOf(sweep.runs().keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "recipe: mnist-10k\\nsteps: 3; has no field \"steps\"",
        "recipe: no-such; no-such",
        "seeds: [1]; needs the field recipe",
        "recipe: mnist-10k\\nseeds: 3; needs a list in seeds",
        "recipe: mnist-10k\\nseeds: []; needs a list in seeds",
        "recipe: mnist-10k\\nseeds: [a]; seed",
        "recipe: mnist-10k\\nseeds: [1, 1]; two runs are called",
        "recipe: mnist-10k\\ngrid: {no.such: [1]}; no.such",
        "recipe: mnist-10k\\ngrid: {batch: [-1]}; batch",
        "runs: [{name: a/b, recipe: mnist-10k}]; can't name a run",
        "runs: [{name: _a, recipe: mnist-10k}]; can't name a run",
        "runs: [{recipe: mnist-10k}]; needs the field name",
        "runs: 3; needs a list in runs",
        "just a text; must have fields",
        "recipe: mnist-10k\\nranks: 0; a whole number ≥ 1 in ranks",
        "recipe: mnist-10k\\nranks: 3; multiple of 12, not batch=100",
        "recipe: [; line"
      })
  void whatIsWrongIsSaidInOneLine(String yaml, String expected) {
    String message =
        assertThrows(RuntimeException.class, () -> Sweep.parse(yaml.replace("\\n", "\n"), "s.yaml"))
            .getMessage();
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.lines().count(), message);
  }
}
