package org.gan4j.eval;

/**
 * An energy E(u) of a generator's u, and its gradient, for rows of every replica; rows may come in
 * groups of as many chains each. Its thread is its device's.
 */
interface Potential {
  /** Where u lives. */
  LatentSpace space();

  /** R. */
  int replicas();

  /** Rows of each replica. */
  int rows();

  /** Rows of a group. */
  int chains();

  /**
   * What G makes of the first row of every group.
   *
   * @param u [R][rows · size]; not modified
   * @return [R][groups · width]
   */
  float[][] samples(double[][] u);

  /**
   * Evaluates every row.
   *
   * @param u [R][rows · size]; not modified
   * @param energies [R][rows] ← E(u); modified
   * @param slope [R][rows · size] ← its gradient with respect to u; modified
   */
  void evaluate(double[][] u, double[][] energies, double[][] slope);
}
