package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Workload;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Totals;
import org.gan4j.gan.Trainer;
import org.gan4j.io.Json;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;

/** Long trainings on a GPU. */
final class GpuTraining {
  private static final int ITERATIONS = 10_000;
  private static final int QUICK_ITERATIONS = 70;

  /**
   * What mnist scores after this many epochs on a CPU: mean and standard deviation over three
   * seeds, from docs/results/mnist-30-epochs.
   */
  static final int KNOWN_EPOCHS = 30;

  static final double KNOWN_SCORE = 125.8;
  static final double KNOWN_DEVIATION = 5.1;

  /** Chance alone leads that far once in a million runs, if a normal distribution holds. */
  private static final double DEVIATIONS = 5;

  private GpuTraining() {}

  /** Trains twice, cut into other stretches the second time: the same bits must come of it. */
  static void repeat(Path out, boolean quick) throws IOException {
    int iterations = quick ? QUICK_ITERATIONS : ITERATIONS;
    List<Map<String, Object>> digests = new ArrayList<>();
    boolean same = true;
    for (boolean alternating : new boolean[] {false, true}) {
      Workload w = new Workload("mnist", alternating, quick ? 20 : 100, quick ? 50 : 1200, 1);
      for (Math math : Math.values()) {
        DeviceOptions options = DeviceOptions.DEFAULT.withKernels(KernelSet.FUSED).withMath(math);
        String first = digest(w, options, iterations);
        String second = digest(w, options, 1, 36, iterations - 37);
        same &= first.equals(second);
        Map<String, Object> digest = new LinkedHashMap<>();
        digest.put("id", new Case.Iteration(w).id() + " " + math);
        digest.put("iterations", iterations);
        digest.put("first", first);
        digest.put("second", second);
        digests.add(digest);
        System.out.println(Json.write(digest, Json.Layout.LINE));
        OnGpu.write(out, Map.of("digests", digests));
      }
    }
    if (!same) {
      throw new IllegalStateException("two runs of the same training differ; see " + out);
    }
  }

  /** The SHA-256 of all parameters and velocities after some stretches. */
  private static String digest(Workload workload, DeviceOptions options, int... stretches) {
    DataSet data = RecipeOf.data(workload);
    try (Device device = OnGpu.open(options);
        Gan gan = new Gan(device, RecipeOf.recipe(workload), data.shape())) {
      gan.initialise(data);
      try (Trainer trainer = new Trainer(gan, data)) {
        for (int iterations : stretches) {
          trainer.run(iterations);
        }
        requireFinite(trainer);
        return digest(gan);
      }
    }
  }

  private static String digest(Gan gan) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<Parameter> parameters = new ArrayList<>(gan.generator().parameters());
      parameters.addAll(gan.discriminator().parameters());
      for (Parameter parameter : parameters) {
        for (DeviceBuffer buffer : List.of(parameter.value(), parameter.velocity())) {
          float[] values = new float[parameter.size()];
          Buffers.read(buffer, 0, values);
          ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
          bytes.asFloatBuffer().put(values);
          digest.update(bytes);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static void requireFinite(Trainer trainer) {
    for (Totals totals : trainer.totals()) {
      if (!totals.isFinite()) {
        throw new IllegalStateException("training diverged: " + totals);
      }
    }
  }

  /** Trains a recipe until its end or until the time is up, and scores it. */
  static void score(Path out, double seconds, Optional<Path> data, boolean quick)
      throws IOException {
    boolean whole = data.isPresent();
    Recipe recipe = Recipes.get(whole ? "mnist" : "mnist-10k");
    DataSet set = DataSets.open(recipe.data(), DataLocation.standard(data), Progress.NONE);
    int samples = quick ? 100 : recipe.evaluation().samples();
    int epochs = quick ? 1 : recipe.stop().epochs();
    try (Device device = OnGpu.open(DeviceOptions.DEFAULT);
        Gan gan = new Gan(device, recipe, set.shape());
        Sampler sampler = new Sampler(gan, samples);
        Parzen parzen = new Parzen(device, set, recipe.evaluation())) {
      gan.initialise(set);
      try (Trainer trainer = new Trainer(gan, set)) {
        List<String> problems = new ArrayList<>();
        Map<String, Object> json = new LinkedHashMap<>();
        double training = 0;
        int epoch = 0;
        while (epoch < epochs && training < seconds) {
          long begin = System.nanoTime();
          trainer.run(quick ? 2 : trainer.iterationsPerEpoch());
          device.synchronize();
          training += (System.nanoTime() - begin) / 1e9;
          epoch++;
          times(device, recipe, epoch, trainer.totals().get(0).iteration(), training, json);
          // Whatever the scores will be, the times stand.
          OnGpu.write(out, json);
          if (!trainer.totals().get(0).isFinite()) {
            problems.add("training diverged: " + trainer.totals().get(0));
            break;
          }
          if (whole && epoch == KNOWN_EPOCHS) {
            compareWithKnown(test(parzen, sampler, recipe), problems, json);
          }
        }
        scored(test(parzen, sampler, recipe), problems, json);
        OnGpu.write(out, json);
        System.out.print(Files.readString(out));
        if (!problems.isEmpty()) {
          throw new IllegalStateException(String.join("; ", problems));
        }
      }
    }
  }

  private static void times(
      Device device,
      Recipe recipe,
      int epoch,
      long iterations,
      double training,
      Map<String, Object> json) {
    json.put("device", device.description());
    json.put("recipe", recipe.name());
    json.put("epochs", epoch);
    json.put("of", recipe.stop().epochs());
    json.put("iterations", iterations);
    json.put("training_seconds", OnGpu.number("%.3f", training));
    json.put("us_per_iteration", OnGpu.number("%.2f", 1e6 * training / iterations));
  }

  private static ParzenScore test(Parzen parzen, Sampler sampler, Recipe recipe) {
    return parzen.test(sampler.draw(recipe.seed(), Sampler.Stream.TEST)).get(0);
  }

  private static void compareWithKnown(
      ParzenScore score, List<String> problems, Map<String, Object> json) {
    if (!(java.lang.Math.abs(score.mean() - KNOWN_SCORE) <= DEVIATIONS * KNOWN_DEVIATION)) {
      problems.add(
          "after "
              + KNOWN_EPOCHS
              + " epochs mnist scores "
              + KNOWN_SCORE
              + " ± "
              + KNOWN_DEVIATION
              + " nats over seeds on a CPU, here "
              + score.mean());
    }
    json.put("after_" + KNOWN_EPOCHS + "_epochs", OnGpu.number("%.3f", score.mean()));
  }

  private static void scored(ParzenScore score, List<String> problems, Map<String, Object> json) {
    if (!Double.isFinite(score.mean())) {
      problems.add("the score is no number: " + score);
    }
    json.put("score", OnGpu.number("%.3f", score.mean()));
    json.put("standard_error", OnGpu.number("%.3f", score.standardError()));
    json.put("sigma", OnGpu.number("%.4f", score.sigma()));
    json.put("samples", score.samples());
    json.put("tests", score.examples());
  }
}
