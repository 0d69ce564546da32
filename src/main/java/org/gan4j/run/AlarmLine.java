package org.gan4j.run;

import org.gan4j.io.Json;

/** One line of alarms.jsonl. */
final class AlarmLine {
  private AlarmLine() {}

  static String of(Alarm alarm) {
    return "{\"iteration\":"
        + alarm.iteration()
        + ",\"replica\":"
        + alarm.replica()
        + ",\"alarm\":"
        + Json.quoted(alarm.kind().word())
        + ",\"saw\":"
        + Json.quoted(alarm.saw())
        + ",\"try\":"
        + Json.quoted(alarm.kind().advice())
        + "}";
  }
}
