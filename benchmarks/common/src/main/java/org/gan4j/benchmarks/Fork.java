package org.gan4j.benchmarks;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * One fork: the process of one library. The driver starts it, not JMH, because JMH can neither
 * interleave the forks of several benchmarks nor give each its own class path; JMH measures within.
 */
public final class Fork {
  /** The system property with the number of threads. */
  public static final String THREADS = "gan4j.benchmarks.threads";

  private Fork() {}

  /**
   * Runs one task.
   *
   * @param args {@code measure RESULT.json WARMUP_MILLIS MILLIS ITERATIONS CASE…}, {@code offers
   *     OUT.properties CASE…}, {@code outputs OUT CASE…}, {@code record CASE OUT}, {@code iterate
   *     CASE GIVEN OUT}, {@code images OUT VALIDATION [MNIST]}, {@code race CASE IMAGES FOLDER
   *     EPOCHS SECONDS SEED} or {@code scores VALIDATION FOLDER FIRST LAST OUT.properties}
   * @throws Exception if it fails
   */
  public static void main(String[] args) throws Exception {
    Subject subject = Subject.here();
    subject.useThreads(Integer.getInteger(THREADS, 1));
    switch (args[0]) {
      case "measure" -> measure(subject, args);
      case "offers" -> offers(subject, args);
      case "outputs" -> outputs(subject, args);
      case "record" ->
          ((Subject.Reference) subject).record(workload(args[1])).write(Path.of(args[2]));
      case "iterate" ->
          subject
              .iterate(workload(args[1]), Tensors.read(Path.of(args[2])))
              .write(Path.of(args[3]));
      case "images" -> images((Subject.Reference) subject, args);
      case "race" -> race(subject, args);
      case "scores" -> scores((Subject.Reference) subject, args);
      default -> throw new IllegalArgumentException("no task '" + args[0] + "'");
    }
    // Some of these libraries leave threads behind that keep a process alive.
    System.exit(0);
  }

  private static Workload workload(String id) {
    return ((Case.Iteration) Case.parse(id)).workload();
  }

  private static void measure(Subject subject, String[] args) throws RunnerException, IOException {
    Options options =
        new OptionsBuilder()
            .include(CaseBenchmark.class.getName())
            .param("id", Arrays.copyOfRange(args, 5, args.length))
            .forks(0)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(Long.parseLong(args[2])))
            .measurementTime(TimeValue.milliseconds(Long.parseLong(args[3])))
            .measurementIterations(Integer.parseInt(args[4]))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .resultFormat(ResultFormatType.JSON)
            .result(args[1])
            .verbosity(VerboseMode.SILENT)
            .build();
    new Runner(options).run();
    Properties about = new Properties();
    about.setProperty("description", subject.description());
    about.setProperty("peakKiB", Long.toString(peakKiB()));
    write(about, Path.of(args[1] + ".properties"));
  }

  /** The most memory that this process ever held, by the kernel's account. */
  private static long peakKiB() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("/proc/self/status does not tell the peak memory");
  }

  private static void offers(Subject subject, String[] args) throws IOException {
    Properties offers = new Properties();
    for (String id : Arrays.copyOfRange(args, 2, args.length)) {
      offers.setProperty(id, Boolean.toString(subject.offers(Case.parse(id))));
    }
    write(offers, Path.of(args[1]));
  }

  private static void write(Properties properties, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
  }

  private static void outputs(Subject subject, String[] args) throws IOException {
    Tensors all = new Tensors();
    for (String id : Arrays.copyOfRange(args, 2, args.length)) {
      try (Work work = subject.open(Case.parse(id))) {
        work.run();
        Tensors outputs = work.outputs();
        for (String name : outputs.names()) {
          all.put(id + " " + name, outputs.get(name));
        }
      }
    }
    all.write(Path.of(args[1]));
  }

  private static void images(Subject.Reference subject, String[] args) throws IOException {
    byte[][] images = subject.images(args.length > 3 ? Path.of(args[3]) : null);
    Files.write(Path.of(args[1]), images[0]);
    Files.write(Path.of(args[2]), images[1]);
  }

  /** Leaves each epoch's samples in a folder, and the seconds of training until then. */
  private static void race(Subject subject, String[] args) throws IOException {
    byte[] images = Files.readAllBytes(Path.of(args[2]));
    Race race = new Race(workload(args[1]), images, Integer.parseInt(args[6]));
    Path folder = Path.of(args[3]);
    double budget = Double.parseDouble(args[5]);
    Properties seconds = new Properties();
    double trained = 0;
    try (Race.Training training = subject.enter(race)) {
      for (int epoch = 1; epoch <= Integer.parseInt(args[4]) && trained < budget; epoch++) {
        long begin = System.nanoTime();
        for (int i = 0; i < race.iterationsPerEpoch(); i++) {
          training.run();
        }
        trained += (System.nanoTime() - begin) / 1e9;
        new Tensors().put("samples", training.samples()).write(folder.resolve("epoch-" + epoch));
        seconds.setProperty(Integer.toString(epoch), Double.toString(trained));
      }
    }
    write(seconds, folder.resolve("seconds.properties"));
  }

  private static void scores(Subject.Reference subject, String[] args) throws IOException {
    byte[] validation = Files.readAllBytes(Path.of(args[1]));
    Properties scores = new Properties();
    for (int epoch = Integer.parseInt(args[3]); epoch <= Integer.parseInt(args[4]); epoch++) {
      float[] samples = Tensors.read(Path.of(args[2], "epoch-" + epoch)).get("samples");
      double score = subject.score(samples, validation);
      scores.setProperty(Integer.toString(epoch), Double.toString(score));
    }
    write(scores, Path.of(args[5]));
  }
}
