package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Seconds;
import org.gan4j.run.Alarm;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord;
import org.junit.jupiter.api.Test;

/** Who is alive at the end of a run. */
class SurvivorsTest {
  private static Survivors of(String name) {
    return new Survivors(RunFolder.at(Path.of("docs", "results", name)).read());
  }

  /** Algorithm 1 lost all three seeds, as its page says; the released order lost none. */
  @Test
  void publishedRuns() {
    assertEquals(0, of("study/alternating").alive());
    assertEquals(3, of("study/simultaneous").alive());
    String table = of("study/alternating").markdown();
    assertTrue(table.contains("| seed 2 | lost | saturation ("), table);
    assertTrue(table.endsWith("\n0 of 3 are alive at iteration 25000: no alarm lasts.\n"), table);
  }

  /** Two replicas are certain for a while; one of them recovers. */
  private static RunRecord run(List<Alarm> alarms) {
    return run(alarms, Map.of("seed", "7"), 1);
  }

  private static RunRecord run(List<Alarm> alarms, Map<String, String> settings, double gLoss) {
    List<Report> reports = new ArrayList<>();
    for (int i = 100; i <= 4000; i += 100) {
      List<IterationMeans> means = new ArrayList<>();
      List<Double> updates = new ArrayList<>();
      for (int r = 0; r < 3; r++) {
        boolean certain = r == 0 && i >= 2000 || r == 1 && i >= 500 && i <= 3000;
        double real = certain ? 0.999 : 0.7;
        means.add(new IterationMeans(i, 0.1, 0.1, 0.5, 1, gLoss, real, 1 - real, 1));
        updates.add(0.1);
      }
      reports.add(new Report(i, i / 500.0, 10, means, updates, List.of(), new Seconds(1, 0, 0)));
    }
    return new RunRecord(
        "run",
        "",
        settings,
        reports,
        alarms,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void whoeverRecoversIsAlive() {
    Survivors survivors = new Survivors(run(List.of()));
    assertEquals(2, survivors.alive());
    List<String> lines = survivors.markdown().lines().toList();
    assertTrue(lines.get(2).startsWith("| seed 7 | lost | saturation (2000) |  |"), lines.get(2));
    assertTrue(lines.get(3).startsWith("| seed 8 | alive |  | saturation |"), lines.get(3));
    assertTrue(lines.get(4).startsWith("| seed 9 | alive |  |  |"), lines.get(4));
  }

  @Test
  void whatDivergedIsLostThoughNoLineTellsOfIt() {
    Alarm end = new Alarm(Alarm.Kind.DIVERGENCE, 4037, 2, "training diverged");
    assertEquals(1, new Survivors(run(List.of(end))).alive());
  }

  @Test
  void onlyLossesInNatsDiverge() {
    Map<String, String> matching = Map.of("seed", "7", "objective", "feature-matching");
    assertEquals(2, new Survivors(run(List.of(), matching, 3000)).alive());
    assertEquals(0, new Survivors(run(List.of(), Map.of("seed", "7"), 3000)).alive());
  }
}
