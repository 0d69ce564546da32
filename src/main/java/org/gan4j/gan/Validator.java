package org.gan4j.gan;

import java.util.List;

/** Scores generators while they train. */
@FunctionalInterface
public interface Validator {
  /**
   * Scores the generators as they are now.
   *
   * @param gan whose generators; not modified
   * @return one score for each replica
   */
  List<Validation> validate(Gan gan);
}
