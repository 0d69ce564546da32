package org.gan4j.report;

import org.gan4j.gan.Alarm;

/** One line of alarms.jsonl. */
final class AlarmLine {
  private AlarmLine() {}

  static String of(Alarm alarm) {
    return "{\"iteration\":"
        + alarm.iteration()
        + ",\"replica\":"
        + alarm.replica()
        + ",\"alarm\":"
        + Table1.quoted(alarm.kind().word())
        + ",\"saw\":"
        + Table1.quoted(alarm.saw())
        + ",\"try\":"
        + Table1.quoted(alarm.kind().advice())
        + "}";
  }
}
