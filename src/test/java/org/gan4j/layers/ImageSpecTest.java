package org.gan4j.layers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The geometry of convolutions, pooling and deconvolutions. */
class ImageSpecTest {
  private static final WeightInit WEIGHTS = new WeightInit.Uniform(1);
  private static final BiasInit ZERO = new BiasInit.Constant(0);

  private static LayerSpec.Convolution convolution(
      Planes input, int channels, int kernel, int stride, int padding, int pool, int poolStride) {
    return new LayerSpec.Convolution(
        input, channels, 2, kernel, stride, padding, pool, poolStride, WEIGHTS, ZERO);
  }

  private static LayerSpec.Deconvolution deconvolution(
      Planes input, int channels, int kernel, int stride, int padding) {
    return new LayerSpec.Deconvolution(
        input,
        channels,
        kernel,
        stride,
        padding,
        Activation.LINEAR,
        BiasPer.POSITION,
        WEIGHTS,
        ZERO);
  }

  private static void refused(String message, Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void deconvolutionMakesTheImageThatItsAdjointTakes() {
    LayerSpec.Deconvolution d = deconvolution(new Planes(80, 10, 10), 3, 5, 3, 0);
    assertEquals(new Planes(3, 32, 32), d.image(null));
    assertEquals(3072, d.outputs(8000));
    assertEquals(8000, d.shape().outputs());
    assertEquals(3072, d.biases());
    assertEquals(new Planes(2, 3, 5), deconvolution(new Planes(1, 2, 3), 2, 3, 2, 1).image(null));
  }

  @Test
  void whatCanNotBeIsRefused() {
    Planes image = new Planes(3, 8, 6);
    refused("channels must be 1 to 1048576, not 0", () -> new Planes(0, 1, 1));
    refused("channels must be 1 to 1048576, not 0", () -> convolution(image, 0, 3, 1, 1, 2, 2));
    refused("kernel must be 1 to 1048576, not 0", () -> convolution(image, 2, 0, 1, 0, 2, 2));
    refused("padding must be 0 to 2, not 3", () -> convolution(image, 2, 3, 1, 3, 2, 2));
    refused("pool must be 1 to 4, not 5", () -> convolution(image, 2, 3, 1, 0, 5, 2));
    refused("pool_stride must be 1 to 2, not 3", () -> convolution(image, 2, 3, 1, 1, 2, 3));
    refused("padding must be 0 to 2, not -1", () -> deconvolution(image, 2, 3, 1, -1));
    refused(
        "stride, kernel and padding must give an image of 1 to 1048576 rows and columns, not of"
            + " -1 x -1",
        () -> deconvolution(new Planes(1, 1, 1), 1, 3, 1, 2));
    refused(
        "weights must be uniform where they are filters",
        () ->
            new LayerSpec.Convolution(image, 1, 1, 1, 1, 0, 1, 1, new WeightInit.Sparse(1), ZERO));
  }

  @Test
  void howParametersBeginIsNoPartOfTheStructure() {
    Planes image = new Planes(3, 8, 6);
    WeightInit others = new WeightInit.Uniform(0.5);
    BiasInit one = new BiasInit.Constant(1);
    LayerSpec.Deconvolution d = deconvolution(image, 2, 3, 2, 1);
    assertEquals(
        d.structure(),
        new LayerSpec.Deconvolution(
                image, 2, 3, 2, 1, Activation.LINEAR, BiasPer.POSITION, others, one)
            .structure());
    assertEquals(
        "deconvolution of 3x8x6 to 2 channels, kernel 3, stride 2, padding 1, linear, a bias per"
            + " position",
        d.structure());
    LayerSpec.Convolution c = convolution(image, 4, 3, 1, 1, 2, 2);
    assertEquals(
        c.structure(),
        new LayerSpec.Convolution(image, 4, 2, 3, 1, 1, 2, 2, others, one).structure());
    assertNotEquals(c.structure(), convolution(image, 4, 3, 1, 1, 2, 1).structure());
  }

  @Test
  void theFirstLayerThatMixesValuesSaysWhichImageEnters() {
    Planes image = new Planes(3, 8, 6);
    LayerSpec filters = convolution(image, 2, 3, 1, 1, 2, 2);
    LayerSpec dense = new LayerSpec.Dense(image.size(), Activation.LINEAR, WEIGHTS, ZERO);
    LayerSpec dropout = new LayerSpec.Dropout(0.5);
    assertEquals(image, LayerStack.requiredImage(List.of(dropout, filters), image.size()));
    assertNull(LayerStack.requiredImage(List.of(dropout, dense, filters), 7));
    assertNull(LayerStack.requiredImage(List.of(dropout), 7));
  }
}
