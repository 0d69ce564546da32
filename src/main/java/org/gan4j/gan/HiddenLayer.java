package org.gan4j.gan;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.ImageShape;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.LayerStack;
import org.gan4j.recipe.Recipe;

/**
 * A place in a recipe's networks: what leaves a layer is what examples are known by.
 *
 * @param recipe with the network
 * @param shape of an example
 * @param network {@link #DISCRIMINATOR} or {@link #ENCODER}
 * @param layer from 0, those without weights among them
 */
record HiddenLayer(Recipe recipe, ImageShape shape, String network, int layer) {
  static final String DISCRIMINATOR = "discriminator";
  static final String ENCODER = "encoder";

  /** Layers with weights below the last one that has any: what leaves them is hidden. */
  static List<Integer> hidden(List<LayerSpec> layers, int inputs) {
    List<Integer> weighted = new ArrayList<>();
    int width = inputs;
    for (int i = 0; i < layers.size(); i++) {
      if (!layers.get(i).parameters(width).isEmpty()) {
        weighted.add(i);
      }
      width = layers.get(i).outputs(width);
    }
    return weighted.subList(0, Math.max(0, weighted.size() - 1));
  }

  /**
   * Refuses a place that is none.
   *
   * @throws IllegalArgumentException if the recipe has no such network of examples alone, or it no
   *     such hidden layer
   */
  void require() {
    if (recipe.condition().width() > 0) {
      throw new IllegalArgumentException("its networks are told a condition beside the example");
    }
    switch (network) {
      case DISCRIMINATOR -> NetworkFit.require(recipe, shape);
      case ENCODER -> {
        if (recipe.encoder() == null) {
          throw new IllegalArgumentException("it has no encoder");
        }
        EncoderTraining.requireFit(recipe, shape);
      }
      default -> throw new IllegalArgumentException("it has no such network");
    }
    if (!hidden(all(), shape.size()).contains(layer)) {
      throw new IllegalArgumentException("its " + network + " has no hidden layer " + layer);
    }
  }

  private List<LayerSpec> all() {
    return network.equals(ENCODER) ? recipe.encoder().layers() : recipe.discriminator();
  }

  /** The layers up to this one. */
  List<LayerSpec> layers() {
    return all().subList(0, layer + 1);
  }

  /** Values of an example that leave it. */
  int size() {
    return LayerStack.outputs(layers(), shape.size());
  }

  /** For people. */
  String title() {
    return network + ", layer " + layer;
  }
}
