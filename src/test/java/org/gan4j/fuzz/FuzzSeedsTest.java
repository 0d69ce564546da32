package org.gan4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The seeds of ci/fuzz, what it has found, and some hundred inputs near them. */
class FuzzSeedsTest {
  private static final int MUTATIONS = 40;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Reader.class)
  void everyFileIsReadOrRefusedInWords(Reader reader) throws IOException {
    assertFalse(reader.files().isEmpty());
    Random random = new Random(1);
    for (Path seed : reader.files()) {
      byte[] content = Files.readAllBytes(seed);
      FuzzReaders.check(folder, reader, content);
      for (int i = 0; i < MUTATIONS && content.length > 0; i++) {
        byte[] changed = Arrays.copyOf(content, 1 + random.nextInt(content.length));
        for (int k = random.nextInt(4); k >= 0; k--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        FuzzReaders.check(folder, reader, i % 2 == 0 ? changed : spliced(content, changed));
      }
    }
  }

  private static byte[] spliced(byte[] whole, byte[] start) {
    byte[] spliced = whole.clone();
    System.arraycopy(start, 0, spliced, 0, start.length);
    return spliced;
  }
}
