package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** The parameters of one layer, in one buffer, so that one launch updates them all. */
final class LayerParameters {
  /**
   * Floats to which each parameter is aligned in the buffer: enough for every device, and what the
   * CPU aligns buffers to, so that a network's sums there do not depend on how it is cut.
   */
  private static final int ALIGNMENT = 16;

  private final List<Parameter> list;
  private final DeviceBuffer values;
  private final DeviceBuffer velocities;
  // Made once, so that a step allocates nothing.
  private final Parameter[] matrices;

  private LayerParameters(List<Parameter> list, DeviceBuffer values, DeviceBuffer velocities) {
    this.list = list;
    this.values = values;
    this.velocities = velocities;
    this.matrices = list.stream().filter(Parameter::isWeights).toArray(Parameter[]::new);
  }

  /**
   * Reserves a layer's parameters, in the order of their shapes, with zeros between them.
   *
   * @param layer its number, for names
   * @param shapes of its parameters; none: nothing is reserved
   * @param values where their values go; not frozen yet
   * @param velocities where their velocities go; not frozen yet
   * @param moments where their moments go; not frozen yet
   * @throws IllegalArgumentException if one of them is too large
   */
  static LayerParameters reserve(
      int layer,
      List<ParameterShape> shapes,
      DeviceArena values,
      DeviceArena velocities,
      List<DeviceArena> moments) {
    if (shapes.isEmpty()) {
      return new LayerParameters(List.of(), null, null);
    }
    long[] at = new long[shapes.size()];
    long end = 0;
    for (int i = 0; i < at.length; i++) {
      requireSize(layer, shapes.get(i));
      at[i] = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      end = at[i] + shapes.get(i).count();
    }
    DeviceBuffer value = values.floats(end);
    DeviceBuffer velocity = velocities.floats(end);
    long size = end;
    List<DeviceBuffer> moment = moments.stream().map(each -> each.floats(size)).toList();
    List<Parameter> list = new ArrayList<>();
    for (int i = 0; i < at.length; i++) {
      ParameterShape shape = shapes.get(i);
      long from = at[i];
      list.add(
          new Parameter(
              layer + "." + shape.role(),
              shape.rows(),
              shape.columns(),
              value.view(from, shape.count()),
              velocity.view(from, shape.count()),
              moment.stream().map(each -> each.view(from, shape.count())).toList()));
    }
    return new LayerParameters(List.copyOf(list), value, velocity);
  }

  private static void requireSize(int layer, ParameterShape shape) {
    if (shape.count() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "layer "
              + layer
              + ": "
              + shape.rows()
              + " x "
              + shape.columns()
              + " "
              + shape.role()
              + " are more than the "
              + Integer.MAX_VALUE
              + " that a layer may have");
    }
  }

  /** In the order of their shapes; unmodifiable. */
  List<Parameter> list() {
    return list;
  }

  /** values ← values + velocities. */
  void update(Kernels kernels, DeviceBuffer state) {
    if (!list.isEmpty()) {
      kernels.update(values, velocities, state);
    }
  }

  /** Caps the norms of the columns of weight matrices. */
  void cap(Kernels kernels, double maxColumnNorm) {
    for (Parameter matrix : matrices) {
      kernels.capColumns(matrix.value(), matrix.rows(), matrix.columns(), maxColumnNorm);
    }
  }
}
