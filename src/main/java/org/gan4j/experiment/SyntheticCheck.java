package org.gan4j.experiment;

import java.util.List;
import java.util.Set;
import org.gan4j.device.Philox;

/**
 * One thing that may be wrong with a generator, on data that is drawn and so known, in steps of
 * growing severity; at the first step nothing is wrong.
 *
 * @param name short, of lower-case letters, digits and _
 * @param title what is done, for people
 * @param width values of a point
 * @param classes of the data, each a mode; 1: no labels
 * @param real what the examples are drawn from
 * @param worse what of a generator gets worse; nothing if all steps are as good
 * @param steps at least two
 */
record SyntheticCheck(
    String name,
    String title,
    int width,
    int classes,
    PointSource real,
    Set<Aspect> worse,
    List<Step> steps) {
  /** What a measure judges. */
  enum Aspect {
    /** Whether samples look like the data. */
    FIDELITY,
    /** Whether they are as varied. */
    DIVERSITY,
    /** Whether they are new. */
    NOVELTY
  }

  /** What makes the samples of a step. */
  @FunctionalInterface
  interface Generated {
    /**
     * Draws samples.
     *
     * @param random modified
     * @param count as many as tests; a step that is about their number makes fewer
     * @param training the training examples
     */
    SyntheticPoints draw(Philox random, int count, SyntheticPoints training);
  }

  /**
   * One severity.
   *
   * @param label what is set, as a number with its unit
   * @param generated what makes its samples
   */
  record Step(String label, Generated generated) {}

  SyntheticCheck {
    worse = Set.copyOf(worse);
    steps = List.copyOf(steps);
  }
}
