package org.gan4j.eval;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How a trained discriminator makes a generator's samples better: see {@link JudgedSampler}. */
public enum SamplingMethod {
  /**
   * Discriminator rejection sampling (Azadi et al., 2019): a sample is kept with probability σ(F).
   * M, the largest logit, comes from the first 10,000 samples, which are not kept, and grows with
   * what is seen later; γ is such that F is below 0 for 80 of 100 of them, as the authors set it
   * for images; {@link JudgedSampler#reject} takes another percentile. They took the 95th on 25
   * Gaussians.
   */
  REJECTION(0),
  /**
   * Metropolis and Hastings with independent proposals from the prior (Turner et al., 2019): a
   * sample is the last state of a chain of its own, which begins at a draw from the prior.
   */
  METROPOLIS(200),
  /**
   * Hamiltonian chains in z on ln p(z) + logit D(G(z)), as the energy of Che et al. (2020, DDLS),
   * with an acceptance test: a sample is the last state of a chain of its own. The first half of
   * the moves sets the step size.
   */
  HAMILTONIAN(100);

  private final int usualSteps;

  SamplingMethod(int usualSteps) {
    this.usualSteps = usualSteps;
  }

  /**
   * Steps of a chain that are enough as a rule.
   *
   * @return ≥ 1; 0 if there are no chains
   */
  public int usualSteps() {
    return usualSteps;
  }

  /**
   * The name that command lines have.
   *
   * @return in lower case
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The method of that name.
   *
   * @param word as {@link #word} gives it
   * @return the method
   * @throws IllegalArgumentException if there is none, with those that there are
   */
  public static SamplingMethod of(String word) {
    return Arrays.stream(values())
        .filter(method -> method.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no way of sampling called '"
                        + word
                        + "'; there are: "
                        + Arrays.stream(values())
                            .map(SamplingMethod::word)
                            .collect(Collectors.joining(", "))));
  }
}
