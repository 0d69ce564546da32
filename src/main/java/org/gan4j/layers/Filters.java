package org.gan4j.layers;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.ConvolutionShape;

/** A layer from image to image, by filters. */
sealed interface Filters extends LayerSpec permits LayerSpec.Convolution, LayerSpec.Deconvolution {
  /**
   * The convolution, or the one whose adjoint the layer is.
   *
   * @return its geometry
   */
  ConvolutionShape shape();

  /**
   * The image that enters.
   *
   * @return its geometry
   */
  Planes input();

  @Override
  default Optional<Planes> requiredImage() {
    return Optional.of(input());
  }

  @Override
  default List<ConvolutionShape> convolutions() {
    return List.of(shape());
  }
}
