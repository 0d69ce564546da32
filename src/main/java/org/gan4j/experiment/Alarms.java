package org.gan4j.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Report;
import org.gan4j.run.Alarm;
import org.gan4j.run.MetricsFile;
import org.gan4j.run.Monitor;
import org.gan4j.run.RunFolder;

/** Gives the alarms of a run: into its folder, as lines for people, and to what they end. */
public final class Alarms {
  private final RunFolder folder;
  private final Set<Alarm.Kind> stopOn;
  private final Runnable requestStop;
  private final Monitor watch = new Monitor();
  private boolean stopped;

  /** For a run that goes on from what its folder holds; alarms of then are not given again. */
  public Alarms(RunFolder folder, Set<Alarm.Kind> stopOn, Runnable requestStop) throws IOException {
    this.folder = folder;
    this.stopOn = stopOn;
    this.requestStop = requestStop;
    if (Files.exists(folder.metrics())) {
      MetricsFile.read(folder.metrics()).reports().forEach(watch::observe);
    }
  }

  /** Lines for people, one for each alarm that this report gives. */
  public List<String> observe(Report report) {
    boolean several = report.means().size() > 1;
    return watch.observe(report).stream().map(alarm -> give(alarm, several)).toList();
  }

  private String give(Alarm alarm, boolean several) {
    folder.append(alarm);
    if (stopOn.contains(alarm.kind())) {
      stopped = true;
      requestStop.run();
    }
    return String.format(
        Locale.ROOT,
        "gan4j: ALARM %s at iteration %d%s: %s; try %s",
        alarm.kind().word(),
        alarm.iteration(),
        several ? ", replica " + alarm.replica() : "",
        alarm.saw(),
        alarm.kind().advice());
  }

  /** The failure itself is what people read. */
  public void diverged(DivergenceException failure) {
    folder.append(
        new Alarm(
            Alarm.Kind.DIVERGENCE, failure.iteration(), failure.replica(), failure.getMessage()));
  }

  /** Whether one of the alarms has ended the run. */
  public boolean haveStopped() {
    return stopped;
  }
}
