package org.gan4j.benchmarks.subject;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Trainer;
import org.gan4j.io.Json;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;

/**
 * What a GPU's products cost in quality: the first epochs of mnist from several seeds, in TF32 and
 * in single precision, to be put beside the CPU's. One seed alone says little: scores after so few
 * epochs are several nats apart.
 */
final class GpuSeeds {
  /** As many as the CPU's, and the same ones. */
  private static final int SEEDS = 3;

  private GpuSeeds() {}

  /**
   * Trains and scores; writes what there is after each precision.
   *
   * @throws IllegalStateException if a training diverged
   */
  static void run(Path out, Optional<Path> data, boolean quick) throws IOException {
    Recipe recipe = Recipes.get(data.isPresent() ? "mnist" : "mnist-10k").withReplicas(SEEDS);
    DataSet set = DataSets.open(recipe.data(), DataLocation.standard(data), Progress.NONE);
    List<Map<String, Object>> trainings = new ArrayList<>();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("recipe", recipe.name());
    json.put("epochs", quick ? 0 : GpuTraining.KNOWN_EPOCHS);
    if (data.isPresent()) {
      json.put("cpu", known());
    }
    json.put("trainings", trainings);
    for (Math math : Math.values()) {
      trainings.add(training(recipe, set, DeviceOptions.DEFAULT.withMath(math), quick));
      OnGpu.write(out, json);
    }
  }

  private static Map<String, Object> known() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", OnGpu.number("%.1f", GpuTraining.KNOWN_SCORE));
    json.put("deviation", OnGpu.number("%.1f", GpuTraining.KNOWN_DEVIATION));
    return json;
  }

  private static Map<String, Object> json(ParzenScore score) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", OnGpu.number("%.3f", score.mean()));
    json.put("standard_error", OnGpu.number("%.3f", score.standardError()));
    json.put("sigma", OnGpu.number("%.4f", score.sigma()));
    return json;
  }

  /** Trains the seeds at once; what they score, in order. */
  private static Map<String, Object> training(
      Recipe recipe, DataSet set, DeviceOptions options, boolean quick) {
    int samples = quick ? 10 : recipe.evaluation().samples();
    try (Device device = OnGpu.open(options);
        Gan gan = new Gan(device, recipe, set.shape());
        Sampler sampler = new Sampler(gan, samples);
        Parzen parzen = new Parzen(device, set, recipe.evaluation())) {
      gan.initialise(set);
      try (Trainer trainer = new Trainer(gan, set)) {
        long iterations = quick ? 2 : GpuTraining.KNOWN_EPOCHS * trainer.iterationsPerEpoch();
        long begin = System.nanoTime();
        trainer.run(iterations);
        device.synchronize();
        double seconds = (System.nanoTime() - begin) / 1e9;
        GpuTraining.requireFinite(trainer);
        Map<String, Object> training = new LinkedHashMap<>();
        training.put("math", options.math().name().toLowerCase(Locale.ROOT));
        training.put("device", device.description());
        training.put("training_seconds", OnGpu.number("%.3f", seconds));
        training.put(
            "scores",
            parzen.test(sampler.draw(recipe.seed(), Sampler.Stream.TEST)).stream()
                .map(GpuSeeds::json)
                .toList());
        System.out.println(Json.write(training, Json.Layout.LINE));
        return training;
      }
    }
  }
}
