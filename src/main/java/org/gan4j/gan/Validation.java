package org.gan4j.gan;

/**
 * What an evaluation while training says of one replica.
 *
 * @param score mean log-likelihood of the validation set, in nats; greater is better
 * @param sigma bandwidth of the Parzen window that gave it
 * @param diversity how far samples lie apart, as a fraction of how far training examples do; NaN if
 *     it was not measured
 */
public record Validation(double score, double sigma, double diversity) {}
