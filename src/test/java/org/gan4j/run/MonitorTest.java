package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Seconds;
import org.gan4j.gan.Validation;
import org.gan4j.gan.WentBack;
import org.gan4j.recipe.Objective;
import org.gan4j.run.Alarm.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Alarms on made-up runs: a report every 100 iterations. */
class MonitorTest {
  private static final double WELL = 0.5;

  /** One replica at one moment. */
  private record Moment(
      double dLoss, double gLoss, double dReal, double dFake, double update, double diversity) {
    private static final Moment HEALTHY = new Moment(0.5, 1.2, 0.65, 0.35, 0.1, WELL);

    Moment outputs(double real, double fake) {
      return new Moment(dLoss, gLoss, real, fake, update, diversity);
    }

    Moment losses(double d, double g) {
      return new Moment(d, g, dReal, dFake, update, diversity);
    }

    Moment update(double norm) {
      return new Moment(dLoss, gLoss, dReal, dFake, norm, diversity);
    }

    Moment diversity(double value) {
      return new Moment(dLoss, gLoss, dReal, dFake, update, value);
    }

    /** With a constant learning rate and momentum. */
    IterationMeans means(long iteration) {
      return new IterationMeans(iteration, 0.1, 0.1, 0.5, dLoss, gLoss, dReal, dFake, 1);
    }
  }

  private static Report report(long iteration, Moment... replicas) {
    List<IterationMeans> means = new ArrayList<>();
    List<Double> updates = new ArrayList<>();
    List<Validation> validation = new ArrayList<>();
    for (Moment m : replicas) {
      means.add(m.means(iteration));
      updates.add(m.update);
      validation.add(new Validation(100, 0.2, m.diversity));
    }
    Seconds seconds = new Seconds(1, 0, 0);
    return new Report(iteration, iteration / 500.0, 100, means, updates, validation, seconds);
  }

  private static List<Alarm> run(long last, LongFunction<Moment> moments) {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    List<Alarm> alarms = new ArrayList<>();
    for (long i = 100; i <= last; i += 100) {
      alarms.addAll(watch.observe(report(i, moments.apply(i))));
    }
    return alarms;
  }

  /** Healthy but in [from, to). */
  private static List<Alarm> spell(long from, long to, Moment wrong) {
    return run(20_000, i -> i >= from && i < to ? wrong : Moment.HEALTHY);
  }

  private static Moment wrong(Kind kind) {
    return switch (kind) {
      case SATURATION -> Moment.HEALTHY.outputs(0.99, 0.01);
      case VANISHING -> Moment.HEALTHY.update(0.0009);
      case COLLAPSE -> Moment.HEALTHY.diversity(0.09);
      case DIVERGENCE -> Moment.HEALTHY.losses(0.5, -101);
    };
  }

  @ParameterizedTest
  @EnumSource
  void oneAlarmForEachSpell(Kind kind) {
    List<Alarm> once = spell(8000, 15_000, wrong(kind));
    assertEquals(1, once.size(), once.toString());
    Alarm alarm = once.get(0);
    assertEquals(kind, alarm.kind());
    assertEquals(kind == Kind.DIVERGENCE ? 8000 : 9000, alarm.iteration());
    assertEquals(0, alarm.replica());
    assertTrue(alarm.saw().startsWith("since iteration 8000 "), alarm.saw());
    List<Alarm> twice = run(20_000, i -> i < 8000 || i == 12_000 ? Moment.HEALTHY : wrong(kind));
    assertEquals(2, twice.size(), twice.toString());
    assertTrue(twice.get(1).saw().startsWith("since iteration 12100 "), twice.toString());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DIVERGENCE")
  void whatPassesIsNoAlarm(Kind kind) {
    assertEquals(List.of(), spell(8000, 9000, wrong(kind)));
    // Ill most of the time, but never for long.
    assertEquals(List.of(), run(20_000, i -> i % 900 == 0 ? Moment.HEALTHY : wrong(kind)));
  }

  @Test
  void atTheThresholdsAllIsWell() {
    assertEquals(List.of(), spell(8000, 15_000, Moment.HEALTHY.outputs(0.98, 0.001)));
    assertEquals(List.of(), spell(8000, 15_000, Moment.HEALTHY.outputs(0.999, 0.02)));
    assertEquals(List.of(), spell(8000, 15_000, Moment.HEALTHY.update(0.0011)));
    assertEquals(List.of(), spell(8000, 15_000, Moment.HEALTHY.diversity(Monitor.ALIKE)));
    assertEquals(List.of(), spell(8000, 15_000, Moment.HEALTHY.losses(100, -100)));
  }

  @Test
  void samplesMayBeAlikeInTheBeginning() {
    Moment alike = Moment.HEALTHY.diversity(0.01);
    assertEquals(List.of(), run(20_000, i -> i < 5000 ? alike : Moment.HEALTHY));
    List<Alarm> alarms = run(20_000, i -> alike);
    assertEquals(1, alarms.size(), alarms.toString());
    assertEquals(Monitor.BEGINNING, alarms.get(0).iteration());
  }

  @Test
  void collapseNeedsTwoEvaluations() {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    IterationMeans means = Moment.HEALTHY.means(0);
    for (long i = 100; i <= 20_000; i += 100) {
      boolean scored = i == 10_000;
      List<Validation> validation =
          scored ? List.of(new Validation(1, 1, 0)) : List.<Validation>of();
      Report report =
          new Report(i, 1, 1, List.of(means), List.of(0.1), validation, new Seconds(1, 1, 1));
      assertEquals(List.of(), watch.observe(report));
    }
  }

  @Test
  void aGeneratorThatNeverMovedHasStopped() {
    List<Alarm> alarms = run(2000, i -> Moment.HEALTHY.update(0));
    assertEquals(List.of(Kind.VANISHING), alarms.stream().map(Alarm::kind).toList());
    assertEquals(1100, alarms.get(0).iteration());
  }

  /** The schedules make updates small in the end; that is no vanishing gradient. */
  @ParameterizedTest
  @CsvSource({"1e-4, 0.5, 0", "0.1, 0.999, 0", "0.1, 0.5, 1"})
  void updatesAreTakenWithoutTheirSchedules(double rate, double momentum, int expected) {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    List<Alarm> alarms = new ArrayList<>();
    for (long i = 100; i <= 5000; i += 100) {
      boolean late = i > 2000;
      double m = late ? momentum : 0.5;
      double learningRate = late ? rate : 0.1;
      // A gradient of norm 1, but of 0.001 in the last case.
      double gradient = late && expected == 1 ? 0.001 : 1;
      double update = gradient * learningRate / (1 - m);
      IterationMeans means =
          new IterationMeans(i, learningRate, learningRate, m, 0.5, 1, 0.6, 0.4, 1);
      alarms.addAll(
          watch.observe(
              new Report(
                  i, 1, 1, List.of(means), List.of(update), List.of(), new Seconds(1, 0, 0))));
    }
    assertEquals(expected, alarms.size(), alarms.toString());
  }

  /** Its last update is none, and says nothing. */
  @Test
  void aGeneratorThatStandsStillHasNotVanished() {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    for (long i = 100; i <= 5000; i += 100) {
      boolean still = i > 2000;
      IterationMeans means =
          new IterationMeans(i, 0.1, 0.1, 0.5, 0.5, 1, 0.6, 0.4, 1, 0, still ? 0.5 : 0);
      Report report =
          new Report(
              i, 1, 1, List.of(means), List.of(still ? 0.0 : 1.0), List.of(), new Seconds(1, 0, 0));
      assertEquals(List.of(), watch.observe(report), "iteration " + i);
    }
  }

  @Test
  void aGameInBalanceIsWorthGoingBackTo() {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    assertTrue(watch.isWell(1), "as it begins");
    watch.observe(report(100, Moment.HEALTHY, Moment.HEALTHY.outputs(0.95, 0.05)));
    assertTrue(watch.isWell(0));
    assertFalse(watch.isWell(1), "nearly certain");
    watch.observe(report(200, Moment.HEALTHY.losses(0.1, 200), Moment.HEALTHY.outputs(0.95, 0.15)));
    assertFalse(watch.isWell(0), "beyond use");
    assertTrue(watch.isWell(1));
    watch.observe(
        report(300, Moment.HEALTHY.losses(Double.NaN, 1), Moment.HEALTHY.diversity(0.01)));
    assertFalse(watch.isWell(0), "no number");
    assertTrue(watch.isWell(1), "all begin alike");
    watch.observe(report(Monitor.BEGINNING, Moment.HEALTHY, Moment.HEALTHY.diversity(0.01)));
    assertTrue(watch.isWell(0));
    assertFalse(watch.isWell(1), "still alike");
  }

  /** What is forgotten has to last as long again, and what is replayed comes to the same. */
  @Test
  void whoWentBackIsWatchedAnew() {
    List<Report> reports = new ArrayList<>();
    for (long i = 100; i <= 4000; i += 100) {
      reports.add(report(i, wrong(Kind.SATURATION), wrong(Kind.SATURATION)));
    }
    List<WentBack> backs = List.of(new WentBack(1100, 0, "saturation", 0, 1));
    Monitor live = new Monitor(Objective.NON_SATURATING);
    List<Alarm> given = new ArrayList<>();
    for (Report each : reports) {
      given.addAll(live.observe(each));
      if (each.iteration() == 1100) {
        live.forget(0);
        assertFalse(live.isWell(0));
      }
    }
    assertEquals(List.of(1100L, 1100L, 2200L), given.stream().map(Alarm::iteration).toList());
    assertEquals(List.of(0, 1, 0), given.stream().map(Alarm::replica).toList());
    Monitor again = new Monitor(Objective.NON_SATURATING);
    assertEquals(given, again.replay(reports, backs));
    assertEquals(live.lasting(0), again.lasting(0));
    assertEquals(live.lasting(1), again.lasting(1));
  }

  /** A squared distance of features has no unit: what is beyond all use of it nobody can say. */
  @Test
  void lossesThatAreNotInNatsAreNoAlarm() {
    for (Objective objective : Objective.values()) {
      Monitor watch = new Monitor(objective);
      List<Alarm> alarms = watch.observe(report(100, Moment.HEALTHY.losses(0.7, 3457)));
      assertEquals(objective == Objective.FEATURE_MATCHING, alarms.isEmpty(), objective.name());
      assertEquals(alarms.isEmpty(), watch.isWell(0), objective.name());
      assertEquals(
          List.of(Kind.DIVERGENCE),
          new Monitor(objective)
              .observe(report(100, Moment.HEALTHY.losses(101, 3457))).stream()
                  .map(Alarm::kind)
                  .toList());
    }
  }

  @Test
  void replicasAreWatchedApart() {
    Monitor watch = new Monitor(Objective.NON_SATURATING);
    List<Alarm> alarms = new ArrayList<>();
    for (long i = 100; i <= 9000; i += 100) {
      Moment second = i < 6000 ? Moment.HEALTHY : wrong(Kind.SATURATION);
      alarms.addAll(watch.observe(report(i, wrong(Kind.COLLAPSE), second, Moment.HEALTHY)));
    }
    assertEquals(List.of(0, 1), alarms.stream().map(Alarm::replica).toList(), alarms.toString());
    assertEquals(
        List.of(Kind.COLLAPSE, Kind.SATURATION), alarms.stream().map(Alarm::kind).toList());
  }

  @Test
  void whatWasNotMeasuredIsNoAlarm() {
    Moment unknown = new Moment(0.5, 1, 0.6, 0.4, Double.NaN, Double.NaN);
    assertEquals(List.of(), run(20_000, i -> unknown));
  }

  @ParameterizedTest
  @EnumSource
  void kindsHaveNamesAndAdvice(Kind kind) {
    assertEquals(kind, Kind.of(kind.word()));
    assertTrue(!kind.advice().isBlank());
  }

  @Test
  void unknownKindsNameThose() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Kind.of("colapse"));
    assertEquals(
        "there is no alarm called 'colapse'; there are: collapse, saturation, vanishing,"
            + " divergence",
        e.getMessage());
  }
}
