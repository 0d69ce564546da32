package org.gan4j.eval;

import java.util.Optional;

/** What the measures say of samples in a space of features. */
final class FeatureScores {
  /** All of this comes from one matrix of distances, which is not kept. */
  record Neighbours(PrecisionRecall shares, DensityCoverage balls, KernelDistance kernel) {}

  private final FeatureSpace space;
  private final float[] samples;
  private final Lazy<Neighbours> neighbours;

  /**
   * Takes the features of samples.
   *
   * @param points [count][values of an image]; not modified
   */
  FeatureScores(FeatureSpace space, float[] points) {
    this.space = space;
    this.samples = space.of(points);
    this.neighbours = new Lazy<>(this::compare);
  }

  private Neighbours compare() {
    float[] tests = space.tests();
    PairDistances distances = PairDistances.of(space.device(), samples, tests, space.width());
    return new Neighbours(
        PrecisionRecall.of(distances, PrecisionRecall.K),
        DensityCoverage.of(distances, DensityCoverage.K),
        KernelDistance.of(distances, samples, tests, space.width()));
  }

  FeatureSpace space() {
    return space;
  }

  Neighbours neighbours() {
    return neighbours.get();
  }

  /** Squared. */
  double frechet() {
    return Frechet.distance(samples, space.tests(), space.width());
  }

  double slicedWasserstein() {
    return SlicedWasserstein.distance(samples, space.tests(), space.width());
  }

  Optional<LikelihoodGap> likelihoodGap() {
    return LikelihoodGap.of(
        toSamples(space.training()),
        toSamples(space.tests()),
        toSamples(space.validation()),
        space.width());
  }

  private float[][] toSamples(float[] examples) {
    return Distances.between(space.device(), examples, samples, space.width());
  }
}
