package org.gan4j.layers;

import java.util.List;
import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.Kernels;

/**
 * What a layer is told when it is to work on minibatches of one size.
 *
 * @param kernels what computes
 * @param arena where activations are reserved; not frozen yet
 * @param parameters the layer's own, in the order of their shapes
 * @param rows examples of a minibatch
 * @param training whether dropout works; else the weights are plain
 * @param backward whether gradients will be asked for
 * @param others of the ranks that share the minibatch, where there are several
 * @param keep of the dropout that follows and that the layer's own kernels do; 1: none
 * @param dropped whether the layer before has done this one's dropout
 * @param first whether the layer is the first of its stack
 */
record PassPlan(
    Kernels kernels,
    DeviceArena arena,
    List<Parameter> parameters,
    int rows,
    boolean training,
    boolean backward,
    Communicator others,
    double keep,
    boolean dropped,
    boolean first) {
  /** The layer's parameter of that role. */
  Parameter parameter(String role) {
    return parameters.stream().filter(p -> p.has(role)).findFirst().orElseThrow();
  }

  /** For one layer of several on top of each other. */
  PassPlan of(List<LayerSpec> layers, int i, List<Parameter> own) {
    double next = i + 1 < layers.size() && layers.get(i).drops() ? layers.get(i + 1).keep() : 1;
    boolean done = i > 0 && layers.get(i - 1).drops();
    return new PassPlan(
        kernels, arena, own, rows, training, backward, others, training ? next : 1, done, i == 0);
  }

  /** For another number of rows. */
  PassPlan withRows(int other) {
    return new PassPlan(
        kernels, arena, parameters, other, training, backward, others, keep, dropped, first);
  }
}
