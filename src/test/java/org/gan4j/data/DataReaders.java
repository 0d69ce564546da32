package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** The readers of data files that only this package sees, for a fuzzer. */
public final class DataReaders {
  private static final int RECORDS = 2;
  private static final int IMAGE = 3 * 32 * 32;

  private DataReaders() {}

  /** A file of images, gzipped or not. */
  public static Object idx(Path file) {
    return Idx.read(file);
  }

  /** A batch of two records in an archive, gzipped or not. */
  public static Object archive(Path file) {
    return Gzip.read(file, Tar.entry("data_batch_1.bin", DataReaders::batch));
  }

  /** A batch of two records. */
  public static Object cifar(Path file) {
    return Gzip.read(file, DataReaders::batch);
  }

  private static Object batch(InputStream in, String name) throws IOException {
    return Cifar10.parse(in, name, RECORDS, new byte[RECORDS * IMAGE], new byte[RECORDS], 0);
  }

  /** A MAT-file with an array called faces. */
  public static Object mat(Path file) {
    return MatFiles.read(file, "faces");
  }
}
