package org.gan4j.spark;

import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkException;

/** What Spark throws when tasks fail: Scala's methods do not declare it. */
final class SparkFailure {
  private static final Pattern THROWN =
      Pattern.compile("^(?:[a-z][\\w]*\\.)+\\w+(?:Exception|Error): (.+)$", Pattern.MULTILINE);

  private SparkFailure() {}

  static boolean is(Exception e) {
    return e instanceof SparkException || e.getCause() instanceof SparkException;
  }

  /** What a task has thrown, if the message tells; else its first line. */
  static String reason(Throwable failure) {
    Matcher thrown = THROWN.matcher(String.valueOf(failure.getMessage()));
    return thrown.find() ? thrown.group(1) : firstLine(failure);
  }

  static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }

  /**
   * What some jobs give.
   *
   * @throws SweepException if Spark gives up
   */
  static <T> T told(Supplier<T> jobs) {
    try {
      return jobs.get();
    } catch (Exception e) {
      if (is(e)) {
        throw new SweepException("Spark has given up: " + reason(e), e);
      }
      throw e;
    }
  }
}
