package org.gan4j.device.cuda;

import static org.gan4j.device.Numbers.assertSameBits;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.KernelSet;
import org.gan4j.device.DeviceOptions.Math;
import org.gan4j.device.Numbers;
import org.gan4j.device.Replay;
import org.gan4j.device.Rig;
import org.gan4j.layers.LayerSpec;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeTree;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.UpdateOrder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Convolutional networks as graphs, against the CPU. The way through cuBLAS and cuDNN has masks of
 * its own, and is compared without dropout.
 */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class ConvolutionTrainingTest {
  private static Device cuda(KernelSet kernels, Math math) {
    return Device.open(
        "cuda", DeviceOptions.DEFAULT.withKernels(kernels).withMath(math), notice -> {});
  }

  /**
   * Few iterations: with the third replica's rate a relative change of 3e-7 grows past 1e-3 by the
   * 25th, on the CPU alone.
   */
  @ParameterizedTest
  @CsvSource({
    "FUSED,ALTERNATING,1",
    "FUSED,SIMULTANEOUS,3",
    "LIBRARY,ALTERNATING,3",
    "LIBRARY,SIMULTANEOUS,1"
  })
  void trainsAsTheCpuDoes(KernelSet kernels, UpdateOrder update, int replicas) {
    int iterations = 20;
    Recipe recipe = SmallGan.images(update, replicas, kernels == KernelSet.FUSED);
    try (Device cpu = Device.cpu();
        Device gpu = cuda(kernels, Math.FP32)) {
      CudaTrainingTest.assertEqualWithinRounding(
          SmallGan.train(cpu, recipe, iterations),
          SmallGan.train(gpu, recipe, iterations),
          iterations,
          SmallGan.LONGEST_IMAGE_SUM);
    }
  }

  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void theSameBitsTwiceHoweverItIsCut(KernelSet kernels) {
    Recipe recipe = SmallGan.images(UpdateOrder.SIMULTANEOUS, 2, true);
    SmallGan.Outcome once;
    try (Device gpu = cuda(kernels, Math.TF32)) {
      once = SmallGan.train(gpu, recipe, 70);
    }
    try (Device gpu = cuda(kernels, Math.TF32)) {
      CudaTrainingTest.assertSameBits(once, SmallGan.train(gpu, recipe, 1, 36, 0, 33));
    }
  }

  /** The recipe's networks on smaller minibatches. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void theSmallRecipeTrainsAsOnTheCpu(KernelSet kernels) {
    int batch = 4;
    int iterations = 3;
    Map<String, Object> tree = RecipeTree.of(Recipes.get("cifar10-conv-small"));
    RecipeTree.assign(tree, "batch", batch);
    if (kernels == KernelSet.LIBRARY) {
      for (int i = 0; i < Recipes.get("cifar10-conv-small").discriminator().size(); i++) {
        if (Recipes.get("cifar10-conv-small").discriminator().get(i) instanceof LayerSpec.Dropout) {
          RecipeTree.assign(tree, "discriminator." + i + ".keep", 1);
        }
      }
    }
    Recipe recipe = RecipeTree.recipe(tree);
    int longestSum = 2 * batch * 33 * 33;
    try (Device cpu = Device.cpu();
        Device gpu = cuda(kernels, Math.FP32)) {
      CudaTrainingTest.assertEqualWithinRounding(
          SmallGan.train(cpu, recipe, pictures(), iterations),
          SmallGan.train(gpu, recipe, pictures(), iterations),
          iterations,
          longestSum);
    }
  }

  private static DataSet pictures() {
    ImageShape shape = new ImageShape(3, 32, 32);
    byte[] pixels = new byte[16 * shape.size()];
    new Random(3).nextBytes(pixels);
    Images images = Images.of(shape, pixels);
    return new DataSet(
        "noise", "noise", "made up", images, images, images, new Scaling.Contrast(55));
  }

  /** A convolution of random values, to be run in several ways. */
  private static final class Work implements AutoCloseable {
    final Rig rig;
    final DeviceBuffer out;
    final Runnable step;

    Work(Device device, ConvolutionShape shape) {
      rig = new Rig(device, 1);
      DeviceBuffer in = rig.floats(2L * shape.inputs());
      DeviceBuffer filters = rig.floats((long) shape.filters() * shape.filterSize());
      out = rig.floats(2L * shape.outputs());
      rig.freeze();
      rig.randoms(in, 1, 1);
      rig.randoms(filters, 2, 1);
      step = () -> rig.kernels().convolve(out, in, filters, null, shape, 2);
    }

    float[] run() {
      step.run();
      return rig.floats(out, 0);
    }

    @Override
    public void close() {
      rig.close();
    }
  }

  private static final ConvolutionShape SMALL = new ConvolutionShape(2, 6, 5, 3, 3, 1, 1);
  private static final ConvolutionShape LARGE = new ConvolutionShape(9, 8, 9, 16, 3, 1, 0);

  /** A product of rounded factors is off by 2⁻¹¹ for each of them; bf16 is for products alone. */
  @ParameterizedTest
  @EnumSource(KernelSet.class)
  void tf32RoundsTheFactors(KernelSet kernels) {
    Map<Math, float[]> results = new EnumMap<>(Math.class);
    for (Math math : Math.values()) {
      try (Device device = cuda(kernels, math);
          Work work = new Work(device, LARGE)) {
        results.put(math, work.run());
      }
    }
    float[] rounded = results.get(Math.TF32);
    float[] exact = results.get(Math.FP32);
    int differing = 0;
    for (int i = 0; i < exact.length; i++) {
      differing += rounded[i] != exact[i] ? 1 : 0;
      Numbers.assertClose(exact[i], rounded[i], LARGE.filterSize() * 0x1p-9, "element " + i);
    }
    // TF32 is a permission: cuDNN need not use it.
    assertTrue(
        differing > exact.length / 2 || !StandIn.isThere(), differing + " of " + exact.length);
    assertArrayEquals(rounded, results.get(Math.BF16));
  }

  @Test
  void aRecordingKeepsItsWorkspaceWhenALaterOneNeedsMore() {
    try (Device device = cuda(KernelSet.FUSED, Math.TF32);
        Work small = new Work(device, SMALL);
        Work large = new Work(device, LARGE)) {
      float[] expected = small.run();
      try (Replay first = device.record(small.step);
          Replay second = device.record(large.step)) {
        second.run();
        float[] zeros = new float[expected.length];
        small.rig.write(small.out, zeros);
        first.run(2);
        assertSameBits(expected, small.rig.floats(small.out, 0), "the first recording");
        assertSameBits(large.rig.floats(large.out, 0), large.run(), "the second recording");
      }
    }
  }

  @Test
  @Tag("stand-in")
  void workspaceThatNoRecordingUsesIsGivenBackWhenItGrows() {
    long[] added = new long[2];
    for (int i = 0; i < 2; i++) {
      try (Device device = cuda(KernelSet.FUSED, Math.TF32);
          Work small = new Work(device, SMALL);
          Work large = new Work(device, LARGE)) {
        long before = StandIn.count(StandIn.Count.BYTES);
        if (i == 1) {
          small.run();
        }
        large.run();
        added[i] = StandIn.count(StandIn.Count.BYTES) - before;
      }
    }
    assertTrue(added[0] > 0);
    assertEquals(added[0], added[1]);
  }
}
