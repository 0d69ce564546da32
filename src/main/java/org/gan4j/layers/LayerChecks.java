package org.gan4j.layers;

/** What several kinds of layers check alike. */
final class LayerChecks {
  private LayerChecks() {}

  static void units(int units) {
    if (units < 1 || units > Checks.MAX_UNITS) {
      throw new IllegalArgumentException(
          "a layer has 1 to " + Checks.MAX_UNITS + " units, not " + units);
    }
  }

  static void uniform(WeightInit weights) {
    Checks.present("weights", weights);
    if (!(weights instanceof WeightInit.Uniform)) {
      throw new IllegalArgumentException("weights must be uniform where they are filters");
    }
  }

  static void input(Planes input, int inputs) {
    if (input.size() != inputs) {
      throw new IllegalArgumentException(
          "input is "
              + input
              + " (channels x height x width) = "
              + input.size()
              + " values, but "
              + inputs
              + " enter");
    }
  }

  static void image(Planes input, Planes beforeOrNull) {
    if (beforeOrNull != null && !beforeOrNull.equals(input)) {
      throw new IllegalArgumentException(
          "input is "
              + input
              + " (channels x height x width), but an image of "
              + beforeOrNull
              + " enters");
    }
  }
}
