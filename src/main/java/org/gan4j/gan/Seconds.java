package org.gan4j.gan;

/**
 * Where the time went since the last report.
 *
 * @param training iterations
 * @param evaluation scores on the validation set
 * @param saving pictures, checkpoints and the lines of the run folder, up to this report
 */
public record Seconds(double training, double evaluation, double saving) {}
