package org.gan4j.layers;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.ConvolutionShape;

/** A layer whose units each see all values that enter; the values that leave are no image. */
sealed interface Units extends LayerSpec
    permits LayerSpec.Dense, LayerSpec.Maxout, WeightNormalised {
  @Override
  default Planes image(Planes beforeOrNull) {
    return null;
  }

  @Override
  default Optional<Planes> requiredImage() {
    return Optional.empty();
  }

  @Override
  default List<ConvolutionShape> convolutions() {
    return List.of();
  }
}
