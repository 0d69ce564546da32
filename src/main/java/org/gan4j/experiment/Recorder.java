package org.gan4j.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.gan4j.gan.Choice;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.gan.WentBack;
import org.gan4j.recipe.Recipe;
import org.gan4j.report.Figures;
import org.gan4j.run.Alarm;
import org.gan4j.run.Monitor;
import org.gan4j.run.RunWriter;

/** Keeps in a run's folder what its training gives, and tells it on; gives the alarms. */
final class Recorder implements Training.Listener {
  private final RunWriter writer;
  private final Set<Alarm.Kind> stopOn;
  private final Training training;
  private final Recipe recipe;
  private final Experiment.Listener listener;
  private final Monitor monitor;
  private final Set<Integer> goneBack = new TreeSet<>();
  private long observed;
  private Alarm stoppedBy;

  /** For a run that goes on from what its folder holds; alarms of then are not given again. */
  Recorder(
      RunWriter writer,
      Set<Alarm.Kind> stopOn,
      Training training,
      Recipe recipe,
      Experiment.Listener listener) {
    this.writer = writer;
    this.stopOn = stopOn;
    this.training = training;
    this.recipe = recipe;
    this.listener = listener;
    monitor = new Monitor(recipe.objective());
    List<Report> reports = writer.folder().metrics().reports();
    monitor.replay(reports, writer.folder().rollbacks());
    observed = reports.isEmpty() ? 0 : reports.get(reports.size() - 1).iteration();
  }

  @Override
  public void progress(long iteration, long limit) {
    listener.progress(iteration, limit);
  }

  @Override
  public long hookEvery() {
    return listener.hookEvery();
  }

  @Override
  public Training.Next hook(Gan gan, long iteration) {
    return listener.hook(gan, iteration);
  }

  @Override
  public void report(Report report) {
    writer.append(report);
    listener.report(report);
    List<Alarm> alarms = monitor.observe(report);
    observed = report.iteration();
    // Who went back before the report has left what it shows.
    alarms.stream().filter(alarm -> !goneBack.contains(alarm.replica())).forEach(this::react);
    goneBack.forEach(monitor::forget);
    goneBack.clear();
  }

  private void react(Alarm alarm) {
    give(alarm);
    boolean fails = alarm.kind() != Alarm.Kind.VANISHING;
    if (recipe.rollback() != null && fails && !stopOn.contains(alarm.kind())) {
      training
          .goBack(alarm.replica(), alarm.kind().word())
          .ifPresent(
              why ->
                  listener.remark(
                      String.format(
                          "replica %d can't go back at iteration %d: %s",
                          alarm.replica(), alarm.iteration(), why)));
    }
  }

  private void give(Alarm alarm) {
    writer.append(alarm);
    listener.alarm(alarm);
    if (stopOn.contains(alarm.kind()) && stoppedBy == null) {
      stoppedBy = alarm;
      training.requestStop();
    }
  }

  @Override
  public void saveGood(Gan gan) {
    for (int r = 0; r < recipe.replicas(); r++) {
      if (monitor.isWell(r)) {
        writer.saveGood(gan, r);
      }
    }
  }

  @Override
  public Optional<Path> good(int replica) {
    return Optional.of(writer.folder().good(recipe.seed() + replica)).filter(Files::isRegularFile);
  }

  @Override
  public void survived(DivergenceException failure) {
    give(alarm(failure));
  }

  @Override
  public void wentBack(WentBack back) {
    if (back.iteration() > observed) {
      goneBack.add(back.replica());
    } else {
      monitor.forget(back.replica());
    }
    writer.append(back);
    listener.wentBack(back);
  }

  /** Which of the alarms has ended the run, if one has. */
  Optional<Alarm> stoppedBy() {
    return Optional.ofNullable(stoppedBy);
  }

  /** Whoever hears of the failure itself needs no other word of it. */
  void diverged(DivergenceException failure) {
    writer.append(alarm(failure));
  }

  private static Alarm alarm(DivergenceException failure) {
    return new Alarm(
        Alarm.Kind.DIVERGENCE, failure.iteration(), failure.replica(), failure.getMessage());
  }

  @Override
  public void pictures(Gan gan, long epoch) {
    listener.picture(writer.writeSamples(epoch, Figures.samples(gan)));
  }

  @Override
  public String save(Gan gan, Map<String, String> notes, Choice choice) {
    Path file = writer.save(gan, notes, choice);
    listener.saved(file, gan.iteration());
    return file.toString();
  }

  @Override
  public void saveReplica(Gan gan, int replica, Choice choice) {
    listener.saved(writer.saveReplica(gan, replica, choice), gan.iteration());
  }
}
