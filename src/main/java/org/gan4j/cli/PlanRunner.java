package org.gan4j.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Outcome;
import org.gan4j.experiment.Plan;
import org.gan4j.run.Alarm;

/** Runs what the command line asks for, shows it, and lets Ctrl-C end it when it is saved. */
final class PlanRunner {
  private final DataOption dataOption;
  private final DeviceOption deviceOption;
  private final List<String> deviceAssignments;
  private final PrintWriter out;
  private final PrintWriter err;

  /**
   * With what the options say.
   *
   * @param deviceAssignments such as cuda.math=fp32
   * @param out for results
   * @param err for messages
   */
  PlanRunner(
      DataOption dataOption,
      DeviceOption deviceOption,
      List<String> deviceAssignments,
      PrintWriter out,
      PrintWriter err) {
    this.dataOption = dataOption;
    this.deviceOption = deviceOption;
    this.deviceAssignments = deviceAssignments;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs a plan.
   *
   * @param stopOn alarms that end it
   * @return the exit code
   */
  int run(Plan plan, Set<Alarm.Kind> stopOn) {
    DataSet data = dataOption.open(plan.recipe(), err);
    try (Device device = deviceOption.open(deviceAssignments, err);
        Experiment experiment = new Experiment(device, data, plan)) {
      out.printf("run folder: %s%n", experiment.folder().path());
      out.printf("data: %s%n", data.title());
      out.printf("device: %s%n", device.description());
      out.flush();
      Outcome outcome = run(experiment, stopOn);
      if (outcome instanceof Outcome.StoppedByAlarm) {
        err.println("gan4j: " + savedBecause("stopped by --stop-on", experiment));
        err.flush();
        return Failure.STOPPED;
      }
      if (outcome instanceof Outcome.Stopped) {
        return Failure.INTERRUPTED;
      }
      out.printf("run folder: %s%n", experiment.folder().path());
      out.flush();
      return 0;
    }
  }

  private Outcome run(Experiment experiment, Set<Alarm.Kind> stopOn) {
    try (GracefulStop stop = new GracefulStop(experiment::requestStop, err)) {
      Runnable saved = () -> stop.saved(savedBecause("interrupted", experiment));
      try (TrainingDisplay display = new TrainingDisplay(experiment, saved, out, err)) {
        return experiment.run(stopOn, display);
      }
    }
  }

  private static String savedBecause(String reason, Experiment experiment) {
    return String.format(
        "%s: saved iteration %d in %s; go on with --resume %s",
        reason, experiment.iteration(), experiment.folder().latest(), experiment.folder().path());
  }
}
