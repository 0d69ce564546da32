package org.gan4j.device.cpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.bytedeco.javacpp.Loader;

/**
 * The copy of a native library that JavaCPP keeps outside its JAR. JavaCPP takes a copy for the
 * JAR's own where name, size and time are the same; two builds of a reproducible JAR differ in none
 * of them, and the kernels of the one would run with the classes of the other.
 */
final class UnpackedLibrary {
  private UnpackedLibrary() {}

  /**
   * Unpacks a library again where the copy is not what the JAR holds.
   *
   * @param library where the library lies, in a JAR or an image of jlink; a file is its own copy
   * @throws IOException if it can't be unpacked
   */
  static void refresh(URL library) throws IOException {
    if (library.getProtocol().equals("file")) {
      return;
    }
    long expected = checksum(library.openStream());
    File copy = Loader.cacheResource(library);
    if (copy == null || expected == checksum(Files.newInputStream(copy.toPath()))) {
      return;
    }
    Files.delete(copy.toPath());
    copy = Loader.cacheResource(library);
    if (expected != checksum(Files.newInputStream(copy.toPath()))) {
      throw new IOException(copy + " is not what " + library + " holds; remove it");
    }
  }

  private static long checksum(InputStream content) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(content, crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue();
  }
}
