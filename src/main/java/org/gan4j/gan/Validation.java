package org.gan4j.gan;

/**
 * The score of one replica on the validation set.
 *
 * @param score mean log-likelihood, in nats; greater is better
 * @param sigma bandwidth of the Parzen window that gave it
 */
public record Validation(double score, double sigma) {}
