package org.gan4j.layers;

import java.util.List;
import java.util.Optional;
import org.gan4j.device.ConvolutionShape;

/** A layer that does the same to every value, and has no parameters. */
sealed interface Elementwise extends LayerSpec permits LayerSpec.Dropout, LayerSpec.GaussianNoise {
  @Override
  default int outputs(int inputs) {
    return inputs;
  }

  @Override
  default Planes image(Planes beforeOrNull) {
    return beforeOrNull;
  }

  @Override
  default Optional<Planes> requiredImage() {
    return Optional.empty();
  }

  @Override
  default List<ParameterShape> parameters(int inputs) {
    return List.of();
  }

  @Override
  default List<ConvolutionShape> convolutions() {
    return List.of();
  }

  @Override
  default boolean endsIn(Activation activation) {
    return false;
  }

  @Override
  default String structure() {
    return toString();
  }

  @Override
  default boolean isOnHost() {
    return true;
  }

  @Override
  default float[] onHost(float[] in, int rows, List<float[]> parameters) {
    return in;
  }

  @Override
  default boolean drops() {
    return false;
  }
}
