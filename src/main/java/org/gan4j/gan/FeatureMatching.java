package org.gan4j.gan;

import java.util.List;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.NetworkPass;

/**
 * What G has to descend where it matches features (Salimans et al., 2016, section 3.1): the squared
 * distance of the means, over a minibatch each, of what generated and real examples bring to D's
 * last layer.
 */
final class FeatureMatching {
  private final Kernels kernels;
  private final NetworkPass ofFakes;
  private final NetworkPass ofReals;
  private final int layer;
  private final int rows;
  private final int width;
  private final DeviceBuffer fakeLogits;
  private final DeviceBuffer realLogits;
  private final DeviceBuffer slope;
  private final DeviceBuffer gap;
  private final Gradients through;

  FeatureMatching(Gan gan, DeviceArena arena) {
    List<LayerSpec> layers = gan.recipe().discriminator();
    this.kernels = gan.device().kernels();
    this.rows = gan.rows();
    this.layer = layers.size() - 2;
    this.width = width(layers, gan.shape().size());
    this.ofFakes = gan.discriminator().pass(arena, rows, true);
    this.ofReals = gan.discriminator().pass(arena, rows, true);
    int logits = gan.recipe().logits();
    this.fakeLogits = arena.floats((long) rows * logits);
    this.realLogits = arena.floats((long) rows * logits);
    this.slope = arena.floats((long) rows * width);
    this.gap = arena.floats(width);
    this.through = new Gradients(false, null, rows);
  }

  /**
   * Values of an example that enter the last layer.
   *
   * @throws IllegalArgumentException if they are the example's own
   */
  static int width(List<LayerSpec> layers, int inputs) {
    boolean learns = false;
    int width = inputs;
    for (LayerSpec layer : layers.subList(0, layers.size() - 1)) {
      learns |= !layer.parameters(width).isEmpty();
      width = layer.outputs(width);
    }
    if (!learns) {
      throw new IllegalArgumentException(
          "objective=feature-matching takes a discriminator with weights below its last layer");
    }
    return width;
  }

  /**
   * The gradient, and the loss into the state's sums.
   *
   * @param gradient [rows][values] ← of the loss with respect to what G made; modified
   * @param fakes [rows][values]; not modified
   * @param reals [rows][values]; not modified
   * @param site of D's noise for the generated examples
   * @param siteOfReals of that for real ones
   */
  void judge(
      DeviceBuffer gradient,
      DeviceBuffer fakes,
      DeviceBuffer reals,
      DeviceBuffer state,
      int site,
      int siteOfReals) {
    ofFakes.forward(fakeLogits, fakes, state, site);
    ofReals.forward(realLogits, reals, state, siteOfReals);
    kernels.matchMeans(
        slope,
        gap,
        ofFakes.leaving(layer, fakes, fakeLogits),
        ofReals.leaving(layer, reals, realLogits),
        rows,
        width,
        state);
    ofFakes.backwardFrom(layer, fakeLogits, fakes, slope, through, gradient, state, site);
  }
}
