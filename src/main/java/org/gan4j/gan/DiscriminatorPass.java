package org.gan4j.gan;

import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;
import org.gan4j.layers.Gradients;
import org.gan4j.layers.Network;
import org.gan4j.layers.NetworkPass;
import org.gan4j.layers.Steps;

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
  // Null where the discriminator has one logit.
  private final ClassLogits classesOrNull;
  // Null but in a step of a training.
  private final OfStep stepOrNull;

  /**
   * What a recorded step may do where a device's operations overlap: gradients go back from logits
   * of slope 1 and do not wait for the loss, whose slopes scale what comes of each example.
   *
   * @param ones [rows]
   * @param learn by the loss's slopes, and by rows where it does not wait for them
   */
  private record OfStep(
      DeviceBuffer ones, Gradients learn, Gradients learnByRows, Gradients throughByRows) {}

  /**
   * Prepares.
   *
   * @param kernels of the device
   * @param discriminator whose pass it is; with one logit
   * @param arena where activations and gradients are reserved; not frozen yet
   * @param rows examples of a minibatch, generated and real
   */
  public DiscriminatorPass(Kernels kernels, Network discriminator, DeviceArena arena, int rows) {
    this(kernels, discriminator, arena, rows, 0, null, false);
  }

  /**
   * For a step of a training, with labelled examples after the others for a discriminator with a
   * logit of each class. Call {@link #prepare} before the first.
   */
  static DiscriminatorPass ofStep(
      Kernels kernels,
      Network discriminator,
      DeviceArena arena,
      int rows,
      int labelled,
      Steps stepsOrNull) {
    return new DiscriminatorPass(kernels, discriminator, arena, rows, labelled, stepsOrNull, true);
  }

  private DiscriminatorPass(
      Kernels kernels,
      Network discriminator,
      DeviceArena arena,
      int rows,
      int labelled,
      Steps stepsOrNull,
      boolean ofStep) {
    this.kernels = kernels;
    this.pass = discriminator.pass(arena, rows + labelled, true);
    this.rows = rows;
    this.logits = arena.floats(rows);
    this.slope = arena.floats(rows);
    this.through = new Gradients(false, null, rows);
    int classes = discriminator.outputs();
    this.classesOrNull =
        classes == 1 ? null : new ClassLogits(kernels, arena, rows, labelled, classes);
    this.stepOrNull =
        !ofStep
            ? null
            : new OfStep(
                arena.floats(rows),
                new Gradients(true, null, 0, stepsOrNull, null),
                new Gradients(true, slope, 0, stepsOrNull, null),
                new Gradients(false, null, rows, null, slope));
  }

  /** Whether gradients go back by rows. */
  private boolean byRows() {
    return stepOrNull != null && classesOrNull == null && kernels.overlaps();
  }

  /** Before the first step. */
  void prepare() {
    kernels.fill(stepOrNull.ones, 1);
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
    learn(examples, null, weight, request, state, ofD, site);
  }

  /**
   * The same in a step of a training and, on the labelled examples that follow, descent on the
   * cross-entropy with their targets, [labelled][classes].
   */
  void learn(
      DeviceBuffer examples,
      DeviceBuffer targetsOrNull,
      double weight,
      DeviceBuffer state,
      DeviceBuffer ofD,
      int site) {
    Gradients request = byRows() ? stepOrNull.learnByRows : stepOrNull.learn;
    learn(examples, targetsOrNull, weight, request, state, ofD, site);
  }

  private void learn(
      DeviceBuffer examples,
      DeviceBuffer targetsOrNull,
      double weight,
      Gradients request,
      DeviceBuffer state,
      DeviceBuffer ofD,
      int site) {
    DeviceBuffer out = forward(examples, state, site);
    kernels.ganLoss(slope, null, logits, rows / 2, rows / 2, false, weight, state);
    pass.backward(out, examples, back(targetsOrNull), request, null, ofD, site);
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
    DeviceBuffer out = forward(fakes, state, site);
    kernels.ganLoss(null, slope, logits, rows, 0, minimax, 1, state);
    Gradients request = byRows() ? stepOrNull.throughByRows : through;
    pass.backward(out, fakes, back(null), request, gradient, state, site);
  }

  /** Makes the logits, and says what left the network. */
  private DeviceBuffer forward(DeviceBuffer examples, DeviceBuffer state, int site) {
    DeviceBuffer out = classesOrNull == null ? logits : classesOrNull.all();
    pass.forward(out, examples, state, site);
    if (classesOrNull != null) {
      classesOrNull.join(logits);
    }
    return out;
  }

  /** From the slope of the logits to that of what left the network. */
  private DeviceBuffer back(DeviceBuffer targetsOrNull) {
    if (classesOrNull != null) {
      return classesOrNull.slope(slope, targetsOrNull);
    }
    return byRows() ? stepOrNull.ones : slope;
  }
}
