package org.gan4j.experiment;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gan4j.gan.Choice;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.report.Figures;
import org.gan4j.run.Alarm;
import org.gan4j.run.Monitor;
import org.gan4j.run.RunWriter;

/** Keeps in a run's folder what its training gives, and tells it on; gives the alarms. */
final class Recorder implements Training.Listener {
  private final RunWriter writer;
  private final Set<Alarm.Kind> stopOn;
  private final Runnable requestStop;
  private final Experiment.Listener listener;
  private final Monitor monitor = new Monitor();
  private Alarm stoppedBy;

  /** For a run that goes on from what its folder holds; alarms of then are not given again. */
  Recorder(
      RunWriter writer,
      Set<Alarm.Kind> stopOn,
      Runnable requestStop,
      Experiment.Listener listener) {
    this.writer = writer;
    this.stopOn = stopOn;
    this.requestStop = requestStop;
    this.listener = listener;
    writer.folder().metrics().reports().forEach(monitor::observe);
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
    monitor.observe(report).forEach(this::give);
  }

  private void give(Alarm alarm) {
    writer.append(alarm);
    listener.alarm(alarm);
    if (stopOn.contains(alarm.kind()) && stoppedBy == null) {
      stoppedBy = alarm;
      requestStop.run();
    }
  }

  /** Which of the alarms has ended the run, if one has. */
  Optional<Alarm> stoppedBy() {
    return Optional.ofNullable(stoppedBy);
  }

  /** Whoever hears of the failure itself needs no other word of it. */
  void diverged(DivergenceException failure) {
    writer.append(
        new Alarm(
            Alarm.Kind.DIVERGENCE, failure.iteration(), failure.replica(), failure.getMessage()));
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
