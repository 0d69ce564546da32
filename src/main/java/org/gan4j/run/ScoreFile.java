package org.gan4j.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** Reads the scores that {@link ScoreSheet#json} wrote. */
public final class ScoreFile {
  /** More than the most replicas have; keeps a wrong file from filling the memory. */
  private static final int MAX_BYTES = 1 << 22;

  private ScoreFile() {}

  /**
   * Reads a file, which may come from anywhere: all of it is checked.
   *
   * @param file as {@link RunWriter#writeScore} wrote it
   * @return the sheet; a null in it is NaN
   * @throws IOException if it can't be read
   * @throws RunFileException if it is none
   */
  public static ScoreSheet read(Path file) throws IOException {
    JsonValue tree =
        Json.read(
            file,
            MAX_BYTES,
            (problem, cause) ->
                new RunFileException(
                    file
                        + " is not a score of gan4j: "
                        + problem
                        + "; gan4j train --resume RUN writes it again",
                    cause));
    List<JsonValue> replicas = tree.get("replicas").list();
    if (replicas.isEmpty()) {
      throw tree.get("replicas").problem("is empty");
    }
    return new ScoreSheet(
        tree.get("iteration").whole(0, Long.MAX_VALUE),
        tree.get("seed").whole(Long.MIN_VALUE, Long.MAX_VALUE),
        replicas.stream().map(ScoreFile::score).toList(),
        score(tree.get("training_set")));
  }

  private static ParzenScore score(JsonValue tree) {
    List<ParzenScore.Point> curve = new ArrayList<>();
    for (JsonValue each : tree.get("curve").list()) {
      if (each.list().size() != 2) {
        throw each.problem("is no pair of a bandwidth and a mean");
      }
      curve.add(new ParzenScore.Point(number(each.list().get(0)), number(each.list().get(1))));
    }
    return new ParzenScore(
        ParzenScore.Part.TEST,
        number(tree.get("mean")),
        number(tree.get("standard_error")),
        number(tree.get("sigma")),
        (int) tree.get("samples").whole(0, Integer.MAX_VALUE),
        (int) tree.get("examples").whole(0, Integer.MAX_VALUE),
        curve);
  }

  private static double number(JsonValue value) {
    return value.numberOrNull().orElse(Double.NaN);
  }
}
