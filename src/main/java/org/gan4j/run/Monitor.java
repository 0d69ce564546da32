package org.gan4j.run;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gan4j.gan.IterationMeans;
import org.gan4j.gan.Report;
import org.gan4j.gan.Validation;
import org.gan4j.gan.WentBack;
import org.gan4j.recipe.Objective;

/**
 * Watches a run for what its curves show of a failing game. Something is wrong only if every report
 * has said so for {@value #PATIENCE} iterations, but for losses beyond all use, which do not last
 * so long; then one alarm is given, and no other of its kind until a report has been well again.
 * The thresholds are this library's own.
 */
public final class Monitor {
  /** Iterations over which something must stay wrong. */
  public static final long PATIENCE = 1000;

  /** Healthy generators begin with samples that are nearly alike, and may take this long. */
  public static final long BEGINNING = 5000;

  /** The discriminator is certain: D(x) above 1 − this, and D(G(z)) below it. */
  public static final double CERTAIN = 0.02;

  /** A generator whose update has become this fraction of the largest so far has stopped. */
  public static final double STOPPED = 0.01;

  /** Samples whose {@link Validation#diversity} is below this are nearly alike. */
  public static final double ALIKE = 0.1;

  /** A game in balance: D(x) is not above 1 − this, or D(G(z)) not below it. */
  public static final double BALANCED = 0.1;

  /** A loss, in nats, that only logits give which are beyond all use. */
  public static final double LARGE_LOSS = 100;

  private final boolean lossesInNats;

  private final List<Map<Alarm.Kind, Streak>> streaks = new ArrayList<>();
  private final List<Double> largestUpdate = new ArrayList<>();
  private final List<Boolean> well = new ArrayList<>();

  /**
   * Watches one run, of any number of replicas.
   *
   * @param objective the generator's; its loss is looked at only where it is in nats
   */
  public Monitor(Objective objective) {
    lossesInNats = Objective.OF_LOGITS.contains(objective);
  }

  /** How long something has been wrong. */
  private static final class Streak {
    private long since = -1;
    private boolean told;

    /** Whether this reading is the one to tell of. */
    boolean observe(Alarm.Kind kind, long iteration, boolean wrong) {
      if (!wrong) {
        since = -1;
        told = false;
        return false;
      }
      since = since < 0 ? iteration : since;
      boolean late = kind != Alarm.Kind.COLLAPSE || iteration >= BEGINNING;
      boolean lasting = kind == Alarm.Kind.DIVERGENCE || iteration - since >= PATIENCE;
      boolean due = !told && late && lasting;
      told |= due;
      return due;
    }
  }

  /**
   * Takes the next report.
   *
   * @param report of a later iteration than the last one, with as many replicas
   * @return what has gone wrong with it
   */
  public List<Alarm> observe(Report report) {
    List<Alarm> alarms = new ArrayList<>();
    for (int r = 0; r < report.means().size(); r++) {
      if (streaks.size() == r) {
        streaks.add(new EnumMap<>(Alarm.Kind.class));
        largestUpdate.add(0.0);
        well.add(true);
      }
      certain(report, r, alarms);
      stopped(report, r, alarms);
      alike(report, r, alarms);
      growing(report, r, alarms);
      well.set(r, isBalanced(report, r));
    }
    return alarms;
  }

  private boolean isBalanced(Report report, int r) {
    IterationMeans means = report.means().get(r);
    Streak alike = streaks.get(r).get(Alarm.Kind.COLLAPSE);
    boolean collapsing = alike != null && alike.since >= 0 && report.iteration() >= BEGINNING;
    boolean certain = means.dReal() > 1 - BALANCED && means.dFake() < BALANCED;
    return means.isFinite() && largestLoss(means) <= LARGE_LOSS && !certain && !collapsing;
  }

  /** In nats; a distance of features has no unit, and healthy games begin with thousands. */
  private double largestLoss(IterationMeans means) {
    double discriminator = Math.abs(means.dLoss());
    return lossesInNats ? Math.max(discriminator, Math.abs(means.gLoss())) : discriminator;
  }

  /**
   * Whether a replica is worth going back to.
   *
   * @param replica from 0
   * @return whether its last report showed a game in balance; true before the first
   */
  public boolean isWell(int replica) {
    return replica >= well.size() || well.get(replica);
  }

  /**
   * Forgets what was seen of a replica, which has gone back.
   *
   * @param replica from 0
   */
  public void forget(int replica) {
    if (replica < streaks.size()) {
      streaks.get(replica).clear();
      largestUpdate.set(replica, 0.0);
      well.set(replica, false);
    }
  }

  /**
   * Takes what a run has measured so far.
   *
   * @param reports in their order
   * @param backs the replicas that went back, in their order
   * @return the alarms that were given on the way
   */
  public List<Alarm> replay(List<Report> reports, List<WentBack> backs) {
    List<Alarm> alarms = new ArrayList<>();
    int next = 0;
    for (Report report : reports) {
      alarms.addAll(observe(report));
      for (; next < backs.size() && backs.get(next).iteration() <= report.iteration(); next++) {
        forget(backs.get(next).replica());
      }
    }
    return alarms;
  }

  /**
   * The alarms of a replica that have been given and last.
   *
   * @param replica from 0
   * @return since which iteration each; none if all is well
   */
  public Map<Alarm.Kind, Long> lasting(int replica) {
    Map<Alarm.Kind, Long> lasting = new EnumMap<>(Alarm.Kind.class);
    if (replica < streaks.size()) {
      streaks
          .get(replica)
          .forEach(
              (kind, streak) -> {
                if (streak.told) {
                  lasting.put(kind, streak.since);
                }
              });
    }
    return lasting;
  }

  private void observe(
      Alarm.Kind kind, Report report, int replica, boolean wrong, String saw, List<Alarm> alarms) {
    Streak streak = streaks.get(replica).computeIfAbsent(kind, k -> new Streak());
    if (streak.observe(kind, report.iteration(), wrong)) {
      String since = String.format(Locale.ROOT, "since iteration %d ", streak.since);
      alarms.add(new Alarm(kind, report.iteration(), replica, since + saw));
    }
  }

  private void certain(Report report, int r, List<Alarm> alarms) {
    IterationMeans means = report.means().get(r);
    observe(
        Alarm.Kind.SATURATION,
        report,
        r,
        means.dReal() > 1 - CERTAIN && means.dFake() < CERTAIN,
        String.format(
            Locale.ROOT,
            "D(x) is above %.2f and D(G(z)) below %.2f, now %.4f and %.2g",
            1 - CERTAIN,
            CERTAIN,
            means.dReal(),
            means.dFake()),
        alarms);
  }

  /** The update without what the schedules do to it: they shrink it in healthy runs too. */
  private void stopped(Report report, int r, List<Alarm> alarms) {
    IterationMeans means = report.means().get(r);
    double update =
        report.generatorUpdates().get(r) * (1 - means.momentum()) / means.learningRate();
    // A generator that stood still has no last update to look at.
    if (Double.isNaN(update) || means.gPaused() > 0) {
      return;
    }
    largestUpdate.set(r, Math.max(largestUpdate.get(r), update));
    observe(
        Alarm.Kind.VANISHING,
        report,
        r,
        update <= STOPPED * largestUpdate.get(r),
        String.format(
            Locale.ROOT,
            "the generator's gradient is below %.0f%% of its largest, now %.2g after %.2g",
            100 * STOPPED,
            update,
            largestUpdate.get(r)),
        alarms);
  }

  private void alike(Report report, int r, List<Alarm> alarms) {
    if (report.validation().isEmpty() || Double.isNaN(report.validation().get(r).diversity())) {
      return;
    }
    double diversity = report.validation().get(r).diversity();
    observe(
        Alarm.Kind.COLLAPSE,
        report,
        r,
        diversity < ALIKE,
        String.format(
            Locale.ROOT,
            "samples lie less than %.2f times as far apart as training examples, now %.2g times",
            ALIKE,
            diversity),
        alarms);
  }

  private void growing(Report report, int r, List<Alarm> alarms) {
    IterationMeans means = report.means().get(r);
    observe(
        Alarm.Kind.DIVERGENCE,
        report,
        r,
        largestLoss(means) > LARGE_LOSS,
        String.format(
            Locale.ROOT,
            "a loss has grown beyond %.0f nats, now d_loss %.4g and g_loss %.4g",
            LARGE_LOSS,
            means.dLoss(),
            means.gLoss()),
        alarms);
  }
}
