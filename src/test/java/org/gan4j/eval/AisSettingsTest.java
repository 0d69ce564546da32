package org.gan4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gan4j.recipe.Evaluation;
import org.junit.jupiter.api.Test;

/** What can't be estimated is refused by name. */
class AisSettingsTest {
  private static AisSettings settings(int[] counts, List<Double> sigmas) {
    return new AisSettings(
        counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], sigmas, 1);
  }

  @Test
  void countsAreAtLeastOne() {
    String[] names = {
      "examples", "validationExamples", "simulated", "chains", "temperatures", "leapfrogSteps"
    };
    assertEquals(1, settings(new int[] {1, 1, 1, 1, 1, 1}, List.of(0.1)).chains());
    for (int i = 0; i < names.length; i++) {
      for (int wrong : new int[] {0, -1, 10_000_000}) {
        int[] counts = {1, 1, 1, 1, 1, 1};
        counts[i] = wrong;
        refused(names[i] + " must be 1 to ", counts, List.of(0.1));
      }
    }
  }

  @Test
  void sigmasAscendAboveZero() {
    int[] ones = {1, 1, 1, 1, 1, 1};
    refused("sigmas must name", ones, List.of());
    for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e-30}) {
      refused("sigmas must ascend", ones, List.of(wrong));
      refused("sigmas must ascend", ones, List.of(0.5, wrong));
    }
    refused("sigmas must ascend", ones, List.of(0.5, 0.5));
    refused("sigmas must ascend", ones, List.of(0.5, 0.4));
  }

  @Test
  void settingsHaveNames() {
    Evaluation grid = new Evaluation(0, 100, 100, 0.1, 1, 4);
    assertEquals(AisSettings.usual(grid, 7), AisSettings.named("usual", grid, 7));
    AisSettings published = AisSettings.named("wu-2017", grid, 7);
    assertEquals(100, published.examples());
    assertEquals(16, published.chains());
    assertEquals(10_000, published.temperatures());
    assertEquals(10, published.leapfrogSteps());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> AisSettings.named("wu2017", grid, 7));
    assertEquals(
        "there are no settings 'wu2017' of annealed importance sampling; there are: usual,"
            + " wu-2017, or temperatures and leapfrog steps, such as 1000x10",
        e.getMessage());
    for (String none : new String[] {"", "x10", "10x", "-1", "1e3", "99999999999", "1000X10"}) {
      assertThrows(
          IllegalArgumentException.class, () -> AisSettings.named(none, grid, 7), "'" + none + "'");
    }
  }

  @Test
  void stepsAreSettingsToo() {
    Evaluation grid = new Evaluation(0, 100, 100, 0.1, 1, 4);
    assertEquals(AisSettings.usual(grid, 7), AisSettings.named("500", grid, 7));
    assertEquals(AisSettings.named("wu-2017", grid, 7), AisSettings.named("10000x10", grid, 7));
    for (String wrong : new String[] {"0", "1000001", "5x0", "5x1001"}) {
      assertThrows(IllegalArgumentException.class, () -> AisSettings.named(wrong, grid, 7), wrong);
    }
  }

  private static void refused(String why, int[] counts, List<Double> sigmas) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> settings(counts, sigmas));
    assertTrue(e.getMessage().startsWith(why), e.getMessage());
  }
}
