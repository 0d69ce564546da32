package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ci/publish/compile-natives hands to the compiler of functions in any order. */
class GeneratedOrderTest {
  private static final String HEAD = "static int known;\nextern \"C\" {\n\n";
  private static final String FIRST =
      "JNIEXPORT void JNICALL Java_first(JNIEnv* env) {\n    if (env) {\n    }\n}\n";
  private static final String SECOND =
      "JNIEXPORT jint JNICALL Java_second(JNIEnv* env) {\n    return 2;\n}\n";

  @TempDir private Path folder;

  private String sorted(String source) throws Exception {
    Path file = Files.writeString(folder.resolve("jni.cpp"), source);
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("ci/publish/compile-natives").toAbsolutePath().toString(), file.toString());
    builder.environment().put("COMPILER", "true");
    assertEquals(0, builder.inheritIO().start().waitFor());
    assertArrayEquals(new String[] {"jni.cpp"}, folder.toFile().list());
    return Files.readString(file);
  }

  @Test
  void functionsAreSortedByName() throws Exception {
    String expected = sorted(HEAD + FIRST + SECOND + "\n}\n\n");
    assertEquals(expected, sorted(HEAD + SECOND + "\n" + FIRST + "\n}\n\n"));
    assertTrue(expected.startsWith("static int known;\nextern \"C\" {\n" + FIRST), expected);
    assertTrue(expected.endsWith(SECOND.stripTrailing() + "\n\n}\n"), expected);
  }
}
