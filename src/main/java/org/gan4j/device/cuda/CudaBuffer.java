package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cudart.cudaMemcpyDeviceToHost;
import static org.bytedeco.cuda.global.cudart.cudaMemcpyHostToDevice;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.gan4j.device.DataType;
import org.gan4j.device.DeviceBuffer;

/** A place in a {@link CudaArena}. */
final class CudaBuffer extends DeviceBuffer {
  private final CudaArena arena;
  private final long byteOffset;

  CudaBuffer(CudaArena arena, DataType type, int replicas, long byteOffset, long length) {
    super(type, replicas, length);
    this.arena = arena;
    this.byteOffset = byteOffset;
  }

  CudaArena arena() {
    return arena;
  }

  long byteOffset() {
    return byteOffset;
  }

  @Override
  protected long address() {
    return arena.base() + byteOffset;
  }

  long address(int replica) {
    return address() + replica * stride();
  }

  @Override
  protected long stride() {
    return arena.bytesPerReplica();
  }

  @Override
  protected DeviceBuffer slice(long offset, long count) {
    return new CudaBuffer(arena, type(), replicas(), byteOffset + offset * type().bytes(), count);
  }

  private Address element(int replica, long offset) {
    return new Address(address(replica) + offset * type().bytes());
  }

  @Override
  protected void copyIn(int replica, long offset, ByteBuffer source) {
    ByteBuffer direct = source;
    if (!source.isDirect()) {
      direct = ByteBuffer.allocateDirect(source.remaining()).put(source.duplicate()).flip();
    }
    int bytes = source.remaining();
    if (bytes > 0) {
      arena
          .context()
          .copy(
              element(replica, offset),
              new BytePointer(direct.slice()),
              bytes,
              cudaMemcpyHostToDevice);
    }
    source.position(source.limit());
  }

  @Override
  protected void copyOut(int replica, long offset, ByteBuffer target) {
    int bytes = target.remaining();
    if (bytes == 0) {
      return;
    }
    ByteBuffer direct = target.isDirect() ? target.slice() : ByteBuffer.allocateDirect(bytes);
    arena
        .context()
        .copy(new BytePointer(direct), element(replica, offset), bytes, cudaMemcpyDeviceToHost);
    if (target.isDirect()) {
      target.position(target.limit());
    } else {
      target.put(direct);
    }
  }
}
