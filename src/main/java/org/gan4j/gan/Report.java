package org.gan4j.gan;

import java.util.List;

/**
 * What is known at one moment of training.
 *
 * @param iteration iterations done
 * @param epoch epochs done, the one under way as a fraction
 * @param iterationsPerSecond since the last report, scores and pictures left out
 * @param means of each replica, per iteration since the last report
 * @param validation of each replica; empty if it was not scored now
 */
public record Report(
    long iteration,
    double epoch,
    double iterationsPerSecond,
    List<Totals> means,
    List<Validation> validation) {}
