package org.gan4j.device.cpu;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.gan4j.device.NativeFolder;
import org.gan4j.io.Version;

/** Loads the library of {@link NativeKernels}, and says what is wrong where it can't be used. */
final class NativeLibrary {
  private static final String FOLDER = "org/gan4j/device/cpu/";

  private NativeLibrary() {}

  /**
   * Loads it.
   *
   * @throws UnsatisfiedLinkError if it can't be used, with the remedy
   */
  static void load() {
    try {
      load(NativeLibrary.class.getClassLoader());
    } catch (IOException e) {
      throw new UnsatisfiedLinkError("they can't be unpacked: " + e);
    }
  }

  private static void load(ClassLoader loader) throws IOException {
    if (Loader.class.getClassLoader() != loader) {
      // Native methods are sought in what their class's own loader loaded.
      throw new UnsatisfiedLinkError(
          "JavaCPP belongs to another class loader than gan4j: give both to one");
    }
    requireOne(loader);
    String platform = Loader.getPlatform();
    URL library = loader.getResource(FOLDER + platform + "/" + System.mapLibraryName("jnigan4j"));
    if (library == null) {
      throw new UnsatisfiedLinkError("gan4j's own is missing: " + remedy(platform));
    }
    NativeFolder.choose();
    // oneDNN first: it brings the OpenMP run-time library that both then share.
    try {
      Loader.load(dnnl.class);
    } catch (UnsatisfiedLinkError e) {
      throw isMissing(e)
          ? new UnsatisfiedLinkError("oneDNN's are missing: " + remedy(platform))
          : e;
    }
    UnpackedLibrary.refresh(library);
    Loader.load(NativeKernels.class);
    requireSame(version());
  }

  /** What JavaCPP says of the libraries that one needs stands in the causes. */
  private static boolean isMissing(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(e -> String.valueOf(e.getMessage()).startsWith("Could not find "));
  }

  private static String remedy(String platform) {
    return "add the dependency org.gan4j:gan4j-"
        + platform
        + ":"
        + Version.current()
        + ", or gan4j-platform, of type pom; for a program of modules also --add-modules"
        + " org.gan4j.natives."
        + platform.replace('-', '.');
  }

  /** Classes of one version and files of another would make a third that nobody has tested. */
  private static void requireOne(ClassLoader loader) throws IOException {
    Map<String, String> places = new TreeMap<>();
    for (URL url : Collections.list(loader.getResources(Version.RESOURCE))) {
      places.put(Version.read(url), place(url));
    }
    if (places.size() > 1) {
      throw new UnsatisfiedLinkError(
          places.entrySet().stream()
              .map(e -> e.getKey() + " in " + e.getValue())
              .collect(
                  Collectors.joining(
                      " and ", "two versions of gan4j are on the class path, ", "; leave one")));
    }
  }

  private static String place(URL url) {
    return url.toString()
        .replaceFirst("^(jar:)?file:", "")
        .replaceFirst("!?/" + Version.RESOURCE + "$", "");
  }

  /** The library's own version. */
  private static String version() {
    try {
      return NativeKernels.version();
    } catch (UnsatisfiedLinkError e) {
      return "before 0.1.0";
    }
  }

  /**
   * Fails where the library does not belong to these classes.
   *
   * @param version its own
   */
  static void requireSame(String version) {
    if (!version.equals(Version.current())) {
      throw new UnsatisfiedLinkError(
          "gan4j's own is of version "
              + version
              + " and the classes are of "
              + Version.current()
              + ": give gan4j and gan4j-natives the same version");
    }
  }
}
