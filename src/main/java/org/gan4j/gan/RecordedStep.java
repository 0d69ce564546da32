package org.gan4j.gan;

import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.Replay;

/**
 * A step with its memory, recorded on a device and run as often as one likes: what every training
 * here goes through.
 *
 * <p>Belongs to the thread of its device: see {@link Device}.
 */
public final class RecordedStep implements AutoCloseable {
  private final DeviceArena arena;
  private final Replay replay;

  /**
   * Allocates, prepares and records.
   *
   * @param device where
   * @param replicas R
   * @param plan of the step
   */
  public RecordedStep(Device device, int replicas, TrainingStep.Plan plan) {
    this(device, replicas, plan, true);
  }

  /**
   * The same.
   *
   * @param recorded false for a step that reads something back from a device that would record it:
   *     it is queued anew each time
   */
  RecordedStep(Device device, int replicas, TrainingStep.Plan plan, boolean recorded) {
    this.arena = device.arena(replicas);
    try {
      TrainingStep step = plan.reserve(arena);
      arena.freeze();
      step.prepare();
      this.replay = recorded ? device.record(step::run) : new Anew(step);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Queues steps; returns without waiting for them.
   *
   * @param times how many, ≥ 0
   */
  public void run(long times) {
    replay.run(times);
  }

  private record Anew(TrainingStep step) implements Replay {
    @Override
    public void run(long times) {
      for (long i = 0; i < times; i++) {
        step.run();
      }
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() {
    replay.close();
    arena.close();
  }
}
