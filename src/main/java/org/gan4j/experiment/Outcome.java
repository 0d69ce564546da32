package org.gan4j.experiment;

import org.gan4j.gan.Training;
import org.gan4j.run.Alarm;
import org.gan4j.run.ScoreSheet;

/** How a run ended; it is saved in any case. One that diverges throws instead. */
public sealed interface Outcome {
  /**
   * How far the networks have been trained.
   *
   * @return iterations done
   */
  long iteration();

  /**
   * Trained to its end, and its folder is complete.
   *
   * @param iteration iterations done
   * @param end why the training ended; never {@link Training.End#REQUESTED}
   * @param score on the test set, of the checkpoint that {@link ScoreSheet#iteration} tells
   */
  record Finished(long iteration, Training.End end, ScoreSheet score) implements Outcome {}

  /**
   * Trained to its end, on data without validation or test images: its folder is complete, but no
   * score is in it.
   *
   * @param iteration iterations done
   * @param end why the training ended; never {@link Training.End#REQUESTED}
   */
  record Unscored(long iteration, Training.End end) implements Outcome {}

  /**
   * Ended by {@link Experiment#requestStop} or a hook; it can go on.
   *
   * @param iteration iterations done
   */
  record Stopped(long iteration) implements Outcome {}

  /**
   * Ended by one of the alarms that it was to be ended by; it can go on.
   *
   * @param iteration iterations done
   * @param alarm which
   */
  record StoppedByAlarm(long iteration, Alarm alarm) implements Outcome {}
}
