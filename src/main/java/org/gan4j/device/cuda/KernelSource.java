package org.gan4j.device.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels' source, its own includes put in their places: one text for NVRTC. */
final class KernelSource {
  private static final String FOLDER = "/org/gan4j/native/";
  private static final Pattern INCLUDE = Pattern.compile("#include \"([^\"]+)\"");

  private static final String ONCE = "#pragma once";

  private KernelSource() {}

  static String text() {
    return resolve("cuda/kernels.cu", new HashSet<>());
  }

  private static String resolve(String name, Set<String> seen) {
    if (!seen.add(name)) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    for (String line : read(name).split("\n", -1)) {
      if (line.equals(ONCE)) {
        // Every file is put in once, and compilers complain about this in a main file.
        continue;
      }
      Matcher include = INCLUDE.matcher(line);
      boolean own = include.matches();
      text.append(own ? resolve(sibling(name, include.group(1)), seen) : line).append('\n');
    }
    return text.toString();
  }

  private static String sibling(String name, String include) {
    return include.startsWith("../")
        ? include.substring("../".length())
        : name.substring(0, name.lastIndexOf('/') + 1) + include;
  }

  private static String read(String name) {
    try (InputStream in = KernelSource.class.getResourceAsStream(FOLDER + name)) {
      if (in == null) {
        throw new IllegalStateException(FOLDER + name + " is missing from the library's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
