package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.CUBLASLT_EPILOGUE_DEFAULT;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_16BF;
import static org.bytedeco.cuda.global.cublas.CUBLAS_COMPUTE_32F_FAST_TF32;
import static org.bytedeco.cuda.global.cublas.cublasLtCreate;
import static org.bytedeco.cuda.global.cublas.cublasLtDestroy;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.javacpp.FloatPointer;
import org.gan4j.device.DenseShape;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.PlanCache;
import org.gan4j.device.SafetyNet;
import org.gan4j.device.StateLayout;

/** Matrix products by cuBLASLt, a {@link LtPlan} for every shape that has come up. */
final class LtProducts implements AutoCloseable {
  /** What cuBLASLt's documentation advises for Hopper and later, and for cards before. */
  private static final long WORKSPACE = 32 << 20;

  private static final long SMALL_WORKSPACE = 8 << 20;
  private static final int HOPPER = 90;

  /** Bytes to which a bias must be aligned; unlike the matrices' it can't be said beforehand. */
  private static final int VECTOR = 16;

  /** Between a shape and its algorithm. */
  private static final String SAYS = ": ";

  private final CudaContext context;
  private final int networkCompute;
  private final Owned owned = new Owned();
  private final PlanCache<LtPlan.Shape, Optional<LtPlan>> plans =
      new PlanCache<>(plan -> plan.ifPresent(LtPlan::close));
  private final cublasLtContext handle = new cublasLtContext();
  private final FloatPointer one = new FloatPointer(1f);
  private final FloatPointer zero = new FloatPointer(0f);
  private final long workspaceBytes;
  private final Workspaces workspace;
  private final Optional<LtTimer> timer;

  /** Of each shape, by its text, what was timed to be fastest, here or where a run was before. */
  private final Map<String, String> choices = new TreeMap<>();

  private boolean toldOfStrict;

  /** The shapes of those that were made or kept to here. */
  private final Set<String> chosen = new HashSet<>();

  LtProducts(CudaContext context, DeviceOptions options, int capability) {
    this.context = context;
    this.networkCompute =
        switch (options.math()) {
          case TF32 -> CUBLAS_COMPUTE_32F_FAST_TF32;
          case FP32 -> CUBLAS_COMPUTE_32F;
          case BF16 -> CUBLAS_COMPUTE_32F_FAST_16BF;
        };
    this.workspaceBytes = capability >= HOPPER ? WORKSPACE : SMALL_WORKSPACE;
    this.workspace = new Workspaces(context);
    this.timer =
        options.algorithms() == DeviceOptions.Algorithms.TIMED
            ? Optional.of(new LtTimer(context))
            : Optional.empty();
    owned.add(one::close);
    owned.add(zero::close);
    try {
      Status.blas(cublasLtCreate(handle), "cublasLtCreate");
      owned.add(() -> Status.blas(cublasLtDestroy(handle), "cublasLtDestroy"));
      owned.add(plans::close);
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /**
   * out ← epilogue(a·b + bias), by rows.
   *
   * @param epilogue one of CUBLASLT_EPILOGUE_, without a bias the default one
   * @param strict whether single precision is kept throughout
   * @return false if cuBLASLt can't do this epilogue here; then nothing was done
   */
  boolean product(
      CudaBuffer out,
      CudaBuffer a,
      CudaBuffer b,
      CudaBuffer biasOrNull,
      int epilogue,
      boolean strict,
      boolean transposeB,
      int rows,
      int columns,
      int inner) {
    if (biasOrNull != null && biasOrNull.address() % VECTOR != 0) {
      return false;
    }
    LtPlan.Shape shape =
        new LtPlan.Shape(
            out.replicas(),
            columns,
            rows,
            inner,
            transposeB,
            false,
            epilogue,
            strict ? CUBLAS_COMPUTE_32F : networkCompute,
            false,
            stride(out, out.replicas()),
            stride(b, out.replicas()),
            stride(a, out.replicas()),
            biasOrNull == null ? 0 : stride(biasOrNull, out.replicas()),
            alignment(out, a, b, biasOrNull),
            workspaceBytes);
    long bias = biasOrNull == null ? 0 : biasOrNull.address();
    Optional<LtPlan> plan = plan(shape, bias);
    if (plan.isEmpty()) {
      return false;
    }
    Streams streams = announce(out, a, b);
    if (biasOrNull != null) {
      streams.announce(biasOrNull, false);
    }
    streams.begin();
    Address room = new Address(workspace.require(plan.get().workspaceBytes()));
    if (runs()) {
      plan.get()
          .run(
              one,
              zero,
              new Address(out.address()),
              new Address(b.address()),
              new Address(a.address()),
              bias,
              room,
              streams.main());
    }
    return true;
  }

  PlanCache<LtPlan.Shape, Optional<LtPlan>> plans() {
    return plans;
  }

  private Streams announce(CudaBuffer out, CudaBuffer a, CudaBuffer b) {
    context.enter();
    Streams streams = context.streams();
    streams.forget();
    streams.announce(out, true);
    streams.announce(a, false);
    streams.announce(b, false);
    return streams;
  }

  private boolean runs() {
    return context.streams().mode() != Streams.Mode.PREPARING;
  }

  /**
   * velocity ← momentum · velocity − learningRate · xᵀ·delta of one replica, the two factors read
   * from the state when the product runs.
   *
   * @param plan of {@link #gradients}
   */
  void weightGradient(
      LtPlan plan, CudaBuffer velocity, CudaBuffer x, CudaBuffer delta, CudaBuffer state) {
    Streams streams = announce(velocity, x, delta);
    streams.announce(state, StateLayout.FACTORS, 1, false);
    streams.begin();
    long room = room(plan);
    long factors = state.address() + (long) StateLayout.FACTORS * Long.BYTES;
    run(plan, factors, velocity.address(), x.address(), delta.address(), room);
  }

  /**
   * The product of weight gradients, of all replicas in one batch; both factors are read on the
   * device when it runs.
   *
   * @param strideOfX bytes from one replica to the next where x is not in its buffer but aligned to
   *     256 bytes somewhere else; 0: it is
   * @param strideOfDelta the same of delta
   * @return empty if cuBLASLt has no algorithm that reads its factors there
   */
  Optional<LtPlan> gradients(
      CudaBuffer velocity,
      CudaBuffer x,
      CudaBuffer delta,
      DenseShape layer,
      long strideOfX,
      long strideOfDelta) {
    int replicas = velocity.replicas();
    long ofX = strideOfX == 0 ? stride(x, replicas) : strideOfX / Float.BYTES;
    long ofDelta = strideOfDelta == 0 ? stride(delta, replicas) : strideOfDelta / Float.BYTES;
    LtPlan.Shape shape =
        new LtPlan.Shape(
            replicas,
            layer.outputs(),
            layer.inputs(),
            layer.rows(),
            false,
            true,
            CUBLASLT_EPILOGUE_DEFAULT,
            networkCompute,
            true,
            stride(velocity, replicas),
            ofDelta,
            ofX,
            0,
            alignment(
                velocity,
                strideOfX == 0 ? x : velocity,
                strideOfDelta == 0 ? delta : velocity,
                null),
            workspaceBytes);
    return plan(shape, 0);
  }

  /** Room for a plan of {@link #gradients} in the operation that has begun. */
  long room(LtPlan plan) {
    return workspace.require(plan.workspaceBytes());
  }

  /** Runs a plan of {@link #gradients} in the operation that has begun. */
  void run(LtPlan plan, long factors, long velocity, long x, long delta, long room) {
    if (runs()) {
      plan.run(
          new Address(factors),
          new Address(factors + Float.BYTES),
          new Address(velocity),
          new Address(delta),
          new Address(x),
          0,
          new Address(room),
          context.streams().main());
    }
  }

  /** Elements from one product of a batch to the next; 0 where it is the only one. */
  private static long stride(CudaBuffer buffer, int batch) {
    return batch == 1 ? 0 : buffer.stride() / Float.BYTES;
  }

  /** The largest power of two, at most 256, that divides every address. */
  private static int alignment(CudaBuffer out, CudaBuffer a, CudaBuffer b, CudaBuffer biasOrNull) {
    long bits = out.address() | a.address() | b.address() | 256;
    if (biasOrNull != null) {
      bits |= biasOrNull.address();
    }
    return (int) Long.lowestOneBit(bits);
  }

  private Optional<LtPlan> plan(LtPlan.Shape shape, long bias) {
    Optional<LtPlan> known = plans.find(shape);
    if (known != null) {
      return known;
    }
    context.enter();
    context.streams().requireNoCapture("needs a product that was not prepared");
    Optional<LtPlan> made;
    try {
      made = Optional.of(make(shape, bias));
    } catch (LtPlan.NoAlgorithm e) {
      made =
          shape.biased() || shape.deviceScalars()
              ? Optional.empty()
              : Optional.of(strict(shape, e));
    }
    return plans.add(shape, made);
  }

  private LtPlan make(LtPlan.Shape shape, long bias) {
    LtPlan plan = new LtPlan(handle, shape, bias, timer.isPresent() ? LtTimer.PROPOSALS : 1);
    try {
      rehearse(plan, shape);
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
    return plan;
  }

  /** For a product that there is no other way to compute: single precision, and the log says so. */
  private LtPlan strict(LtPlan.Shape shape, LtPlan.NoAlgorithm refused) {
    if (shape.compute() == CUBLAS_COMPUTE_32F) {
      throw refused;
    }
    LtPlan plan = make(shape.withCompute(CUBLAS_COMPUTE_32F), 0);
    if (!toldOfStrict) {
      toldOfStrict = true;
      System.getLogger(SafetyNet.LOGGER)
          .log(
              System.Logger.Level.WARNING,
              refused.getMessage() + "; it and any other such are computed in single precision");
    }
    return plan;
  }

  private void rehearse(LtPlan plan, LtPlan.Shape shape) {
    try (WarmUpMemory memory = new WarmUpMemory(context)) {
      Address factor = new Address(shape.deviceScalars() ? memory.zeros(Float.BYTES) : 0);
      Address out = new Address(memory.zeros(shape.bytesD()));
      Address left = new Address(memory.zeros(shape.bytesA()));
      Address right = new Address(memory.zeros(shape.bytesB()));
      long bias = shape.biased() ? memory.zeros(shape.bytesBias()) : 0;
      Address room = new Address(memory.zeros(Math.max(1, plan.mostWorkspaceBytes())));
      Runnable once =
          () ->
              plan.run(
                  shape.deviceScalars() ? factor : one,
                  shape.deviceScalars() ? factor : zero,
                  out,
                  left,
                  right,
                  bias,
                  room,
                  context.streams().main());
      if (timer.isPresent()) {
        choose(plan, shape.toString(), timer.get(), once);
      }
      once.run();
    }
  }

  private void choose(LtPlan plan, String shape, LtTimer among, Runnable once) {
    if (!plan.use(choices.get(shape))) {
      among.chooseFastest(plan, once);
    }
    choices.put(shape, plan.algorithm());
    chosen.add(shape);
  }

  /** See {@link org.gan4j.device.Device#choices}: a line for each shape, with its algorithm. */
  String choices() {
    StringBuilder lines = new StringBuilder();
    choices.forEach((shape, algorithm) -> lines.append(shape + SAYS + algorithm + '\n'));
    return lines.toString();
  }

  /** See {@link org.gan4j.device.Device#keepTo}. */
  void keepTo(String lines) {
    lines
        .lines()
        .map(line -> line.split(SAYS, 2))
        .filter(line -> line.length == 2 && !chosen.contains(line[0]))
        .forEach(line -> choices.put(line[0], line[1]));
  }

  @Override
  public void close() {
    owned.close();
  }
}
