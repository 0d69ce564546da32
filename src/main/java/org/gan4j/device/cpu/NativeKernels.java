package org.gan4j.device.cpu;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

@Properties(@Platform(include = "cpu/kernels.h", library = "jnigan4j"))
@Namespace("gan4j")
final class NativeKernels {
  static {
    Loader.load();
  }

  private NativeKernels() {}

  static native void scale(@Cast("float*") long out, long n, float factor);
}
