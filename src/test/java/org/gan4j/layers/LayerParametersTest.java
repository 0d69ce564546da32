package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Test;

class LayerParametersTest {
  private static final int REPLICAS = 2;
  private static final BiasInit ZERO = new BiasInit.Constant(0);

  /** More than a matrix and biases: a layer may have any list of parameters. */
  private static final List<ParameterShape> SHAPES =
      List.of(
          new ParameterShape(ParameterShape.WEIGHTS, 3, 5, new WeightInit.Uniform(1)),
          new ParameterShape("gains", 1, 67, ZERO),
          new ParameterShape(ParameterShape.BIASES, 1, 7, ZERO));

  private static float[] filled(int size, double value) {
    float[] values = new float[size];
    Arrays.fill(values, (float) value);
    return values;
  }

  private static float[] read(DeviceBuffer buffer, int replica) {
    float[] values = new float[(int) buffer.length()];
    Buffers.read(buffer, replica, values);
    return values;
  }

  @Test
  void partsAreAlignedInOneBufferWithZerosBetween() {
    try (Device device = Device.cpu();
        DeviceArena values = device.arena(1);
        DeviceArena velocities = device.arena(1)) {
      List<Parameter> list =
          LayerParameters.reserve(4, SHAPES, values, velocities, List.of()).list();
      values.freeze();
      velocities.freeze();
      assertEquals(
          List.of("4.weights", "4.gains", "4.biases"), list.stream().map(Parameter::name).toList());
      for (int i = 0; i < 3; i++) {
        Buffers.write(list.get(i).value(), 0, filled(list.get(i).size(), i + 1));
        Buffers.write(list.get(i).velocity(), 0, filled(list.get(i).size(), i + 1));
      }
      float[] expected = new float[16 + 80 + 7];
      Arrays.fill(expected, 0, 15, 1);
      Arrays.fill(expected, 16, 16 + 67, 2);
      Arrays.fill(expected, 16 + 80, 16 + 80 + 7, 3);
      assertArrayEquals(expected, Arrays.copyOf(read(values.all(), 0), expected.length));
      assertArrayEquals(expected, Arrays.copyOf(read(velocities.all(), 0), expected.length));
    }
  }

  @Test
  void updateReachesEveryPartAndTheCapOnlyWeights() {
    for (double cap : new double[] {0, 1}) {
      try (Device device = Device.cpu();
          DeviceArena values = device.arena(REPLICAS);
          DeviceArena velocities = device.arena(REPLICAS)) {
        LayerParameters layer = LayerParameters.reserve(0, SHAPES, values, velocities, List.of());
        DeviceBuffer state = velocities.reserve(DataType.LONG, StateLayout.WORDS);
        values.freeze();
        velocities.freeze();
        for (Parameter each : layer.list()) {
          for (int r = 0; r < REPLICAS; r++) {
            Buffers.write(each.value(), r, filled(each.size(), 2));
            Buffers.write(each.velocity(), r, filled(each.size(), r + 1));
          }
        }
        layer.update(device.kernels(), state);
        if (cap > 0) {
          layer.cap(device.kernels(), cap);
        }
        for (int r = 0; r < REPLICAS; r++) {
          double weight = cap > 0 ? cap / Math.sqrt(3) : r + 3;
          assertArrayEquals(filled(15, weight), read(layer.list().get(0).value(), r), 3e-7f);
          assertArrayEquals(filled(67, r + 3), read(layer.list().get(1).value(), r));
          assertArrayEquals(filled(7, r + 3), read(layer.list().get(2).value(), r));
        }
      }
    }
  }

  @Test
  void layerWithoutParametersReservesNothing() {
    try (Device device = Device.cpu();
        DeviceArena values = device.arena(1);
        DeviceArena velocities = device.arena(1)) {
      LayerParameters none = LayerParameters.reserve(0, List.of(), values, velocities, List.of());
      assertEquals(List.of(), none.list());
      none.update(device.kernels(), null);
      none.cap(device.kernels(), 1);
    }
  }

  @Test
  void parameterThatIsTooLargeIsNamed() {
    ParameterShape shape = new ParameterShape("filters", 1 << 16, 1 << 15, ZERO);
    try (Device device = Device.cpu();
        DeviceArena values = device.arena(1);
        DeviceArena velocities = device.arena(1)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> LayerParameters.reserve(3, List.of(shape), values, velocities, List.of()));
      assertEquals(
          "layer 3: 65536 x 32768 filters are more than the 2147483647 that a layer may have",
          e.getMessage());
    }
  }
}
