package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.stream;
import org.gan4j.device.ConvolutionShape;
import org.gan4j.gan.MemoryNeed;
import org.junit.jupiter.api.Test;

/** The plans' work space against what the check of memory takes it for. */
final class ConvolutionMemoryTest {
  private static final int ROWS = 64;

  /** Those of cifar10-conv and of its small version, and odd ones. */
  private static final ConvolutionShape[] SHAPES = {
    new ConvolutionShape(3, 32, 32, 64, 8, 1, 4),
    new ConvolutionShape(32, 16, 16, 64, 8, 1, 3),
    new ConvolutionShape(32, 7, 7, 384, 5, 1, 3),
    new ConvolutionShape(3, 32, 32, 80, 5, 3, 0),
    new ConvolutionShape(8, 16, 16, 16, 8, 1, 3),
    new ConvolutionShape(8, 7, 7, 48, 5, 1, 3),
    new ConvolutionShape(17, 9, 5, 33, 3, 2, 1),
    new ConvolutionShape(1, 1, 1, 1, 1, 1, 0)
  };

  @Test
  void theEstimateIsNotLess() {
    long largest = 0;
    try (engine cpu = new engine(engine.kind.cpu, 0);
        stream queue = new stream(cpu);
        Workspace workspace = new Workspace()) {
      workspace.require(1 << 20);
      for (ConvolutionShape shape : SHAPES) {
        for (ConvolutionPlan.Kind kind : ConvolutionPlan.Kind.values()) {
          ConvolutionPlan.Key key = new ConvolutionPlan.Key(kind, shape, ROWS, false);
          try (ConvolutionPlan plan =
              new ConvolutionPlan(key, cpu, queue, workspace, workspace.pointer(0))) {
            long needed = plan.scratchBytes();
            long estimate = MemoryNeed.convolution(shape, ROWS);
            assertTrue(needed <= estimate, key + " needs " + needed + ", not " + estimate);
            largest = Math.max(largest, needed);
          }
        }
      }
    }
    assertTrue(largest > 1 << 20, "no plan needs work space worth an estimate: " + largest);
  }
}
