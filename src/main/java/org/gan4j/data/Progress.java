package org.gan4j.data;

/** Hears how the opening of a data set goes on. Called on the thread that opens it. */
@FunctionalInterface
public interface Progress {
  /** Ignores everything. */
  Progress NONE = (file, done, total) -> {};

  /**
   * Part of a download has arrived. Called several times a second, and a last time with {@code done
   * == total} when the file is complete.
   *
   * @param file name of the file
   * @param done bytes so far
   * @param total bytes of the whole file
   */
  void downloaded(String file, long done, long total);

  /**
   * Something happened that the user should know of and that is no error, such as a damaged file in
   * the cache that is downloaded again.
   *
   * @param line one line of text
   */
  default void note(String line) {}
}
