package org.gan4j.device.cuda;

import org.bytedeco.javacpp.Pointer;

/** A pointer to device memory; it owns nothing and is never freed by the garbage collector. */
final class Address extends Pointer {
  Address(long address) {
    super((Pointer) null);
    this.address = address;
  }
}
