package org.gan4j.layers;

import java.util.List;
import org.gan4j.device.ConvolutionShape;

/** What is known of layers on top of each other before anything is allocated. */
public final class LayerStack {
  private LayerStack() {}

  /**
   * What a stack of layers gives.
   *
   * @param layers first to last
   * @param inputs values per example that enter
   * @return values per example that leave
   * @throws IllegalArgumentException naming the layer that can't take its inputs
   */
  public static int outputs(List<LayerSpec> layers, int inputs) {
    image(layers, null);
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      if (i > 0 && layers.get(i) instanceof Join) {
        // Behind a layer the values of an example are in one row, not each input in its own part.
        throw new IllegalArgumentException("layer " + i + ": a join can only be the first layer");
      }
      try {
        width = layers.get(i).outputs(width);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
      }
    }
    return width;
  }

  /**
   * How many parameters a stack of layers has, without allocating them.
   *
   * @param layers first to last
   * @param inputs values per example that enter
   * @return weights and biases of one replica
   * @throws IllegalArgumentException naming the layer that can't take its inputs
   */
  public static long parameterCount(List<LayerSpec> layers, int inputs) {
    outputs(layers, inputs);
    long count = 0;
    int width = inputs;
    for (LayerSpec layer : layers) {
      count += layer.parameters(width).stream().mapToLong(ParameterShape::count).sum();
      width = layer.outputs(width);
    }
    return count;
  }

  /**
   * The convolutions of a stack of layers, and those whose adjoints its deconvolutions are.
   *
   * @param layers first to last
   * @return their geometries, in that order
   */
  public static List<ConvolutionShape> convolutions(List<LayerSpec> layers) {
    return layers.stream().flatMap(layer -> layer.convolutions().stream()).toList();
  }

  /**
   * What image a stack of layers gives.
   *
   * @param layers first to last
   * @param beforeOrNull the image that enters; null if that is not known
   * @return the image that leaves; null if what leaves is none
   * @throws IllegalArgumentException naming the layer that needs another image than it is given
   */
  public static Planes image(List<LayerSpec> layers, Planes beforeOrNull) {
    Planes image = beforeOrNull;
    for (int i = 0; i < layers.size(); i++) {
      try {
        image = layers.get(i).image(image);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
      }
    }
    return image;
  }

  /**
   * What image a stack of layers takes.
   *
   * @param layers first to last
   * @param inputs values per example that enter
   * @return the image that enters; null if any values may
   */
  public static Planes requiredImage(List<LayerSpec> layers, int inputs) {
    for (LayerSpec layer : layers) {
      if (layer.requiredImage().isPresent() || !layer.parameters(inputs).isEmpty()) {
        return layer.requiredImage().orElse(null);
      }
    }
    return null;
  }

  /**
   * The first layer that is random when sampling.
   *
   * @param layers first to last
   * @return its number, from 0; −1: what leaves is a function of what enters
   */
  public static int firstNoisy(List<LayerSpec> layers) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).isNoisy()) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The last layer that begins with what the data says.
   *
   * @param layers first to last
   * @return its number, from 0; −1: none does
   * @throws IllegalArgumentException if a layer below it can't be computed on the host
   */
  public static int lastFromData(List<LayerSpec> layers) {
    int last = layers.size() - 1;
    while (last >= 0 && !layers.get(last).startsFromData()) {
      last--;
    }
    for (int i = 0; i < last; i++) {
      if (!layers.get(i).isOnHost()) {
        throw new IllegalArgumentException(
            "layer "
                + last
                + ": start=data takes dense layers, noise and dropout below it, not "
                + layers.get(i).structure()
                + " (layer "
                + i
                + ")");
      }
    }
    return last;
  }

  /**
   * Refuses layers that begin with what the data says, where there is none.
   *
   * @param layers first to last
   * @throws IllegalArgumentException naming the first such layer
   */
  public static void requireGiven(List<LayerSpec> layers) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).startsFromData()) {
        throw new IllegalArgumentException(
            "layer " + i + ": start=data is for a discriminator; leave it out here");
      }
    }
  }
}
