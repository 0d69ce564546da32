package org.gan4j.eval;

/**
 * The two-sample measures of generated and real points, as {@link Measures} has them.
 *
 * @param mmd2 the unbiased estimate of MMD²
 * @param accuracy of the 1-nearest-neighbour test, on equally many points of each kind
 * @param precision share of the generated points inside the real points' balls, and the other way
 *     round
 * @param density of generated points in real ones' balls, and the share of these that hold one
 */
public record PairwiseScores(
    double mmd2,
    NearestNeighbourAccuracy accuracy,
    PrecisionRecall precision,
    DensityCoverage density) {}
