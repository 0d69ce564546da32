package org.gan4j.device.cpu;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
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
   * @param library where the library lies; nothing is done unless that is in a JAR
   * @throws IOException if it can't be unpacked
   */
  static void refresh(URL library) throws IOException {
    URLConnection connection = library.openConnection();
    if (!(connection instanceof JarURLConnection)) {
      return;
    }
    long expected = ((JarURLConnection) connection).getJarEntry().getCrc();
    File copy = Loader.cacheResource(library);
    if (copy == null || expected == checksum(copy)) {
      return;
    }
    Files.delete(copy.toPath());
    copy = Loader.cacheResource(library);
    if (expected != checksum(copy)) {
      throw new IOException(copy + " is not what " + library + " holds; remove it");
    }
  }

  private static long checksum(File file) throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(Files.newInputStream(file.toPath()), crc)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return crc.getValue();
  }
}
