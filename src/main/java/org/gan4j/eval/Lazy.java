package org.gan4j.eval;

import java.util.function.Supplier;

/** A value that is computed when it is first asked for, and kept. For one thread. */
final class Lazy<T> implements Supplier<T> {
  private Supplier<T> source;
  private T value;

  Lazy(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public T get() {
    if (source != null) {
      value = source.get();
      source = null;
    }
    return value;
  }

  /** Whether there is a value already. */
  boolean known() {
    return source == null;
  }
}
