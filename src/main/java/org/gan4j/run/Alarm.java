package org.gan4j.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Something that goes wrong in a run, noticed at one moment.
 *
 * @param kind what
 * @param iteration iterations done by then
 * @param replica whose, from 0
 * @param saw what was seen, in numbers
 */
public record Alarm(Kind kind, long iteration, int replica, String saw) {
  /** What can go wrong. */
  public enum Kind {
    /** The generator gives nearly the same sample whatever z is. */
    COLLAPSE(
        "larger initial ranges (irange) of the generator's weights, a smaller learning rate, or more"
            + " discriminator steps (update=alternating with a larger k)"),
    /** The discriminator tells samples from data with certainty. */
    SATURATION(
        "a smaller learning rate, more dropout or fewer units in the discriminator, or a smaller k"),
    /** The generator learns nearly nothing any more. */
    VANISHING(
        "a weaker discriminator (dropout, fewer units), or objective=non-saturating instead of"
            + " minimax"),
    /** The losses have grown beyond any use, or are no numbers. */
    DIVERGENCE("a smaller learning rate (learning_rate.initial) or max_column_norm");

    private final String advice;

    Kind(String advice) {
      this.advice = advice;
    }

    /**
     * What may help.
     *
     * @return settings to try
     */
    public String advice() {
      return advice;
    }

    /**
     * The name that command lines and files have.
     *
     * @return in lower case
     */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of that name.
     *
     * @param word as {@link #word} gives it
     * @return the kind
     * @throws IllegalArgumentException if there is none, with those that there are
     */
    public static Kind of(String word) {
      return Arrays.stream(values())
          .filter(kind -> kind.word().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "there is no alarm called '"
                          + word
                          + "'; there are: "
                          + Arrays.stream(values())
                              .map(Kind::word)
                              .collect(Collectors.joining(", "))));
    }
  }
}
