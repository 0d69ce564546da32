package org.gan4j.gan;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.gan4j.io.Printable;

/** Which of a run's checkpoints. */
public enum Choice {
  /** The newest. */
  LATEST,
  /** The best by the Parzen score of the validation set. */
  PARZEN,
  /** The best by the recipe's {@link org.gan4j.recipe.LikelihoodMonitor}. */
  MONITOR;

  /**
   * The name that command lines and files have.
   *
   * @return in lower case
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The choice of that name.
   *
   * @param word as {@link #word} gives it
   * @return the choice
   * @throws IllegalArgumentException if there is none, with those that there are
   */
  public static Choice of(String word) {
    List<Choice> all = List.of(values());
    return all.stream()
        .filter(choice -> choice.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no choice "
                        + Printable.quoted(word)
                        + "; there are "
                        + all.stream().map(Choice::word).collect(Collectors.joining(", "))));
  }
}
