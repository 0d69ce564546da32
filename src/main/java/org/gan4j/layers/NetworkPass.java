package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/**
 * A network at work on minibatches of one size: its activations and, for training, their gradients.
 * Made by {@link Network#pass}.
 */
public final class NetworkPass {
  /**
   * A layer in its place.
   *
   * @param layer the work
   * @param site added to the pass's own
   * @param out what it writes; null for the last layer, which writes where the caller says
   * @param inDelta gradient with respect to its input; null where none is made
   */
  private record Stage(LayerPass layer, int site, DeviceBuffer out, DeviceBuffer inDelta) {}

  private final List<Stage> stages = new ArrayList<>();

  /** Of each layer, the last stage that has worked when it is through; −1: none. */
  private final List<Integer> lastStages = new ArrayList<>();

  private final Kernels kernels;
  private final int rows;
  private final int inputs;
  private final boolean training;

  private NetworkPass(PassPlan plan, int inputs) {
    this.kernels = plan.kernels();
    this.rows = plan.rows();
    this.inputs = inputs;
    this.training = plan.backward();
  }

  /**
   * Layers at work, one after the other.
   *
   * @param layers first to last
   * @param parameters of each
   * @param inputs values per example that enter
   * @param plan for what; its parameters and what it says of dropout don't matter
   */
  static NetworkPass of(
      List<LayerSpec> layers, List<List<Parameter>> parameters, int inputs, PassPlan plan) {
    NetworkPass pass = new NetworkPass(plan, inputs);
    List<LayerPass> work = new ArrayList<>();
    List<Integer> sites = new ArrayList<>();
    // What enters each, and at the end what leaves the last.
    List<Integer> widths = new ArrayList<>(List.of(inputs));
    int width = inputs;
    int site = 0;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec spec = layers.get(i);
      width = spec.outputs(width);
      LayerPass layer = spec.pass(plan.of(layers, i, parameters.get(i)));
      if (layer != null) {
        work.add(layer);
        // The site of a dropout is its own, also where the layer before it draws the mask.
        sites.add(spec.drops() ? site + 1 : site);
        widths.add(width);
      }
      site += spec.sites();
      pass.lastStages.add(work.size() - 1);
    }
    pass.stack(plan.arena(), work, sites, widths);
    return pass;
  }

  private void stack(
      DeviceArena arena, List<LayerPass> layers, List<Integer> sites, List<Integer> widths) {
    boolean parametersBelow = false;
    for (int i = 0; i < layers.size(); i++) {
      boolean last = i == layers.size() - 1;
      boolean inPlace = layers.get(i).inPlace();
      DeviceBuffer out = last ? null : arena.floats((long) rows * widths.get(i + 1));
      boolean makesDelta = training && parametersBelow && !inPlace;
      DeviceBuffer inDelta = makesDelta ? arena.floats((long) rows * widths.get(i)) : null;
      parametersBelow |= !inPlace;
      stages.add(new Stage(layers.get(i), sites.get(i), out, inDelta));
    }
  }

  /**
   * out ← network(in).
   *
   * @param out [rows][outputs]; modified
   * @param in [rows][inputs]; not modified
   * @param state training state, for noise and masks
   * @param site first of the 256 sites whose random numbers this call may use
   */
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    DeviceBuffer x = in;
    for (int i = 0; i < stages.size(); i++) {
      Stage stage = stages.get(i);
      DeviceBuffer y = stage.out == null ? out : stage.out;
      stage.layer.forward(y, x, state, site + stage.site);
      x = y;
    }
  }

  /**
   * What left a layer in the last forward pass.
   *
   * @param layer from 0
   * @param in [rows][inputs] of that pass
   * @param out [rows][outputs] of that pass
   * @return [rows][values that leave the layer]
   */
  public DeviceBuffer leaving(int layer, DeviceBuffer in, DeviceBuffer out) {
    int stage = lastStages.get(layer);
    if (stage < 0) {
      return in;
    }
    return stages.get(stage).out == null ? out : stages.get(stage).out;
  }

  /**
   * The gradient of the last forward pass.
   *
   * @param out [rows][outputs] of the forward pass; not modified
   * @param in [rows][inputs] of the forward pass; not modified
   * @param delta [rows][outputs]: gradient with respect to out; modified
   * @param request what is wanted
   * @param inDeltaOrNull [request.inputRows()][inputs] ← gradient with respect to in; null exactly
   *     if inputRows is 0; modified
   * @param state training state as it was in the forward pass
   * @param site as in the forward pass
   */
  public void backward(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      DeviceBuffer state,
      int site) {
    backward(stages.size() - 1, out, in, delta, request, inDeltaOrNull, state, site);
  }

  /**
   * The same from a layer on that is not the last: of what left it in the last forward pass.
   *
   * @param layer from 0; it or a layer below it has parameters
   * @param out [rows][outputs] of the forward pass; not modified
   * @param in [rows][inputs] of the forward pass; not modified
   * @param delta [rows][values that leave the layer]: gradient with respect to these; modified
   * @param request what is wanted
   * @param inDeltaOrNull as above; modified
   * @param state training state as it was in the forward pass
   * @param site as in the forward pass
   */
  public void backwardFrom(
      int layer,
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      DeviceBuffer state,
      int site) {
    backward(lastStages.get(layer), out, in, delta, request, inDeltaOrNull, state, site);
  }

  private void backward(
      int from,
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      DeviceBuffer state,
      int site) {
    if (!training) {
      throw new IllegalStateException("this pass was made for sampling: it has no gradients");
    }
    DeviceBuffer d = delta;
    for (int i = from; i >= 0 && d != null; i--) {
      Stage stage = stages.get(i);
      DeviceBuffer target =
          stage.layer.inPlace() ? d : stage.inDelta != null ? stage.inDelta : inDeltaOrNull;
      stage.layer.backward(
          i == 0 ? in : stages.get(i - 1).out,
          stage.out == null ? out : stage.out,
          d,
          request,
          target,
          stage.inDelta == null ? request.inputRows() : rows,
          state,
          site + stage.site);
      d = target;
    }
    DeviceBuffer scaleOrNull = request.inputScaleOrNull();
    if (scaleOrNull != null && d != null && !stages.get(0).layer.scalesInput()) {
      kernels.scaleRows(d, d, scaleOrNull, request.inputRows(), inputs);
    }
  }
}
