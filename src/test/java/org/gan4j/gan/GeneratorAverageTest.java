package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Samples by a moving average of the generators' weights. */
class GeneratorAverageTest {
  private static final float RATE = 0.25f;

  @TempDir private Path folder;
  private final Device device = Device.cpu();

  @AfterEach
  void close() {
    device.close();
  }

  private static Recipe recipe(UpdateOrder order) {
    return TinyRun.with(SmallGans.recipe(order, 1), "replicas=2", "generator_average=" + RATE);
  }

  private static float[] first(Parameter parameter, int replica) {
    float[] values = new float[parameter.size()];
    Buffers.read(parameter.value(), replica, values);
    return values;
  }

  @ParameterizedTest
  @EnumSource(UpdateOrder.class)
  void samplesAreThoseOfTheAverage(UpdateOrder order) {
    Path whole = folder.resolve("whole.safetensors");
    Path weights = folder.resolve("weights.safetensors");
    Path onnx = folder.resolve("generator.onnx");
    try (Gan gan = TinyRun.begin(device, recipe(order))) {
      float[] average = first(gan.generator().parameters().get(0), 1);
      for (int i = 0; i < 3; i++) {
        TinyRun.train(gan, 1);
        float[] now = first(gan.generator().parameters().get(0), 1);
        for (int at = 0; at < now.length; at++) {
          average[at] += RATE * (now[at] - average[at]);
        }
      }
      assertArrayEquals(average, first(gan.generatorForUse().parameters().get(0), 1));
      assertFalse(Arrays.equals(average, first(gan.generator().parameters().get(0), 1)));
      Checkpoint.save(whole, gan, Map.of());
      Checkpoint.saveWeights(weights, gan, 1);
      OnnxNetworks.writeGenerator(onnx, gan, 1);
      try (Sampler sampler = new Sampler(gan, 20);
          Generator live = Generator.of(gan, 1);
          Generator opened = new Generator(Device.cpu(), whole, 1);
          Generator exported = Generator.open(weights);
          Generator read = Generator.open(onnx)) {
        float[] samples = live.sample(20, 7);
        assertArrayEquals(samples, opened.sample(20, 7));
        assertArrayEquals(samples, exported.sample(20, 7));
        assertArrayEquals(samples, read.sample(20, 7));
        float[] z = recipe(order).noise().draw(20, 5);
        assertArrayEquals(live.generate(z), sampler.generateToHost(z)[1], 1e-6f);
      }
      // The same networks without an average draw others.
      try (Gan plain = TinyRun.begin(device, TinyRun.with(recipe(order), "generator_average=0"))) {
        TinyRun.train(plain, 3);
        assertArrayEquals(
            first(gan.generator().parameters().get(0), 0),
            first(plain.generator().parameters().get(0), 0));
        try (Sampler one = new Sampler(gan, 20);
            Sampler other = new Sampler(plain, 20)) {
          assertFalse(
              Arrays.equals(
                  one.drawToHost(7, Sampler.Stream.TEST)[0],
                  other.drawToHost(7, Sampler.Stream.TEST)[0]));
        }
        gan.forgetAverages();
        try (Sampler one = new Sampler(gan, 20);
            Sampler other = new Sampler(plain, 20)) {
          assertArrayEquals(
              other.drawToHost(7, Sampler.Stream.TEST)[0],
              one.drawToHost(7, Sampler.Stream.TEST)[0]);
        }
      }
    }
  }

  @Test
  void aTrainingThatGoesOnFromOtherNetworksBeginsWithTheirs() {
    Path file = folder.resolve("other.safetensors");
    TinyRun.trained(file, SmallGans.simultaneous(), 4);
    try (Gan gan = TinyRun.begin(device, recipe(UpdateOrder.SIMULTANEOUS))) {
      Pretrained.copyBoth(gan, file);
      assertArrayEquals(
          first(gan.generator().parameters().get(1), 1),
          first(gan.generatorForUse().parameters().get(1), 1));
    }
  }
}
