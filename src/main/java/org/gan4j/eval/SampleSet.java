package org.gan4j.eval;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.Gan;

/**
 * Images to be measured: one generator's samples, or an anchor, which has no generator. What
 * several measures need of them is computed once.
 */
public final class SampleSet {
  /**
   * Whose samples they are.
   *
   * @param gan with the generators
   * @param replica which of them, from 0
   */
  public record Source(Gan gan, int replica) {}

  private final MeasureContext comparison;
  private final float[] points;
  private final Source sourceOrNull;
  private final Lazy<PairDistances> distances;
  private final Lazy<double[]> toTraining;
  private final Lazy<ClassHistogram> classes;
  private final Lazy<Optional<FeatureScores>> features;

  SampleSet(MeasureContext comparison, float[] points, Source sourceOrNull) {
    Distances.requirePoints(points, comparison.width());
    this.comparison = comparison;
    this.points = points;
    this.sourceOrNull = sourceOrNull;
    this.distances = new Lazy<>(this::computeDistances);
    this.toTraining = new Lazy<>(() -> comparison.distancesToTraining(points));
    this.classes = new Lazy<>(() -> comparison.classifier().histogram(points));
    this.features =
        new Lazy<>(() -> comparison.features().map(space -> new FeatureScores(space, points)));
  }

  private PairDistances computeDistances() {
    return new PairDistances(
        Distances.within(comparison.device(), points, comparison.width()),
        comparison.testDistances(),
        Distances.between(
            comparison.device(), points, comparison.testPoints(), comparison.width()));
  }

  /**
   * What it is compared with.
   *
   * @return the data and the device
   */
  public MeasureContext comparison() {
    return comparison;
  }

  /**
   * The images.
   *
   * @return [count][width], as networks see them; not to be modified
   */
  public float[] points() {
    return points;
  }

  /**
   * How many images there are.
   *
   * @return ≥ 1
   */
  public int count() {
    return points.length / comparison.width();
  }

  /**
   * The generator that made them.
   *
   * @return empty for an anchor
   */
  public Optional<Source> source() {
    return Optional.ofNullable(sourceOrNull);
  }

  /**
   * Distances among them and the test examples.
   *
   * @return squared
   */
  public PairDistances distances() {
    return distances.get();
  }

  /** Each one's distance to its nearest training example. */
  double[] toTraining() {
    return toTraining.get();
  }

  /** Their classes; the data must have labels. */
  ClassHistogram classes() {
    return classes.get();
  }

  /** What their features say; empty if there are no features of such data. */
  Optional<FeatureScores> features() {
    return features.get();
  }

  /** Their Parzen score on the tests. */
  ParzenScore parzen() {
    try (DeviceArena arena = comparison.device().arena(1)) {
      DeviceBuffer samples = arena.floats(points.length);
      arena.freeze();
      Buffers.write(samples, 0, points);
      List<ParzenScore> scores = comparison.parzen().test(samples);
      return scores.get(0);
    }
  }
}
