package org.gan4j.layers;

import java.util.List;

/**
 * Which parameters of a network have taken their velocities in the backward pass, where one pass
 * over them does both; the update that follows leaves them out.
 */
public final class Steps {
  private final List<Parameter> parameters;
  private final boolean[] taken;

  Steps(List<Parameter> parameters) {
    this.parameters = parameters;
    this.taken = new boolean[parameters.size()];
  }

  /** A layer has updated a parameter. */
  void take(Parameter parameter) {
    for (int i = 0; i < taken.length; i++) {
      if (parameters.get(i) == parameter) {
        taken[i] = true;
        return;
      }
    }
    throw new IllegalArgumentException(parameter.name() + " is of another network");
  }

  boolean any() {
    for (boolean each : taken) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /** Whether the parameter of that number needs no update; asked once, and forgotten. */
  boolean wasTaken(int parameter) {
    boolean was = taken[parameter];
    taken[parameter] = false;
    return was;
  }
}
