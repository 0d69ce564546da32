package org.gan4j.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.YamlReader;

/** Reads the scores that {@link ScoreSheet#json} wrote. JSON is YAML. */
public final class ScoreFile {
  private ScoreFile() {}

  /**
   * Reads a file.
   *
   * @return the sheet; a null in it is NaN
   * @throws IllegalArgumentException if it is none
   */
  public static ScoreSheet read(Path file) throws IOException {
    Object tree = YamlReader.read(YamlReader.text(file), file.toString());
    try {
      Map<?, ?> fields = (Map<?, ?>) tree;
      List<ParzenScore> replicas = new ArrayList<>();
      for (Object each : (List<?>) fields.get("replicas")) {
        replicas.add(score((Map<?, ?>) each));
      }
      // Without a replica there is no score.
      replicas.get(0);
      return new ScoreSheet(
          Long.parseLong(fields.get("iteration").toString()),
          Long.parseLong(fields.get("seed").toString()),
          replicas,
          score((Map<?, ?>) fields.get("training_set")));
    } catch (ClassCastException
        | NullPointerException
        | NumberFormatException
        | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          file + " is not a score of gan4j: gan4j evaluate makes one", e);
    }
  }

  private static ParzenScore score(Map<?, ?> fields) {
    List<ParzenScore.Point> curve = new ArrayList<>();
    for (Object each : (List<?>) fields.get("curve")) {
      List<?> point = (List<?>) each;
      curve.add(new ParzenScore.Point(number(point.get(0)), number(point.get(1))));
    }
    return new ParzenScore(
        ParzenScore.Part.TEST,
        number(fields.get("mean")),
        number(fields.get("standard_error")),
        number(fields.get("sigma")),
        Integer.parseInt(fields.get("samples").toString()),
        Integer.parseInt(fields.get("examples").toString()),
        curve);
  }

  private static double number(Object textOrNull) {
    return textOrNull == null ? Double.NaN : Double.parseDouble(textOrNull.toString());
  }
}
