package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** One line of alarms.jsonl. */
final class AlarmLine {
  private AlarmLine() {}

  static String of(Alarm alarm) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("iteration", alarm.iteration());
    line.put("replica", alarm.replica());
    line.put("alarm", alarm.kind().word());
    line.put("saw", alarm.saw());
    line.put("try", alarm.kind().advice());
    return Json.write(line, Json.Layout.LINE);
  }

  /**
   * The alarm that a line was written from.
   *
   * @throws FormatException if it is no such line
   * @throws IllegalArgumentException if there is no alarm of its kind
   */
  static Alarm read(String line) {
    JsonValue tree = Json.parse(line, FormatException::new);
    return new Alarm(
        Alarm.Kind.of(tree.get("alarm").text()),
        tree.get("iteration").whole(0, Long.MAX_VALUE),
        (int) tree.get("replica").whole(0, Integer.MAX_VALUE),
        tree.get("saw").text());
  }
}
