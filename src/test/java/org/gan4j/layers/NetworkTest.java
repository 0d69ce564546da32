package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import org.gan4j.device.DataType;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceException;
import org.gan4j.device.StateLayout;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final BiasInit ZERO = new BiasInit.Constant(0);

  private static LayerSpec dense(int units, WeightInit weights) {
    return new LayerSpec.Dense(units, Activation.LINEAR, weights, ZERO);
  }

  private static LayerSpec dense(int units) {
    return dense(units, new WeightInit.Uniform(1));
  }

  private static void assertRefused(String message, List<LayerSpec> layers, int inputs) {
    try (MeteredDevice device = new MeteredDevice(Integer.MAX_VALUE)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> new Network(device, layers, inputs, 1));
      assertEquals(message, e.getMessage());
      assertEquals(0, device.held());
    }
  }

  @Test
  void networkThatCanNotBeIsRefused() {
    assertRefused("a network has 1 to 256 layers, not 0", List.of(), 3);
    assertRefused("a network has 1 to 256 layers, not 257", Collections.nCopies(257, dense(1)), 3);
    assertRefused("a network needs a layer with weights", List.of(new LayerSpec.Dropout(0.5)), 3);
    assertRefused(
        "layer 1: sparse weights ask for 5 connections, but the layer has only 4 inputs",
        List.of(dense(4), dense(2, new WeightInit.Sparse(5))),
        9);
    assertRefused(
        "layer 1: 1048576 x 1048576 weights are more than the 2147483647 that a layer may have",
        List.of(dense(1 << 20), dense(1 << 20)),
        1);
  }

  private static LayerSpec convolution(Planes input) {
    return new LayerSpec.Convolution(input, 2, 2, 3, 1, 1, 2, 2, new WeightInit.Uniform(1), ZERO);
  }

  private static LayerSpec deconvolution(Planes input, BiasInit bias) {
    return new LayerSpec.Deconvolution(
        input, 2, 3, 2, 1, Activation.LINEAR, BiasPer.CHANNEL, new WeightInit.Uniform(1), bias);
  }

  @Test
  void imagesThatDoNotMeetAreRefused() {
    Planes image = new Planes(3, 4, 6);
    assertRefused(
        "layer 0: input is 3x4x6 (channels x height x width) = 72 values, but 71 enter",
        List.of(convolution(image)),
        71);
    assertRefused(
        "layer 2: input is 2x3x2 (channels x height x width), but an image of 2x2x3 enters",
        List.of(convolution(image), new LayerSpec.Dropout(0.5), convolution(new Planes(2, 3, 2))),
        72);
    assertRefused(
        "layer 1: input is 2x3x2 (channels x height x width), but an image of 2x7x11 enters",
        List.of(deconvolution(new Planes(3, 4, 6), ZERO), convolution(new Planes(2, 3, 2))),
        72);
    // What a dense layer gives is an image to whom it may concern.
    assertEquals(4, LayerStack.outputs(List.of(dense(12), convolution(new Planes(2, 3, 2))), 5));
  }

  @Test
  void sharedBiasesCanNotBeginAtTheDataMean() {
    List<LayerSpec> layers = List.of(deconvolution(new Planes(1, 2, 2), new BiasInit.DataMean()));
    try (Device device = Device.cpu();
        Network network = new Network(device, layers, 4, 1)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> network.initialise(new long[1], 0, new double[18]));
      assertEquals(
          "layer 0: a bias from the data's mean needs as many units as an example has values: 18,"
              + " not 2",
          e.getMessage());
    }
  }

  @Test
  void everyReplicaNeedsASeed() {
    try (Device device = Device.cpu();
        Network network = new Network(device, List.of(dense(2)), 3, 2)) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class,
              () -> network.initialise(new long[1], 0, new double[0]));
      assertEquals("2 replicas need a seed each, not 1", e.getMessage());
    }
  }

  @Test
  void failedAllocationLeavesNothingBehind() {
    for (int limit = 0; limit < 2; limit++) {
      try (MeteredDevice device = new MeteredDevice(limit)) {
        assertThrows(DeviceException.class, () -> new Network(device, List.of(dense(2)), 3, 1));
        assertEquals(0, device.held());
      }
    }
  }

  @Test
  void closedNetworkSaysSo() {
    try (Device device = Device.cpu();
        DeviceArena arena = device.arena(1)) {
      Network network = new Network(device, List.of(dense(2)), 3, 1);
      NetworkPass pass = network.pass(arena, 4, true);
      DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
      DeviceBuffer in = arena.floats(4 * 3);
      DeviceBuffer out = arena.floats(4 * 2);
      arena.freeze();
      pass.forward(out, in, state, 0);
      network.close();
      network.close();
      Exception e =
          assertThrows(IllegalStateException.class, () -> pass.forward(out, in, state, 0));
      assertTrue(e.getMessage().contains("closed"), e.getMessage());
      assertThrows(IllegalStateException.class, () -> network.update(state, 0));
    }
  }

  @Test
  void parametersAreListedInOrder() {
    List<LayerSpec> layers =
        List.of(
            new LayerSpec.Dropout(0.5),
            new LayerSpec.Maxout(4, 3, new WeightInit.Uniform(1), ZERO),
            new LayerSpec.Dropout(0.5),
            dense(2));
    try (Device device = Device.cpu();
        Network network = new Network(device, layers, 5, 1)) {
      assertEquals(
          List.of("1.weights 5x12", "1.biases 1x12", "3.weights 4x2", "3.biases 1x2"),
          names(network));
      assertEquals(2, network.outputs());
    }
  }

  private static List<String> names(Network network) {
    return network.parameters().stream()
        .map(p -> p.name() + " " + p.rows() + "x" + p.columns())
        .toList();
  }

  @Test
  void filtersAreParametersWithoutACap() {
    List<LayerSpec> layers =
        List.of(deconvolution(new Planes(5, 2, 2), ZERO), convolution(new Planes(2, 3, 3)));
    try (Device device = Device.cpu();
        Network network = new Network(device, layers, 20, 1)) {
      assertEquals(
          List.of("0.filters 5x18", "0.biases 1x2", "1.filters 4x18", "1.biases 1x4"),
          names(network));
      assertTrue(network.parameters().stream().noneMatch(Parameter::isWeights));
    }
  }
}
