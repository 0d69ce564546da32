package org.gan4j.eval;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.recipe.Evaluation;

/**
 * How {@link AnnealedImportance} estimates.
 *
 * @param examples of the test set, a random choice: at most so many are scored, ≥ 1
 * @param validationExamples at most so many choose σ and the step sizes, ≥ 1
 * @param simulated examples drawn from the model itself, on which the bounds' gap is measured, ≥ 1
 * @param chains for each example, 1 to 10,000
 * @param temperatures T, steps from the prior to the posterior, 1 to 1,000,000
 * @param leapfrogSteps of one transition, 1 to 1000
 * @param sigmas standard deviations of the observation model to choose from, ascending; one alone
 *     is taken as it is
 * @param seed decides every random number; replica r uses seed + r
 */
public record AisSettings(
    int examples,
    int validationExamples,
    int simulated,
    int chains,
    int temperatures,
    int leapfrogSteps,
    List<Double> sigmas,
    long seed) {
  /** What is taken where nobody asks for others. */
  public static final String USUAL = "usual";

  private static final String PUBLISHED = "wu-2017";

  /** Temperatures, then perhaps leapfrog steps; more digits than any may have are no number. */
  private static final Pattern STEPS = Pattern.compile("([0-9]{1,8})(?:x([0-9]{1,8}))?");

  /** The settings that have a name. */
  public static final List<String> NAMES = List.of(USUAL, PUBLISHED);

  public AisSettings {
    range("examples", examples, 1_000_000);
    range("validationExamples", validationExamples, 1_000_000);
    range("simulated", simulated, 1_000_000);
    range("chains", chains, 10_000);
    range("temperatures", temperatures, 1_000_000);
    range("leapfrogSteps", leapfrogSteps, 1000);
    sigmas = List.copyOf(sigmas);
    if (sigmas.isEmpty()) {
      throw new IllegalArgumentException("sigmas must name at least one σ");
    }
    double before = 0;
    for (double sigma : sigmas) {
      // The square of either end is a float that is neither 0 nor infinite.
      if (!(sigma > before && sigma >= 1e-18 && sigma <= 1e18)) {
        throw new IllegalArgumentException(
            "sigmas must ascend and lie from 1e-18 to 1e18, not " + sigmas);
      }
      before = sigma;
    }
  }

  /**
   * What takes about a minute for the paper's MNIST generator on two cores: 100 tests, 16 chains,
   * 500 temperatures; 50 validation examples choose σ, 16 simulated ones measure the gap.
   *
   * @param settings the recipe's, of which the grid of σ is taken
   * @param seed decides every random number
   * @return the settings
   */
  public static AisSettings usual(Evaluation settings, long seed) {
    List<Double> sigmas = Arrays.stream(settings.sigmas()).boxed().toList();
    return new AisSettings(100, 50, 16, 16, 500, 1, sigmas, seed);
  }

  /**
   * Settings by a name.
   *
   * @param name one of {@link #NAMES}: what {@link #usual} gives; or those of Wu et al. (2017) and
   *     the program that they published, 100 tests, 16 chains, 10,000 temperatures and 10 leapfrog
   *     steps, which takes some 200 times as long; or a number of temperatures, such as 5000, with
   *     one leapfrog step or more, 1000x10
   * @param settings the recipe's, of which the grid of σ is taken
   * @param seed decides every random number
   * @return the settings
   * @throws IllegalArgumentException if there are none of that name, or a number is out of range
   */
  public static AisSettings named(String name, Evaluation settings, long seed) {
    AisSettings usual = usual(settings, seed);
    if (name.equals(USUAL)) {
      return usual;
    }
    if (name.equals(PUBLISHED)) {
      return usual.withSteps(10_000, 10);
    }
    Matcher steps = STEPS.matcher(name);
    if (!steps.matches()) {
      throw new IllegalArgumentException(
          "there are no settings '"
              + name
              + "' of annealed importance sampling; there are: "
              + String.join(", ", NAMES)
              + ", or temperatures and leapfrog steps, such as 1000x10");
    }
    String leapfrogs = steps.group(2);
    return usual.withSteps(
        Integer.parseInt(steps.group(1)), leapfrogs == null ? 1 : Integer.parseInt(leapfrogs));
  }

  private AisSettings withSteps(int temperatures, int leapfrogSteps) {
    return new AisSettings(
        examples, validationExamples, simulated, chains, temperatures, leapfrogSteps, sigmas, seed);
  }

  private static void range(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be 1 to " + most + ", not " + value);
    }
  }
}
