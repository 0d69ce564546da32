package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.layers.Network;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.Test;

class GanNormsTest {
  private static double[] weights(Network network, int replica) {
    return network.parameters().stream()
        .flatMapToDouble(
            parameter -> {
              float[] values = new float[parameter.size()];
              Buffers.read(parameter.value(), replica, values);
              double[] wide = new double[values.length];
              for (int i = 0; i < wide.length; i++) {
                wide[i] = values[i];
              }
              return Arrays.stream(wide);
            })
        .toArray();
  }

  /** Against the difference of the weights before and after one iteration. */
  @Test
  void isTheDistanceThatTheWeightsMoved() {
    Recipe recipe = SmallGans.seeds(SmallGans.simultaneous(), 1, 2, List.of(0.1, 0.3));
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, recipe);
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      assertEquals(List.of(0.0, 0.0), trainer.generatorUpdates());
      trainer.run(3);
      double[][] before = {weights(gan.generator(), 0), weights(gan.generator(), 1)};
      trainer.run(1);
      List<Double> norms = trainer.generatorUpdates();
      assertEquals(2, norms.size());
      for (int r = 0; r < 2; r++) {
        double[] after = weights(gan.generator(), r);
        double sum = 0;
        for (int i = 0; i < after.length; i++) {
          sum += (after[i] - before[r][i]) * (after[i] - before[r][i]);
        }
        assertTrue(sum > 0);
        // The weights are rounded to floats, their difference is not.
        assertEquals(Math.sqrt(sum), norms.get(r), 1e-4 * norms.get(r) + 1e-6);
      }
      assertTrue(norms.get(1) > norms.get(0), norms.toString());
    }
  }

  @Test
  void weightsHaveTheNormThatTheyHave() {
    Recipe recipe = SmallGans.seeds(SmallGans.simultaneous(), 1, 2, List.of());
    try (Device device = Device.cpu();
        Gan gan = TinyRun.begin(device, recipe);
        GanNorms norms = new GanNorms(gan)) {
      for (int r = 0; r < 2; r++) {
        double sum = Arrays.stream(weights(gan.discriminator(), r)).map(w -> w * w).sum();
        assertEquals(
            Math.sqrt(sum), norms.weights(gan.discriminator()).get(r), 1e-5 * Math.sqrt(sum));
      }
    }
  }
}
