package org.gan4j.device;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every backend's kernels must do. A theme per subclass; a backend's own test extends each of
 * them as a nested class and says how its device is opened.
 */
public abstract class KernelsContract {
  /** Around vector widths and blocks of random numbers, and large enough for several threads. */
  static final int[] SIZES = {1, 3, 31, 33, 63, 64, 65, 1000, 100 * 1200};

  /** Replicas of the networks. */
  static final int[] REPLICAS = {1, 3};

  private Device device;

  /** A new device of the backend under test. */
  protected abstract Device open();

  @BeforeEach
  final void openDevice() {
    device = open();
  }

  @AfterEach
  final void closeDevice() {
    device.close();
  }

  final Device device() {
    return device;
  }

  final Rig rig(int replicas) {
    return new Rig(device, replicas);
  }
}
