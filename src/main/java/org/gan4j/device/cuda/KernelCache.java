package org.gan4j.device.cuda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.gan4j.io.Sha256;
import org.gan4j.io.UserFolders;

/**
 * Compiled kernels on disk, named by all that they depend on. A file begins with the digest of what
 * follows, so a damaged one counts as missing. A cache that can't be written is no failure.
 */
final class KernelCache {
  private static final int DIGEST_BYTES = 32;

  private final Path folder;

  KernelCache(Path folder) {
    this.folder = folder;
  }

  /** {@code gan4j/kernels} in the user's folder for caches. */
  static KernelCache ofUser() {
    return new KernelCache(UserFolders.cache().resolve("kernels"));
  }

  static String key(String... parts) {
    return HexFormat.of()
        .formatHex(digest(String.join("\0", parts).getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] digest(byte[] content) {
    return Sha256.digest().digest(content);
  }

  private Path file(String key) {
    return folder.resolve(key + ".cubin");
  }

  /** What was stored under the key, if it is there and whole. */
  Optional<byte[]> read(String key) {
    try {
      byte[] file = Files.readAllBytes(file(key));
      if (file.length <= DIGEST_BYTES) {
        return Optional.empty();
      }
      byte[] content = Arrays.copyOfRange(file, DIGEST_BYTES, file.length);
      boolean whole = Arrays.equals(digest(content), Arrays.copyOf(file, DIGEST_BYTES));
      return whole ? Optional.of(content) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Stores under the key; a reader finds all of it or nothing. */
  void write(String key, byte[] content) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(digest(content));
    file.writeBytes(content);
    Path temporary = folder.resolve("." + key + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(folder);
      try {
        Files.write(temporary, file.toByteArray());
        Files.move(
            temporary,
            file(key),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      // The kernels are compiled again next time.
    }
  }
}
