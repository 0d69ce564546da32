package org.gan4j.recipe;

import org.gan4j.layers.Checks;
import org.gan4j.layers.Default;

/**
 * Classes that the discriminator learns from few labels while it plays (Salimans et al., 2016,
 * section 5). It ends in a logit l of each class, D(x) = Z / (Z + 1) with Z = Σ e^l, and descends
 * the game's loss and, on minibatches of labelled examples, the cross-entropy of softmax(l).
 *
 * @param classes K, 2 to 256
 * @param count labelled training examples, as many of each class; 0: all
 * @param draw which of them have a label is drawn at random: another number draws others; the same
 *     for every seed and replica
 * @param average by which a moving average of the discriminator's weights goes after them in every
 *     iteration, in [0, 1]; what is used for is the average; 0: there is none, and the weights are
 *     used themselves
 */
public record Labels(
    int classes, @Default("0") int count, @Default("1") long draw, @Default("0") double average) {
  public Labels {
    Checks.range("classes", classes, 2, 256);
    Checks.range("count", count, 0, 1_000_000_000);
    Checks.range("average", average, 0, 1);
    if (count % classes != 0) {
      throw new IllegalArgumentException(
          "count must be as many of each of "
              + classes
              + " classes, a multiple of it, not "
              + count);
    }
  }
}
