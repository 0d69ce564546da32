package org.gan4j.device.cuda;

import static org.bytedeco.cuda.global.cublas.*;
import static org.bytedeco.cuda.global.cudart.CUDA_R_32F;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.gan4j.device.DeviceException;

/**
 * One cuBLASLt product, prepared for a shape: its algorithm is chosen when it is made, so that it
 * can run inside a capture.
 *
 * <p>cuBLASLt's matrices are stored by columns, ours by rows, so a matrix of ours is its transpose
 * there: left and right change places, and the first of {@link Shape}'s operands is cuBLASLt's A.
 */
final class LtPlan implements AutoCloseable {
  /**
   * What a plan is for: D [m × n] ← alpha · op(A) · op(B) + beta · D, stored by columns, dense.
   *
   * @param batch products side by side
   * @param m rows of D
   * @param n columns of D
   * @param k terms of a sum
   * @param transposeA whether op(A) is the transpose of A
   * @param transposeB the same of B
   * @param epilogue one of CUBLASLT_EPILOGUE_
   * @param compute one of CUBLAS_COMPUTE_
   * @param deviceScalars whether alpha and beta are read on the device when the product runs
   * @param strideD elements from one product of the batch to the next
   * @param strideA the same of A
   * @param strideB the same of B
   * @param strideBias the same of the bias; 0 without
   * @param alignment bytes to which all of the operands are aligned
   * @param mostWorkspaceBytes room that an algorithm may ask for
   */
  record Shape(
      int batch,
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      int epilogue,
      int compute,
      boolean deviceScalars,
      long strideD,
      long strideA,
      long strideB,
      long strideBias,
      int alignment,
      long mostWorkspaceBytes) {
    /** The same by another arithmetic. */
    Shape withCompute(int another) {
      return new Shape(
          batch,
          m,
          n,
          k,
          transposeA,
          transposeB,
          epilogue,
          another,
          deviceScalars,
          strideD,
          strideA,
          strideB,
          strideBias,
          alignment,
          mostWorkspaceBytes);
    }

    boolean biased() {
      return epilogue != CUBLASLT_EPILOGUE_DEFAULT;
    }

    /** Bytes of D, from the first product of the batch to the last. */
    long bytesD() {
      return Float.BYTES * ((batch - 1) * strideD + (long) m * n);
    }

    long bytesA() {
      return Float.BYTES * ((batch - 1) * strideA + (long) m * k);
    }

    long bytesB() {
      return Float.BYTES * ((batch - 1) * strideB + (long) k * n);
    }

    long bytesBias() {
      return Float.BYTES * ((batch - 1) * strideBias + m);
    }
  }

  /** 64-bit words of a cublasLtMatmulAlgo_t. */
  private static final int ALGORITHM_WORDS = 8;

  private final Owned owned = new Owned();
  private final cublasLtContext handle;
  private final Shape shape;
  private final cublasLtMatmulDescOpaque_t description;
  private final cublasLtMatrixLayoutOpaque_t a;
  private final cublasLtMatrixLayoutOpaque_t b;
  private final cublasLtMatrixLayoutOpaque_t d;
  private final List<Algorithm> proposed;
  private Algorithm algorithm;
  private final LongPointer biasAddress = new LongPointer(1);

  /**
   * Chooses the algorithm.
   *
   * @param bias a bias of the alignment that every later one has; 0 without
   * @param proposals how many algorithms are asked for, ≥ 1; the first is taken
   * @throws NoAlgorithm if cuBLASLt has none for this shape
   */
  LtPlan(cublasLtContext handle, Shape s, long bias, int proposals) {
    this.handle = handle;
    this.shape = s;
    owned.add(biasAddress::close);
    try {
      description = describe(s, bias);
      a = layout(s, s.transposeA ? s.k : s.m, s.transposeA ? s.m : s.k, s.strideA);
      b = layout(s, s.transposeB ? s.n : s.k, s.transposeB ? s.k : s.n, s.strideB);
      d = layout(s, s.m, s.n, s.strideD);
      proposed = propose(s, proposals);
      algorithm = proposed.get(0);
    } catch (RuntimeException e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /**
   * A way to compute a product.
   *
   * @param how for cuBLASLt
   * @param workspaceBytes room that it needs
   */
  record Algorithm(cublasLtMatmulAlgo_t how, long workspaceBytes) {}

  /** cuBLASLt has no algorithm for what a plan asked for. */
  static final class NoAlgorithm extends DeviceException {
    private static final long serialVersionUID = 1L;

    NoAlgorithm(Shape shape) {
      super("cuBLASLt has no algorithm for a matrix product: " + shape);
    }
  }

  private cublasLtMatmulDescOpaque_t describe(Shape s, long bias) {
    cublasLtMatmulDescOpaque_t made;
    try (PointerPointer<cublasLtMatmulDescOpaque_t> out = new PointerPointer<>(1)) {
      Status.blas(cublasLtMatmulDescCreate(out, s.compute, CUDA_R_32F), "cublasLtMatmulDescCreate");
      made = out.get(cublasLtMatmulDescOpaque_t.class, 0);
    }
    owned.add(() -> Status.blas(cublasLtMatmulDescDestroy(made), "cublasLtMatmulDescDestroy"));
    set(made, CUBLASLT_MATMUL_DESC_TRANSA, s.transposeA ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(made, CUBLASLT_MATMUL_DESC_TRANSB, s.transposeB ? CUBLAS_OP_T : CUBLAS_OP_N);
    set(made, CUBLASLT_MATMUL_DESC_EPILOGUE, s.epilogue);
    if (s.deviceScalars) {
      set(made, CUBLASLT_MATMUL_DESC_POINTER_MODE, CUBLASLT_POINTER_MODE_DEVICE);
    }
    if (s.biased()) {
      // The choice of the algorithm looks at the bias's alignment.
      setBias(made, bias);
    }
    if (s.biased() && s.batch > 1) {
      try (LongPointer stride = new LongPointer(1)) {
        stride.put(s.strideBias);
        set(made, CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE, stride, Long.BYTES);
      }
    }
    return made;
  }

  private static void set(cublasLtMatmulDescOpaque_t of, int attribute, int value) {
    try (IntPointer holder = new IntPointer(1)) {
      holder.put(value);
      set(of, attribute, holder, Integer.BYTES);
    }
  }

  private static void set(cublasLtMatmulDescOpaque_t of, int attribute, Pointer value, int bytes) {
    Status.blas(
        cublasLtMatmulDescSetAttribute(of, attribute, value, bytes),
        "cublasLtMatmulDescSetAttribute");
  }

  private void setBias(cublasLtMatmulDescOpaque_t of, long bias) {
    biasAddress.put(bias);
    set(of, CUBLASLT_MATMUL_DESC_BIAS_POINTER, biasAddress, Long.BYTES);
  }

  private cublasLtMatrixLayoutOpaque_t layout(Shape s, int rows, int columns, long stride) {
    cublasLtMatrixLayoutOpaque_t made;
    try (PointerPointer<cublasLtMatrixLayoutOpaque_t> out = new PointerPointer<>(1)) {
      Status.blas(
          cublasLtMatrixLayoutCreate(out, CUDA_R_32F, rows, columns, rows),
          "cublasLtMatrixLayoutCreate");
      made = out.get(cublasLtMatrixLayoutOpaque_t.class, 0);
    }
    owned.add(() -> Status.blas(cublasLtMatrixLayoutDestroy(made), "cublasLtMatrixLayoutDestroy"));
    if (s.batch > 1) {
      try (IntPointer count = new IntPointer(1);
          LongPointer offset = new LongPointer(1)) {
        count.put(s.batch);
        offset.put(stride);
        setLayout(made, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, count, Integer.BYTES);
        setLayout(made, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, offset, Long.BYTES);
      }
    }
    return made;
  }

  private static void setLayout(
      cublasLtMatrixLayoutOpaque_t of, int attribute, Pointer value, int bytes) {
    Status.blas(
        cublasLtMatrixLayoutSetAttribute(of, attribute, value, bytes),
        "cublasLtMatrixLayoutSetAttribute");
  }

  /** What cuBLASLt proposes, the best in its eyes first; at least one. */
  private List<Algorithm> propose(Shape s, int proposals) {
    cublasLtMatmulHeuristicResult_t results = new cublasLtMatmulHeuristicResult_t(proposals);
    owned.add(results::close);
    // An algorithm is known by all of its bytes, those too that cuBLASLt leaves as they are.
    Pointer.memset(results, 0, (long) results.sizeof() * proposals);
    int[] found = new int[1];
    try (PointerPointer<cublasLtMatmulPreferenceOpaque_t> out = new PointerPointer<>(1)) {
      Status.blas(cublasLtMatmulPreferenceCreate(out), "cublasLtMatmulPreferenceCreate");
      cublasLtMatmulPreferenceOpaque_t preference =
          out.get(cublasLtMatmulPreferenceOpaque_t.class, 0);
      try {
        prefer(preference, s);
        int status =
            cublasLtMatmulAlgoGetHeuristic(
                handle, description, a, b, d, d, preference, proposals, results, found);
        // Some versions say INVALID_VALUE of what they don't have, a bias for a single column at
        // least.
        if (status == CUBLAS_STATUS_NOT_SUPPORTED
            || status == CUBLAS_STATUS_INVALID_VALUE && (s.biased() || s.deviceScalars())) {
          throw new NoAlgorithm(s);
        }
        Status.blas(status, "cublasLtMatmulAlgoGetHeuristic");
      } finally {
        cublasLtMatmulPreferenceDestroy(preference);
      }
    }
    List<Algorithm> all = new ArrayList<>();
    for (int i = 0; i < found[0]; i++) {
      cublasLtMatmulHeuristicResult_t each =
          new cublasLtMatmulHeuristicResult_t(results).getPointer(i);
      if (each.state() == CUBLAS_STATUS_SUCCESS) {
        all.add(new Algorithm(each.algo(), each.workspaceSize()));
      }
    }
    if (all.isEmpty()) {
      throw new NoAlgorithm(s);
    }
    return all;
  }

  private static void prefer(cublasLtMatmulPreferenceOpaque_t preference, Shape s) {
    try (LongPointer bytes = new LongPointer(1);
        IntPointer alignment = new IntPointer(1)) {
      bytes.put(s.mostWorkspaceBytes);
      alignment.put(s.alignment);
      setPreference(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, bytes, Long.BYTES);
      int[] operands = {
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES,
        CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES
      };
      for (int operand : operands) {
        setPreference(preference, operand, alignment, Integer.BYTES);
      }
    }
  }

  private static void setPreference(
      cublasLtMatmulPreferenceOpaque_t of, int attribute, Pointer value, int bytes) {
    Status.blas(
        cublasLtMatmulPreferenceSetAttribute(of, attribute, value, bytes),
        "cublasLtMatmulPreferenceSetAttribute");
  }

  List<Algorithm> proposed() {
    return List.copyOf(proposed);
  }

  /** The algorithm by which runs go, as cuBLASLt has it, in hexadecimal. */
  String algorithm() {
    return name(algorithm);
  }

  private static String name(Algorithm algorithm) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < ALGORITHM_WORDS; i++) {
      words.append(String.format("%016x", algorithm.how.data(i)));
    }
    return words.toString();
  }

  /** From now on, runs go by that of the proposed algorithms; false if it is none of them. */
  boolean use(String nameOrNull) {
    for (Algorithm each : proposed) {
      if (name(each).equals(nameOrNull)) {
        use(each);
        return true;
      }
    }
    return false;
  }

  /** From now on, runs go by one of the proposed algorithms. */
  void use(Algorithm another) {
    algorithm = another;
  }

  /** Workspace that a run needs. */
  long workspaceBytes() {
    return algorithm.workspaceBytes;
  }

  /** Workspace that a run by any of the proposed algorithms needs. */
  long mostWorkspaceBytes() {
    return proposed.stream().mapToLong(Algorithm::workspaceBytes).max().orElseThrow();
  }

  /**
   * Runs the product.
   *
   * @param alpha on the host or the device, as the shape says
   * @param beta likewise
   * @param bias 0 without
   * @param workspace of {@link #workspaceBytes}
   * @throws NoAlgorithm if cuBLASLt refuses the algorithm that it proposed
   */
  void run(
      Pointer alpha,
      Pointer beta,
      Pointer out,
      Pointer left,
      Pointer right,
      long bias,
      Pointer workspace,
      CUstream_st stream) {
    if (bias != 0) {
      setBias(description, bias);
    }
    int status =
        cublasLtMatmul(
            handle,
            description,
            alpha,
            left,
            a,
            right,
            b,
            beta,
            out,
            d,
            out,
            d,
            algorithm.how,
            workspace,
            algorithm.workspaceBytes,
            stream);
    if (status == CUBLAS_STATUS_NOT_SUPPORTED) {
      throw new NoAlgorithm(shape);
    }
    Status.blas(status, "cublasLtMatmul");
  }

  @Override
  public void close() {
    owned.close();
  }
}
