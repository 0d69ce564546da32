package org.gan4j.data;

/**
 * One published file of a data set, as mirrors have it: gzipped.
 *
 * @param name its name before gzip; mirrors add ".gz"
 * @param gzipBytes its size gzipped
 * @param gzipSha256 checksum of the gzipped file, in lower-case hexadecimal
 * @param contentSha256 checksum after gunzip: the same however a copy was packed
 */
record DataFile(String name, int gzipBytes, String gzipSha256, String contentSha256) {
  String gzipName() {
    return name + ".gz";
  }
}
