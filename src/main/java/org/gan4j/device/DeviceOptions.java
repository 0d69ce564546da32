package org.gan4j.device;

/**
 * How a device computes, where it has more than one way. The CPU has one and ignores this.
 *
 * @param kernels which kernels a GPU runs
 * @param math how a GPU multiplies the matrices of networks; distances are always strict
 */
public record DeviceOptions(KernelSet kernels, Math math) {
  /** Which kernels a GPU runs. */
  public enum KernelSet {
    /** Products with their neighbours fused in, and this library's own kernels. */
    FUSED,
    /**
     * As much as possible through cuBLAS and cuDNN. The masks of dropout are then cuDNN's own: not
     * those of other devices, and not the same ones again after a run was resumed; only those on
     * pooled images are the same everywhere.
     */
    LIBRARY
  }

  /** The arithmetic of matrix products and convolutions. */
  public enum Math {
    /**
     * Factors rounded to 10 bits of mantissa, on tensor cores; sums in single precision. A
     * convolution may also go by way of Winograd's or Fourier's transforms.
     */
    TF32,
    /** Single precision throughout; convolutions as sums of products. */
    FP32
  }

  /** What is used unless said otherwise. */
  public static final DeviceOptions DEFAULT = new DeviceOptions(KernelSet.FUSED, Math.TF32);

  public DeviceOptions {
    if (kernels == null || math == null) {
      throw new IllegalArgumentException((kernels == null ? "kernels" : "math") + " is missing");
    }
  }

  /**
   * These options with other kernels.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withKernels(KernelSet other) {
    return new DeviceOptions(other, math);
  }

  /**
   * These options with other arithmetic.
   *
   * @param other which
   * @return the changed copy
   */
  public DeviceOptions withMath(Math other) {
    return new DeviceOptions(kernels, other);
  }
}
