package org.gan4j.data;

import java.util.List;
import java.util.stream.Stream;

/**
 * One published file of a data set, as mirrors have it: gzipped.
 *
 * @param name its name before gzip; mirrors add ".gz"
 * @param gzipBytes its size gzipped
 * @param gzipSha256 checksum of the gzipped file, in lower-case hexadecimal
 * @param contentBytes its size after gunzip, or the most that it can be
 * @param contentSha256 checksum after gunzip: the same however a copy was packed; empty where only
 *     that of the gzipped file is known
 */
record DataFile(
    String name, int gzipBytes, String gzipSha256, long contentBytes, String contentSha256) {
  String gzipName() {
    return name + ".gz";
  }

  List<String> localNames() {
    return localNames(name);
  }

  /** The names under which people have a file; Kaggle's have a dot. */
  static List<String> localNames(String name) {
    return Stream.of(name, name.replaceFirst("-(?=idx[13]-ubyte)", "."))
        .distinct()
        .flatMap(each -> Stream.of(each + ".gz", each))
        .toList();
  }
}
