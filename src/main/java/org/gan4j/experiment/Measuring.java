package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.Measure;
import org.gan4j.eval.MeasureContext;
import org.gan4j.eval.MeasureResult;
import org.gan4j.eval.SampleSet;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.run.MeasureSheet;

/** Measures the generators of a run, and the anchors beside them. */
public final class Measuring {
  private Measuring() {}

  /**
   * Draws as many samples as there are test examples, and measures them.
   *
   * @param gan whose generators
   * @param context what samples are measured against
   * @param measures which
   * @param anchors told of each anchor, by its name, before it is measured
   * @return what was measured, of every replica and every anchor
   */
  public static MeasureSheet measure(
      Gan gan,
      MeasureContext context,
      List<Measure> measures,
      BiConsumer<String, SampleSet> anchors) {
    return sheet(gan, context, measures, replicas(gan, context, measures), anchors);
  }

  /**
   * Measures samples that were drawn in another way.
   *
   * @param gan whose generators made them
   * @param samples [R][count · width], as many as there are test examples for every replica
   * @param context what samples are measured against
   * @param measures which
   * @param anchors told of each anchor, by its name, before it is measured
   * @return what was measured, of every replica and every anchor
   */
  public static MeasureSheet measure(
      Gan gan,
      float[][] samples,
      MeasureContext context,
      List<Measure> measures,
      BiConsumer<String, SampleSet> anchors) {
    List<List<MeasureResult>> replicas = new ArrayList<>();
    for (int r = 0; r < samples.length; r++) {
      replicas.add(results(measures, context.candidate(gan, samples[r], r)));
    }
    return sheet(gan, context, measures, replicas, anchors);
  }

  private static MeasureSheet sheet(
      Gan gan,
      MeasureContext context,
      List<Measure> measures,
      List<List<MeasureResult>> replicas,
      BiConsumer<String, SampleSet> anchors) {
    Map<String, List<MeasureResult>> ofAnchors = new LinkedHashMap<>();
    context
        .anchors()
        .forEach(
            (name, anchor) -> {
              anchors.accept(name, anchor);
              ofAnchors.put(name, results(measures, anchor));
            });
    return new MeasureSheet(
        gan.iteration(),
        context.seed(),
        context.tests(),
        context.tests(),
        rows(measures, replicas, ofAnchors),
        alarms(replicas));
  }

  private static List<List<MeasureResult>> replicas(
      Gan gan, MeasureContext context, List<Measure> measures) {
    List<List<MeasureResult>> replicas = new ArrayList<>();
    try (Sampler sampler = new Sampler(gan, context.tests())) {
      DeviceBuffer samples = sampler.draw(context.seed(), Sampler.Stream.TEST);
      for (int r = 0; r < samples.replicas(); r++) {
        replicas.add(results(measures, context.candidate(gan, samples, r)));
      }
    }
    return replicas;
  }

  private static List<MeasureResult> results(List<Measure> measures, SampleSet candidate) {
    return measures.stream().map(measure -> measure.read(candidate)).toList();
  }

  private static List<String> alarms(List<List<MeasureResult>> replicas) {
    List<String> alarms = new ArrayList<>();
    for (int r = 0; r < replicas.size(); r++) {
      String name = replicas.size() == 1 ? "Run" : "Replica " + r;
      replicas.get(r).stream()
          .flatMap(result -> result.alarm().stream())
          .forEach(alarm -> alarms.add(name + ": " + alarm + "."));
    }
    return alarms;
  }

  private static List<MeasureSheet.Row> rows(
      List<Measure> measures,
      List<List<MeasureResult>> replicas,
      Map<String, List<MeasureResult>> anchors) {
    List<MeasureSheet.Row> rows = new ArrayList<>();
    for (int i = 0; i < measures.size(); i++) {
      int index = i;
      Map<String, MeasureResult> of = new LinkedHashMap<>();
      anchors.forEach((name, results) -> of.put(name, results.get(index)));
      List<MeasureResult> run = replicas.stream().map(results -> results.get(index)).toList();
      rows.add(MeasureSheet.Row.of(measures.get(i), run, of));
    }
    return rows;
  }
}
