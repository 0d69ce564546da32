package org.gan4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/** The version of gan4j that runs. */
public final class Version {
  /** A file that says it, written by the build: a module says nothing of its JAR's manifest. */
  public static final String RESOURCE = "org/gan4j/version.txt";

  private static final String CURRENT = current(Version.class.getResource("/" + RESOURCE));
  private static final String REVISION =
      current(Version.class.getResource("/org/gan4j/revision.txt"));

  /** Of a build that nobody told. */
  private static final String NONE = "none";

  private Version() {}

  private static String current(URL file) {
    try {
      return read(Objects.requireNonNull(file, RESOURCE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What such a file says.
   *
   * @param file a {@link #RESOURCE}
   * @return such as 0.1.0
   * @throws IOException if it can't be read
   */
  public static String read(URL file) throws IOException {
    URLConnection connection = file.openConnection();
    connection.setUseCaches(false);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  /**
   * What runs.
   *
   * @return such as 0.1.0
   */
  public static String current() {
    return CURRENT;
  }

  /**
   * The commit that it was built from, where the build was told; more than one commit has a
   * version's number.
   *
   * @return such as 0123456789ab, or 0123456789ab+changes
   */
  public static Optional<String> revision() {
    return REVISION.equals(NONE) ? Optional.empty() : Optional.of(REVISION);
  }
}
