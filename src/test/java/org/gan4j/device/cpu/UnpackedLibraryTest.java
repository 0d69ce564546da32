package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibraryTest {
  @TempDir Path folder;

  /** JavaCPP's cache knows a JAR by its name. */
  private final String jar = "unpacked-" + UUID.randomUUID() + ".jar";

  @Test
  void anotherBuildOfTheSameSizeAndTimeIsUnpackedAgain() throws IOException {
    URL first = library("one", "kernels of the first build");
    File copy = Loader.cacheResource(first);
    try {
      URL second = library("two", "kernels of the other build");
      assertEquals(copy, Loader.cacheResource(second));
      UnpackedLibrary.refresh(second);
      assertArrayEquals(bytes("kernels of the other build"), Files.readAllBytes(copy.toPath()));
      UnpackedLibrary.refresh(first);
      assertArrayEquals(bytes("kernels of the first build"), Files.readAllBytes(copy.toPath()));
    } finally {
      forget(copy);
    }
  }

  @Test
  void theCopyOfTheSameBuildStays() throws IOException {
    URL library = library("one", "kernels");
    File copy = Loader.cacheResource(library);
    try {
      Object identity = Files.getAttribute(copy.toPath(), "unix:ino");
      UnpackedLibrary.refresh(library);
      assertEquals(identity, Files.getAttribute(copy.toPath(), "unix:ino"));
    } finally {
      forget(copy);
    }
  }

  @Test
  void aLibraryBesideTheClassesIsItsOwnCopy() throws IOException {
    Path library = Files.write(folder.resolve("libkernels.so"), bytes("kernels"));
    UnpackedLibrary.refresh(library.toUri().toURL());
    assertArrayEquals(bytes("kernels"), Files.readAllBytes(library));
  }

  private URL library(String build, String content) throws IOException {
    Path file = Files.createDirectories(folder.resolve(build)).resolve(jar);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      ZipEntry entry = new ZipEntry("native/libkernels.so");
      entry.setTime(1_700_000_000_000L);
      out.putNextEntry(entry);
      out.write(bytes(content));
    }
    return new URL("jar:" + file.toUri() + "!/native/libkernels.so");
  }

  private static void forget(File copy) throws IOException {
    Path path = copy.toPath();
    for (int i = 0; i < 3; i++, path = path.getParent()) {
      Files.delete(path);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
