package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_BIAS;

import java.util.HashMap;
import java.util.Map;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.Epilogue;
import org.gan4j.device.StateLayout;

/**
 * As much as possible by cuBLAS and cuDNN: activations, maxout as pooling over the pieces, dropout.
 * cuDNN keeps what its backward passes need in memory of its own, which a layer's forward pass
 * leaves here for the backward pass; the winners of maxout are not written. Its masks are not those
 * of other devices. Replicas go one by one.
 *
 * <p>Pooling of images stays with our own kernels: cuDNN has no windows that are cut off at two
 * edges only, nor does it say which of equal values wins. So do the gradients of biases, which go
 * into a velocity.
 */
final class LibraryBackend extends CudaBackend {
  /** Bytes of the widest vector that a kernel reads. */
  private static final int VECTOR = 16;

  /** What cuDNN's backward pass of one layer needs, for every replica. */
  private record Memory(long pieces, long pooled, long dropped, long mask, long maskBytes) {}

  private record MaxoutKey(long winner, int replicas, int rows, int units, int pieces) {}

  private record DropoutKey(int site, int replicas, long length) {}

  private record Site(int site, int replicas) {}

  /** What is done with one half of the values and its mask. */
  private interface Half {
    void run(long bytes, int count, long mask);
  }

  private final Dnn dnn;
  private final Map<MaxoutKey, Memory> maxouts = new HashMap<>();
  private final Map<DropoutKey, Memory> dropouts = new HashMap<>();

  /** Of the last forward pass at a site. */
  private final Map<Site, Integer> lengths = new HashMap<>();

  LibraryBackend(
      CudaContext context,
      LtProducts products,
      KernelLauncher launcher,
      DnnConvolutions convolutions,
      DeviceOptions options,
      Dnn dnn) {
    super(context, products, launcher, convolutions, options);
    this.dnn = dnn;
  }

  private long room(long bytes) {
    context().streams().requireNoCapture("needs room that was not prepared");
    return context().allocateAlways(bytes);
  }

  @Override
  protected boolean product(
      DeviceBuffer out,
      DeviceBuffer a,
      DeviceBuffer b,
      DeviceBuffer biasOrNull,
      Epilogue epilogue,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    if (epilogue == Epilogue.SOFTPLUS) {
      return super.product(out, a, b, biasOrNull, epilogue, transposeB, rows, columns, inner);
    }
    int biased = CUBLASLT_EPILOGUE_BIAS;
    boolean done = multiply(out, a, b, biasOrNull, biased, transposeB, rows, columns, inner);
    if (done) {
      activate(epilogue, writes(out), rows, columns);
    }
    return done;
  }

  private void activate(Epilogue activation, CudaBuffer y, int rows, int columns) {
    for (int r = 0; r < y.replicas() && activation != Epilogue.NONE; r++) {
      dnn.activate(activation, y.address(r), rows, columns);
    }
  }

  @Override
  protected boolean biasActivation(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer bias,
      Epilogue activation,
      int rows,
      int channels,
      int pixels) {
    if (activation == Epilogue.SOFTPLUS) { // which cuDNN has not
      return false;
    }
    CudaBuffer y = writes(out);
    CudaBuffer x = reads(in);
    CudaBuffer b = reads(bias);
    for (int r = 0; r < y.replicas(); r++) {
      if (y.address(r) != x.address(r)) {
        long bytes = (long) Float.BYTES * rows * channels * pixels;
        context().copyAside(y.address(r), x.address(r), bytes);
      }
      dnn.addBias(y.address(r), b.address(r), rows, channels, pixels);
    }
    activate(activation, y, rows, channels * pixels);
    return true;
  }

  @Override
  protected boolean activationBackward(
      DeviceBuffer delta, DeviceBuffer y, int rows, int units, Epilogue activation) {
    if (activation == Epilogue.SOFTPLUS) {
      return false;
    }
    CudaBuffer d = writes(delta);
    CudaBuffer value = reads(y);
    for (int r = 0; r < d.replicas() && activation != Epilogue.NONE; r++) {
      dnn.activateBackward(activation, d.address(r), value.address(r), rows, units);
    }
    return true;
  }

  /** From one replica to the next, aligned as all of memory is. */
  private static long bytes(int rows, int units, int pieces) {
    return CudaContext.aligned(4L * rows * units * pieces);
  }

  private Memory maxoutMemory(CudaBuffer winner, int rows, int units, int pieces) {
    return maxouts.computeIfAbsent(
        new MaxoutKey(winner.address(), winner.replicas(), rows, units, pieces),
        key -> {
          long replicas = winner.replicas();
          long narrow = replicas * bytes(rows, units, 1);
          long mask = dnn.maskBytes(rows, units);
          return new Memory(
              room(replicas * bytes(rows, units, pieces)),
              room(narrow),
              room(narrow),
              room(replicas * mask),
              mask);
        });
  }

  @Override
  protected boolean maxoutForward(
      DeviceBuffer out,
      DeviceBuffer winner,
      DeviceBuffer in,
      int rows,
      int units,
      int pieces,
      double keep) {
    CudaBuffer y = writes(out);
    CudaBuffer x = reads(in);
    Memory memory = maxoutMemory(writes(winner), rows, units, pieces);
    long n = (long) rows * units;
    for (int r = 0; r < y.replicas(); r++) {
      long kept = memory.pieces + r * bytes(rows, units, pieces);
      long pooled = memory.pooled + r * bytes(rows, units, 1);
      // The layer will write the gradient over its pieces, which pooling's gradient asks for.
      context().copyAside(kept, x.address(r), 4 * n * pieces);
      dnn.largest(pooled, kept, rows, units, pieces);
      if (keep < 1) {
        long mask = memory.mask + r * memory.maskBytes;
        dnn.drop(keep, y.address(r), pooled, rows, units, mask, memory.maskBytes);
      } else {
        context().copyAside(y.address(r), pooled, 4 * n);
      }
    }
    return true;
  }

  @Override
  protected boolean maxoutBackward(
      DeviceBuffer out,
      DeviceBuffer delta,
      DeviceBuffer winner,
      int rows,
      int units,
      int pieces,
      double keep) {
    CudaBuffer gradient = writes(out);
    CudaBuffer d = reads(delta);
    Memory memory = maxoutMemory(reads(winner), rows, units, pieces);
    for (int r = 0; r < gradient.replicas(); r++) {
      long narrow = r * bytes(rows, units, 1);
      long arrived = d.address(r);
      if (keep < 1) {
        arrived = memory.dropped + narrow;
        long mask = memory.mask + r * memory.maskBytes;
        dnn.dropBackward(keep, arrived, d.address(r), rows, units, mask, memory.maskBytes);
      }
      dnn.largestBackward(
          gradient.address(r),
          memory.pooled + narrow,
          arrived,
          memory.pieces + r * bytes(rows, units, pieces),
          rows,
          units,
          pieces);
    }
    return true;
  }

  /** A mask for each half, as a backward pass may be of the first half of the rows alone. */
  @Override
  protected boolean dropout(DeviceBuffer out, DeviceBuffer in, double keep, int site) {
    CudaBuffer y = writes(out);
    CudaBuffer x = reads(in);
    int n = Math.toIntExact(y.length());
    lengths.put(new Site(plain(site), y.replicas()), n);
    if (!hasAlignedHalves(n)) {
      return false;
    }
    Memory memory =
        dropouts.computeIfAbsent(
            new DropoutKey(plain(site), y.replicas(), n),
            key -> {
              long mask = dnn.maskBytes(1, n - n / 2);
              return new Memory(0, 0, 0, room(2 * mask * y.replicas()), mask);
            });
    for (int r = 0; r < y.replicas(); r++) {
      long out0 = y.address(r);
      long in0 = x.address(r);
      halves(
          memory,
          r,
          n,
          n,
          (at, count, mask) ->
              dnn.drop(keep, out0 + at, in0 + at, 1, count, mask, memory.maskBytes));
    }
    return true;
  }

  /** Whether the second half begins where cuDNN can read vectors; else our own dropout does it. */
  private static boolean hasAlignedHalves(int values) {
    return 4L * (values / 2) % VECTOR == 0;
  }

  /** The halves of so many values of a replica, as far as they are wanted: both, or the first. */
  private static void halves(Memory memory, int replica, int values, int wanted, Half each) {
    int first = values / 2;
    long mask = memory.mask + 2L * replica * memory.maskBytes;
    if (first > 0) {
      each.run(0, first, mask);
    }
    if (wanted > first) {
      each.run(4L * first, values - first, mask + memory.maskBytes);
    }
  }

  /** Ranks mark sites of rows that are two halves, of which backward passes may be of one. */
  private static int plain(int site) {
    return site & ~StateLayout.HALVES;
  }

  @Override
  protected boolean dropoutBackward(DeviceBuffer out, DeviceBuffer delta, double keep, int site) {
    CudaBuffer gradient = writes(out);
    CudaBuffer d = reads(delta);
    int n = Math.toIntExact(gradient.length());
    int last = lengths.getOrDefault(new Site(plain(site), gradient.replicas()), 0);
    if (n != last && n != last / 2) {
      throw new IllegalStateException(
          "no forward pass has left a mask of " + n + " values at site " + plain(site));
    }
    if (!hasAlignedHalves(last)) {
      return false;
    }
    Memory memory = dropouts.get(new DropoutKey(plain(site), gradient.replicas(), last));
    for (int r = 0; r < gradient.replicas(); r++) {
      long out0 = gradient.address(r);
      long in0 = d.address(r);
      halves(
          memory,
          r,
          last,
          n,
          (at, count, mask) ->
              dnn.dropBackward(keep, out0 + at, in0 + at, 1, count, mask, memory.maskBytes));
    }
    return true;
  }
}
