package org.gan4j.device;

/** The element type of a buffer. */
public enum DataType {
  /** 32-bit floating point. */
  FLOAT(4),
  /** 64-bit floating point. */
  DOUBLE(8),
  /** 32-bit integer. */
  INT(4),
  /** 64-bit integer. */
  LONG(8),
  /** Unsigned 8-bit integer. */
  BYTE(1);

  private final int bytes;

  DataType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Bytes of one element.
   *
   * @return 1, 4 or 8
   */
  public int bytes() {
    return bytes;
  }
}
