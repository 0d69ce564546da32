package org.gan4j.eval;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a measure says of one candidate.
 *
 * @param value finite; empty where the measure does not apply
 * @param note what else there is to say of it, or why there is no value; may be empty
 * @param alarm what looks wrong, as a clause that a name can stand before
 */
public record MeasureResult(OptionalDouble value, String note, Optional<String> alarm) {
  /** Checks that the value is a number. */
  public MeasureResult {
    if (value.isPresent() && !Double.isFinite(value.getAsDouble())) {
      throw new IllegalArgumentException("a measure must be finite, not " + value.getAsDouble());
    }
  }

  /**
   * A value and no more.
   *
   * @param value finite
   * @return the reading
   */
  public static MeasureResult of(double value) {
    return of(value, "");
  }

  /**
   * A value with a note.
   *
   * @param value finite
   * @param note one phrase
   * @return the reading
   */
  public static MeasureResult of(double value, String note) {
    return new MeasureResult(OptionalDouble.of(value), note, Optional.empty());
  }

  /**
   * No value.
   *
   * @param why one phrase
   * @return the reading
   */
  public static MeasureResult none(String why) {
    return new MeasureResult(OptionalDouble.empty(), why, Optional.empty());
  }

  /**
   * The same with an alarm.
   *
   * @param sounds whether there is one
   * @param text what looks wrong, as a clause that a name can stand before: "the samples are …"
   * @return the reading
   */
  public MeasureResult alarmIf(boolean sounds, String text) {
    return sounds ? new MeasureResult(value, note, Optional.of(text)) : this;
  }
}
