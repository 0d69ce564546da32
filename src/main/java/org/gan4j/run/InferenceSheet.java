package org.gan4j.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.gan4j.eval.InferenceResult;
import org.gan4j.io.Json;

/**
 * What {@code infer} found of a run's encoder.
 *
 * @param iteration of the checkpoint whose generator it belongs to
 * @param encoderIterations minibatches that the encoder has learnt from
 * @param images weight of training examples' reconstructions in what it minimised; 0: it never saw
 *     any
 * @param seed of what is random
 * @param result the figures
 */
public record InferenceSheet(
    long iteration, long encoderIterations, double images, long seed, InferenceResult result) {
  /**
   * The figures for people.
   *
   * @return one line each
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        text(
            "error of z on %d fresh pairs: %.4f; the variance of z: %.4f",
            result.pairs(), result.codeError(), result.priorVariance()));
    lines.add(
        text(
            "squared error of G(E(x)) on %d test images: %.3f, %.1f %% of a random pairing's",
            result.tests(),
            result.reconstruction(),
            100 * result.reconstruction() / result.random()));
    result
        .refined()
        .ifPresent(
            error ->
                lines.add(
                    text(
                        "  after %d gradient steps on z: %.3f, %.1f %%",
                        result.refineSteps(), error, 100 * error / result.random())));
    lines.add(text("  of G(z) with a random z: %.3f", result.random()));
    lines.add(text("  of the nearest training example: %.3f", result.nearest()));
    if (result.pixelAccuracy().isEmpty()) {
      lines.add("1-nearest-neighbour accuracy: the data has no labels");
      return lines;
    }
    lines.add("1-nearest-neighbour accuracy of test images:");
    result.features().forEach(layer -> lines.add(line(layer)));
    lines.add(text("  %.2f %% by pixels", 100 * result.pixelAccuracy().getAsDouble()));
    return lines;
  }

  private String line(InferenceResult.OfLayer layer) {
    boolean best = result.bestOnValidation().filter(layer::equals).isPresent();
    String validation =
        Double.isNaN(layer.validation())
            ? ""
            : text(
                "; of validation images %.2f %%%s",
                100 * layer.validation(), best ? ", the most" : "");
    return text("  %.2f %% by hidden layer %d", 100 * layer.tests(), layer.layer()) + validation;
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /**
   * The figures for programs.
   *
   * @return a JSON object; null stands for what was not asked for, or can't be
   */
  public String json() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("iteration", iteration);
    tree.put("encoder_iterations", encoderIterations);
    tree.put("images", images);
    tree.put("seed", seed);
    tree.put("pairs", (long) result.pairs());
    tree.put("code_error", Json.finiteOrNull(result.codeError()));
    tree.put("prior_variance", result.priorVariance());
    tree.put("tests", (long) result.tests());
    tree.put("reconstruction", Json.finiteOrNull(result.reconstruction()));
    tree.put("refine_steps", (long) result.refineSteps());
    tree.put("refined", orNull(result.refined()));
    tree.put("random", Json.finiteOrNull(result.random()));
    tree.put("nearest", Json.finiteOrNull(result.nearest()));
    tree.put("features", result.features().stream().map(InferenceSheet::tree).toList());
    Double best = result.bestOnValidation().map(InferenceResult.OfLayer::tests).orElse(null);
    tree.put("feature_accuracy", best);
    tree.put("pixel_accuracy", orNull(result.pixelAccuracy()));
    return Json.write(tree, Json.Layout.INDENTED);
  }

  private static Map<String, Object> tree(InferenceResult.OfLayer layer) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("layer", (long) layer.layer());
    tree.put("validation", Json.finiteOrNull(layer.validation()));
    tree.put("tests", layer.tests());
    return tree;
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? Json.finiteOrNull(value.getAsDouble()) : null;
  }
}
