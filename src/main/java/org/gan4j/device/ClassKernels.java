package org.gan4j.device;

/**
 * What a game needs whose discriminator tells classes (Salimans et al., 2016): the logit that its K
 * logits make, features that are matched, and a moving average of the weights.
 */
public abstract class ClassKernels extends TrainingKernels {
  ClassKernels(Backend backend) {
    super(backend);
  }

  /**
   * out ← ln Σ_c e^logits_c of every row, in double precision until it is rounded.
   *
   * @param out [rows]; modified
   * @param logits [rows][classes]; not modified
   * @param rows examples
   * @param classes ≥ 1
   */
  public final void logSumRows(DeviceBuffer out, DeviceBuffer logits, int rows, int classes) {
    Require.matrix(out, rows, 1);
    Require.matrix(logits, rows, classes);
    Require.replicas(out, logits);
    of(out)
        .writes(out)
        .reads(logits)
        .integer(rows)
        .integer(classes)
        .launch(Kernel.LOG_SUM_ROWS, rows);
  }

  /**
   * The gradient of {@link #logSumRows}: slope ← softmax(logits) · ofSums, for each row.
   *
   * @param slope [rows][classes]; modified
   * @param logits [rows][classes]; not modified
   * @param ofSums [rows], the gradient with respect to what logSumRows gave; not modified
   * @param rows examples
   * @param classes ≥ 1
   */
  public final void spreadRows(
      DeviceBuffer slope, DeviceBuffer logits, DeviceBuffer ofSums, int rows, int classes) {
    Require.matrix(slope, rows, classes);
    Require.matrix(logits, rows, classes);
    Require.matrix(ofSums, rows, 1);
    Require.replicas(slope, logits, ofSums);
    of(slope)
        .writes(slope)
        .reads(logits)
        .reads(ofSums)
        .integer(rows)
        .integer(classes)
        .launch(Kernel.SPREAD_ROWS, rows);
  }

  /**
   * Matching means: gap ← the mean over the rows of fake − real, slope ← 2 gap / rows in every row:
   * the gradient of ‖gap‖² with respect to fake. Adds ‖gap‖² to the state's sum of the generator's
   * losses.
   *
   * @param slope [rows][columns]; modified
   * @param gap [columns]; modified
   * @param fake [rows][columns]; not modified
   * @param real [rows][columns]; not modified
   * @param rows examples of each
   * @param columns values of an example
   * @param state training state; its sums are modified
   */
  public final void matchMeans(
      DeviceBuffer slope,
      DeviceBuffer gap,
      DeviceBuffer fake,
      DeviceBuffer real,
      int rows,
      int columns,
      DeviceBuffer state) {
    Require.matrix(slope, rows, columns);
    Require.matrix(gap, 1, columns);
    Require.matrix(fake, rows, columns);
    Require.matrix(real, rows, columns);
    Require.replicas(slope, gap, fake);
    Require.replicas(slope, real);
    Require.state(state, slope);
    of(slope)
        .writes(slope)
        .writes(gap)
        .reads(fake)
        .reads(real)
        .integer(rows)
        .integer(columns)
        .launch(Kernel.MATCH_MEANS, columns, rows);
    of(gap).reads(gap).integer(columns).writes(state).launch(Kernel.MATCHING_LOSS, columns);
  }

  /**
   * average ← average + rate · (values − average).
   *
   * @param average [n]; modified
   * @param values [n]; not modified
   * @param rate in [0, 1]
   */
  public final void follow(DeviceBuffer average, DeviceBuffer values, double rate) {
    Require.floats(average);
    Require.same(average, values);
    Require.that(rate >= 0 && rate <= 1, "the rate must lie in [0, 1], not ", rate);
    of(average)
        .writes(average)
        .reads(values)
        .integer(average.length())
        .real((float) rate)
        .launch(Kernel.FOLLOW, average.length());
  }
}
