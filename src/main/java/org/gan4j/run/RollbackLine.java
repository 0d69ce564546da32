package org.gan4j.run;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gan4j.FormatException;
import org.gan4j.gan.WentBack;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;

/** One line of rollbacks.jsonl. */
final class RollbackLine {
  private RollbackLine() {}

  static String of(WentBack back) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("iteration", back.iteration());
    line.put("replica", back.replica());
    line.put("after", back.why());
    line.put("to", back.from());
    line.put("times", back.times());
    return Json.write(line, Json.Layout.LINE);
  }

  /**
   * What a line was written from.
   *
   * @throws FormatException if it is no such line
   */
  static WentBack read(String line) {
    JsonValue tree = Json.parse(line, FormatException::new);
    return new WentBack(
        tree.get("iteration").whole(0, Long.MAX_VALUE),
        (int) tree.get("replica").whole(0, Integer.MAX_VALUE),
        tree.get("after").text(),
        tree.get("to").whole(0, Long.MAX_VALUE),
        tree.get("times").whole(1, Long.MAX_VALUE));
  }
}
