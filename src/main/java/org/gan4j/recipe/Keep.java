package org.gan4j.recipe;

/** Whose best checkpoints a run keeps. */
public enum Keep {
  /** One for all replicas: where the mean of their scores is best. */
  MEAN,
  /** That, and each replica's own best besides, in a file of its own. */
  EACH
}
