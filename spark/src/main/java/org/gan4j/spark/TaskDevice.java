package org.gan4j.spark;

import java.io.Serializable;
import org.gan4j.device.DeviceOptions;

/**
 * What a task computes with.
 *
 * @param name cpu, cuda:N, or auto: the card that Spark gives the task, else the CPU
 * @param options of it; without a number of threads it is as many as Spark gives the task
 */
public record TaskDevice(String name, DeviceOptions options) implements Serializable {
  /**
   * With the usual options.
   *
   * @param name of it
   */
  public TaskDevice(String name) {
    this(name, DeviceOptions.DEFAULT);
  }
}
