package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.device.Communicator;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.layers.Checks;

/** By way of the host: values are read from the device, told to the others, and written back. */
final class HostCommunicator implements Communicator {
  /** Floats that go to the others at once, as bytes of one array. */
  private static final int PIECE = 1 << 24;

  private static final int MOST = Integer.MAX_VALUE - PIECE;

  private final DataParallel parallel;

  private final int piece;

  HostCommunicator(DataParallel parallel) {
    this(parallel, PIECE);
  }

  /** With so many floats at once. */
  HostCommunicator(DataParallel parallel, int piece) {
    this.parallel = parallel;
    this.piece = piece;
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
    Checks.range("values of all networks and replicas together", length, 0, MOST);
    float[] values = new float[(int) length];
    copy(buffers, values, false);
    for (int from = 0; from < values.length; from += piece) {
      mean(values, from, Math.min(piece, values.length - from));
    }
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

  private void mean(float[] values, int from, int length) {
    double[] sums = new double[length];
    for (FloatBuffer each : tell(values, from, length)) {
      for (int i = 0; i < length; i++) {
        sums[i] += each.get(i);
      }
    }
    for (int i = 0; i < length; i++) {
      values[from + i] = (float) (sums[i] / ranks());
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
    List<FloatBuffer> all = tell(ofReplicas, 0, ofReplicas.length);
    float[] together = new float[n * ranks()];
    for (int r = 0; r < part.replicas(); r++) {
      for (int i = 0; i < ranks(); i++) {
        all.get(i).get(r * n, together, i * n, n);
      }
      Buffers.write(whole, r, together);
    }
  }

  /** The values of each rank. */
  private List<FloatBuffer> tell(float[] values, int from, int length) {
    ByteBuffer own =
        ByteBuffer.allocate(Math.multiplyExact(length, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    own.asFloatBuffer().put(values, from, length);
    return parallel.gatherAlike(own).stream().map(ByteBuffer::asFloatBuffer).toList();
  }

  @Override
  public void close() {}
}
