package org.gan4j.device;

/** What all operations need: a backend, and the arguments of a launch. */
abstract class Operations {
  final Backend backend;

  Operations(Backend backend) {
    this.backend = backend;
  }

  /**
   * Begins a launch.
   *
   * @param like with as many replicas as the kernel works on
   */
  final Arguments of(DeviceBuffer like) {
    return backend.arguments().of(0, like.replicas());
  }

  /** A word below this keeps the element: keep · 2³², rounded, and at most what a word holds. */
  static long threshold(double keep) {
    return Math.min(Math.round(keep * 0x1p32), 0xFFFFFFFFL);
  }

  /** out ← activation(in + bias), its arguments already checked. */
  final void addBias(
      DeviceBuffer out,
      DeviceBuffer in,
      DeviceBuffer bias,
      Epilogue activation,
      int rows,
      int channels,
      int pixels) {
    if (backend.biasActivation(out, in, bias, activation, rows, channels, pixels)) {
      return;
    }
    of(out)
        .writes(out)
        .reads(in)
        .reads(bias)
        .integer(activation.ordinal())
        .integer(rows)
        .integer(channels)
        .integer(pixels)
        .launch(Kernel.BIAS_ACTIVATION, (long) rows * channels * pixels);
  }
}
