package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceBuffer;

/** By way of the host: values are read from the device, told to the others, and written back. */
final class HostCommunicator implements Communicator {
  private final DataParallel parallel;

  HostCommunicator(DataParallel parallel) {
    this.parallel = parallel;
  }

  @Override
  public int rank() {
    return parallel.rank();
  }

  @Override
  public int ranks() {
    return parallel.ranks();
  }

  @Override
  public void average(DeviceBuffer... buffers) {
    long length = 0;
    for (DeviceBuffer buffer : buffers) {
      length += buffer.length() * buffer.replicas();
    }
    float[] values = new float[Math.toIntExact(length)];
    copy(buffers, values, false);
    mean(values);
    copy(buffers, values, true);
  }

  /** Between one array and all buffers, replica by replica. */
  private static void copy(DeviceBuffer[] buffers, float[] values, boolean toDevice) {
    int at = 0;
    for (DeviceBuffer buffer : buffers) {
      float[] part = new float[Math.toIntExact(buffer.length())];
      for (int r = 0; r < buffer.replicas(); r++) {
        if (toDevice) {
          System.arraycopy(values, at, part, 0, part.length);
          Buffers.write(buffer, r, part);
        } else {
          Buffers.read(buffer, r, part);
          System.arraycopy(part, 0, values, at, part.length);
        }
        at += part.length;
      }
    }
  }

  private void mean(float[] values) {
    double[] sums = new double[values.length];
    for (FloatBuffer each : tell(values)) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += each.get(i);
      }
    }
    for (int i = 0; i < sums.length; i++) {
      values[i] = (float) (sums[i] / ranks());
    }
  }

  @Override
  public void gather(DeviceBuffer whole, DeviceBuffer part) {
    int n = Math.toIntExact(part.length());
    float[] own = new float[n];
    float[] ofReplicas = new float[n * part.replicas()];
    for (int r = 0; r < part.replicas(); r++) {
      Buffers.read(part, r, own);
      System.arraycopy(own, 0, ofReplicas, r * n, n);
    }
    List<FloatBuffer> all = tell(ofReplicas);
    float[] together = new float[n * ranks()];
    for (int r = 0; r < part.replicas(); r++) {
      for (int i = 0; i < ranks(); i++) {
        all.get(i).get(r * n, together, i * n, n);
      }
      Buffers.write(whole, r, together);
    }
  }

  /** The values of each rank. */
  private List<FloatBuffer> tell(float[] values) {
    ByteBuffer own =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    own.asFloatBuffer().put(values);
    return parallel.gatherAlike(own).stream().map(ByteBuffer::asFloatBuffer).toList();
  }

  @Override
  public void close() {}
}
