package org.gan4j.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of files that are taken for data by mistake, known by how they begin. */
enum FileKind {
  LFS(
      "is a Git LFS pointer, not the file itself; get it with git lfs pull",
      "version https://git-lfs"),
  HTML(
      "is a web page, as servers send it in place of a file that they don't have or that needs a"
          + " sign-in; download the file again",
      "<!doctype html",
      "<html"),
  GZIP("is gzipped twice; unpack it once with gunzip", "\u001f\u008b"),
  PICKLE(
      "is a Python pickle, which gan4j does not read; get the data set in its binary version",
      "\u0080\u0002",
      "\u0080\u0003",
      "\u0080\u0004",
      "\u0080\u0005"),
  ZIP("is a ZIP archive; unpack it", "pk\u0003\u0004"),
  NUMPY("is a NumPy array, which gan4j does not read", "\u0093numpy"),
  PARQUET("is a Parquet file, which gan4j does not read", "par1"),
  XZ("is packed by xz; unpack it with unxz", "\u00fd7zxz\0"),
  BZIP2("is packed by bzip2; unpack it with bunzip2", "bzh");

  /** So much of a file's beginning is enough to tell. */
  static final int HEAD_BYTES = 64;

  private final String words;
  private final String[] beginnings;

  FileKind(String words, String... beginnings) {
    this.words = words;
    this.beginnings = beginnings;
  }

  /**
   * What a file is.
   *
   * @param head the first bytes of it, or all
   */
  static Optional<FileKind> of(byte[] head) {
    String text =
        new String(head, StandardCharsets.ISO_8859_1)
            .replaceFirst("^(\u00ef\u00bb\u00bf)?\\s*(?=<)", "")
            .toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(kind -> Arrays.stream(kind.beginnings).anyMatch(text::startsWith))
        .findFirst();
  }

  /** What it is and what to do, to follow the file's name. */
  String words() {
    return words;
  }
}
