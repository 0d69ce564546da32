package org.gan4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.Kernels;

/** Several inputs, each through its own layers, side by side. */
final class JoinPass implements LayerPass {
  /**
   * One of the inputs.
   *
   * @param inputs values per example that enter
   * @param outputs values per example that leave
   * @param layersOrNull its own; null: none
   * @param site of the first of them, from the join's
   */
  record Input(int inputs, int outputs, NetworkPass layersOrNull, int site) {}

  /** An input in its place. */
  private record Lane(Input input, DeviceBuffer outOrNull, DeviceBuffer deltaOrNull) {}

  /** A buffer that holds the inputs one after the other, and the part of each. */
  private static final class Parts {
    private DeviceBuffer whole;
    private int cutFor;
    private final List<DeviceBuffer> parts = new ArrayList<>();

    /** Cuts a buffer, but not again as it is cut, so that a step allocates nothing. */
    List<DeviceBuffer> of(DeviceBuffer buffer, List<Lane> lanes, int rows) {
      if (whole != buffer || cutFor != rows) {
        parts.clear();
        long at = 0;
        for (Lane lane : lanes) {
          long size = (long) rows * lane.input.inputs;
          parts.add(buffer.view(at, size));
          at += size;
        }
        whole = buffer;
        cutFor = rows;
      }
      return parts;
    }
  }

  private final Kernels kernels;
  private final int rows;
  private final int outputs;
  private final List<Lane> lanes = new ArrayList<>();
  private final Parts in = new Parts();
  private final Parts inDelta = new Parts();

  JoinPass(PassPlan plan, List<Input> inputs) {
    this.kernels = plan.kernels();
    this.rows = plan.rows();
    this.outputs = inputs.stream().mapToInt(Input::outputs).sum();
    for (Input input : inputs) {
      long size = (long) rows * input.outputs;
      boolean works = input.layersOrNull != null;
      lanes.add(
          new Lane(
              input,
              works ? plan.arena().floats(size) : null,
              works && plan.backward() ? plan.arena().floats(size) : null));
    }
  }

  @Override
  public void forward(DeviceBuffer out, DeviceBuffer in, DeviceBuffer state, int site) {
    List<DeviceBuffer> parts = this.in.of(in, lanes, rows);
    int at = 0;
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      int width = lane.input.outputs;
      DeviceBuffer given = parts.get(i);
      if (lane.outOrNull != null) {
        lane.input.layersOrNull.forward(lane.outOrNull, given, state, site + lane.input.site);
        given = lane.outOrNull;
      }
      kernels.copyColumns(out, at, outputs, given, 0, width, rows, width);
      at += width;
    }
  }

  @Override
  public void backward(
      DeviceBuffer in,
      DeviceBuffer out,
      DeviceBuffer delta,
      Gradients request,
      DeviceBuffer inDeltaOrNull,
      int inputRows,
      DeviceBuffer state,
      int site) {
    List<DeviceBuffer> parts = this.in.of(in, lanes, rows);
    List<DeviceBuffer> targets =
        inDeltaOrNull == null ? null : inDelta.of(inDeltaOrNull, lanes, inputRows);
    int at = 0;
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      int width = lane.input.outputs;
      DeviceBuffer target = targets == null ? null : targets.get(i);
      if (lane.outOrNull != null) {
        kernels.copyColumns(lane.deltaOrNull, 0, width, delta, at, outputs, rows, width);
        lane.input.layersOrNull.backward(
            lane.outOrNull,
            parts.get(i),
            lane.deltaOrNull,
            request,
            target,
            state,
            site + lane.input.site);
      } else if (target != null) {
        kernels.copyColumns(target, 0, width, delta, at, outputs, inputRows, width);
        if (request.inputScaleOrNull() != null) {
          kernels.scaleRows(target, target, request.inputScaleOrNull(), inputRows, width);
        }
      }
      at += width;
    }
  }

  @Override
  public boolean inPlace() {
    return false;
  }

  @Override
  public boolean scalesInput() {
    return true;
  }
}
