package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;

/**
 * What both steps of Algorithm 1 have of the discriminator: a pass over a minibatch, the game's
 * loss and the gradient of one player. Of its device's thread.
 */
public final class DiscriminatorPass {
  private final Kernels kernels;
  private final NetworkPass pass;
  private final int rows;
  private final DeviceBuffer logits;
  private final DeviceBuffer slope;
  private final Gradients through;

  /**
   * Prepares.
   *
   * @param kernels of the device
   * @param discriminator whose pass it is
   * @param arena where activations and gradients are reserved; not frozen yet
   * @param rows examples of a minibatch, generated and real
   */
  public DiscriminatorPass(Kernels kernels, Network discriminator, DeviceArena arena, int rows) {
    this.kernels = kernels;
    this.pass = discriminator.pass(arena, rows, true);
    this.rows = rows;
    this.logits = arena.floats(rows);
    this.slope = arena.floats(rows);
    this.through = new Gradients(false, null, rows);
  }

  /**
   * D's ascent on log D(x) + log(1 − D(G(z))): its velocities take in the gradient.
   *
   * @param examples [rows][values]: as many generated as real ones, generated first; not modified
   * @param weight of this minibatch in the iteration's mean loss, 1/k
   * @param request what is wanted of the gradients
   * @param state training state: randomness and sums; modified
   * @param ofD training state whose rate and momentum D has; may be {@code state}
   * @param site of its dropout
   */
  public void learn(
      DeviceBuffer examples,
      double weight,
      Gradients request,
      DeviceBuffer state,
      DeviceBuffer ofD,
      int site) {
    pass.forward(logits, examples, state, site);
    kernels.ganLoss(slope, null, logits, rows / 2, rows / 2, false, weight, state);
    pass.backward(logits, examples, slope, request, null, ofD, site);
  }

  /**
   * What G has to descend: the gradient of its loss with respect to what it made.
   *
   * @param gradient [rows][values] ← the gradient; modified
   * @param fakes [rows][values], generated examples; not modified
   * @param minimax which objective G has
   * @param state training state: randomness and sums; modified
   * @param site of D's dropout
   */
  public void judge(
      DeviceBuffer gradient, DeviceBuffer fakes, boolean minimax, DeviceBuffer state, int site) {
    pass.forward(logits, fakes, state, site);
    kernels.ganLoss(null, slope, logits, rows, 0, minimax, 1, state);
    pass.backward(logits, fakes, slope, through, gradient, state, site);
  }
}
