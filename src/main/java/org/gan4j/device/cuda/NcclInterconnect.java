package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.nccl.ncclGetUniqueId;
import static org.bytedeco.cuda.global.nccl.ncclGetVersion;

import java.util.function.BooleanSupplier;
import org.bytedeco.cuda.nccl.ncclUniqueId;
import org.gan4j.device.Communicator;
import org.gan4j.device.Interconnect;

/** GPUs meet by NCCL. */
final class NcclInterconnect implements Interconnect {
  private static final int ID_BYTES = 128;

  private final CudaContext context;
  private final CudaBackend backend;
  private final int ordinal;

  NcclInterconnect(CudaContext context, CudaBackend backend, int ordinal) {
    this.context = context;
    this.backend = backend;
    this.ordinal = ordinal;
  }

  static String version() {
    int[] version = new int[1];
    Status.nccl(ncclGetVersion(version), "ncclGetVersion");
    return version[0] / 10000 + "." + version[0] / 100 % 100 + "." + version[0] % 100;
  }

  @Override
  public String processor() {
    return CudaDevice.uuid(ordinal);
  }

  @Override
  public byte[] invitation() {
    context.enter();
    byte[] bytes = new byte[ID_BYTES];
    try (ncclUniqueId id = new ncclUniqueId()) {
      Status.nccl(ncclGetUniqueId(id), "ncclGetUniqueId");
      id.internal().get(bytes);
    }
    return bytes;
  }

  @Override
  public Communicator join(byte[] invitation, int rank, int ranks, BooleanSupplier ended) {
    context.enter();
    try (ncclUniqueId id = new ncclUniqueId()) {
      id.internal().put(invitation);
      return new NcclCommunicator(context, backend, id, rank, ranks, ended);
    }
  }
}
