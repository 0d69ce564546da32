package org.gan4j.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gan4j.FormatException;

/**
 * What ci/fuzz runs: the first byte chooses a reader, the others are its file. Whatever they are,
 * the file is read or refused by one of the documented exceptions, with a message.
 */
public final class FuzzReaders {
  private static Path folder;

  private FuzzReaders() {}

  /** Called by Jazzer with one input after the other. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    if (folder == null) {
      folder = Files.createTempDirectory("gan4j-fuzz-");
    }
    Reader[] readers = Reader.values();
    Reader reader = readers[Byte.toUnsignedInt(input[0]) % readers.length];
    check(folder, reader, Arrays.copyOfRange(input, 1, input.length));
  }

  /** Fails if the reader ends in anything but what it may. */
  static void check(Path place, Reader reader, byte[] content) {
    try {
      Path own = Files.createDirectories(place.resolve(reader.name()));
      Path file = own.resolve(reader.fileName());
      Files.write(file, content);
      reader.read(file);
    } catch (FormatException | IllegalArgumentException | IOException | UncheckedIOException e) {
      requireMessage(e);
    }
  }

  /** IllegalArgumentException has descendants that nobody documented. */
  private static void requireMessage(Exception e) {
    boolean foreign =
        e instanceof IllegalArgumentException && e.getClass() != IllegalArgumentException.class;
    if (foreign || e.getMessage() == null || e.getMessage().isBlank()) {
      throw new AssertionError("refused without a word, or by a foreign exception", e);
    }
  }

  /**
   * Writes all seeds as inputs.
   *
   * @param args the folder, which exists
   */
  public static void main(String[] args) throws IOException {
    for (Reader reader : Reader.values()) {
      for (Path seed : reader.files()) {
        byte[] content = Files.readAllBytes(seed);
        byte[] input = new byte[1 + content.length];
        input[0] = (byte) reader.ordinal();
        System.arraycopy(content, 0, input, 1, content.length);
        Files.write(Path.of(args[0], reader.name() + "-" + seed.getFileName()), input);
      }
    }
  }
}
