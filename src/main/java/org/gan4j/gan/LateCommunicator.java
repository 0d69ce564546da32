package org.gan4j.gan;

import org.gan4j.device.Communicator;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;

/** Meets the other ranks when it first needs them: until then a rank may still be refused alone. */
final class LateCommunicator implements Communicator {
  private final DataParallel parallel;
  private final Device device;
  private Communicator met;

  LateCommunicator(DataParallel parallel, Device device) {
    this.parallel = parallel;
    this.device = device;
  }

  @Override
  public int rank() {
    return parallel.rank();
  }

  @Override
  public int ranks() {
    return parallel.ranks();
  }

  private Communicator met() {
    if (met == null) {
      met = parallel.meet(device);
    }
    return met;
  }

  @Override
  public void average(DeviceBuffer... buffers) {
    met().average(buffers);
  }

  @Override
  public void gather(DeviceBuffer whole, DeviceBuffer part) {
    met().gather(whole, part);
  }

  @Override
  public void close() {
    if (met != null) {
      met.close();
    }
  }
}
