package org.gan4j.spark;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.gan4j.device.DeviceOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code gan4j sweep}, and what spark-submit calls. */
@Command(
    name = "gan4j sweep",
    mixinStandardHelpOptions = true,
    description = "Train many recipes and seeds on Spark: in this JVM, or on a cluster.",
    footer = {
      "",
      "Examples:",
      "  gan4j sweep sweep.yaml --out sweeps/rates",
      "  gan4j sweep sweep.yaml --out hdfs://cluster/sweeps/rates --master spark://host:7077",
      "",
      "A sweep that is started again does only what is missing. docs/cluster.md says more."
    })
public final class Main implements Callable<Integer> {
  private static final int ATTEMPTS = 4;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SWEEP.yaml", description = "The recipes and seeds.")
  private Path file;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder of the sweep, which all machines share: a path, or a URI.")
  private String out;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark's master (default: spark-submit's, else local[*]: a task for each processor).")
  private String master;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder of the data sets, on every machine.")
  private Path data;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "cpu, cuda:N, or auto: the card that Spark gives the task, else the CPU.")
  private String device;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Change a field of the device: "
              + DeviceOptions.FIELDS
              + "; may be given several times. Recipes' fields are changed in the file.")
  private List<String> settings = List.of();

  /**
   * Runs a sweep and ends the process.
   *
   * @param args of the command
   */
  public static void main(String[] args) {
    System.exit(
        execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
  }

  static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main()).setOut(out).setErr(err);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          err.println("gan4j: " + oneLine(failure));
          return failure instanceof IllegalArgumentException ? 2 : 1;
        });
    line.setParameterExceptionHandler(
        (misuse, arguments) -> {
          err.println("gan4j: " + misuse.getMessage() + " (gan4j sweep --help says more)");
          return 2;
        });
    return line.execute(args);
  }

  private static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return (message == null ? failure.toString() : message).strip().replaceAll("\\s*\\R\\s*", " ");
  }

  @Override
  public Integer call() {
    Sweep sweep = Sweep.read(file);
    TaskDevice computing = new TaskDevice(device, DeviceOptions.DEFAULT.with(settings));
    PrintWriter say = spec.commandLine().getOut();
    try (JavaSparkContext spark = new JavaSparkContext(conf())) {
      SweepRunner runner = new SweepRunner(spark, out, Optional.ofNullable(data), computing);
      List<RunResult> results = runner.run(sweep, new Display(say));
      say.print(SweepRunner.table(results));
      say.flush();
      long failed = results.stream().filter(r -> r.state() == RunResult.State.FAILED).count();
      if (failed > 0) {
        spec.commandLine().getErr().println("gan4j: " + failed + " runs failed; see the table");
      }
      return failed > 0 ? 1 : 0;
    }
  }

  private SparkConf conf() {
    SparkConf conf = new SparkConf().setIfMissing("spark.app.name", "gan4j sweep");
    String wanted = master != null ? master : conf.get("spark.master", "local[*]");
    // By itself Spark gives up after one failure here, but after four on a cluster.
    String plain = wanted.equals("local") ? "local[1]" : wanted;
    return conf.setMaster(
        plain.matches("local\\[[^,]+]") ? plain.replace("]", "," + ATTEMPTS + "]") : plain);
  }

  /** Says how far the sweep is. */
  private record Display(PrintWriter out) implements SweepRunner.Listener {
    @Override
    public void begins(int missing, int there) {
      out.printf("%d runs to train, %d are there%n", missing, there);
    }

    @Override
    public void progress(int ended, int missing, double secondsLeft) {
      long seconds = Math.round(secondsLeft);
      out.println(
          String.format(
              Locale.ROOT,
              "%d of %d runs  ETA %d:%02d:%02d",
              ended,
              missing,
              seconds / 3600,
              seconds / 60 % 60,
              seconds % 60));
    }
  }
}
