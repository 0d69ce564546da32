package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Gan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java example of the README compiles, runs, and does what it says. */
class ReadmeTest {
  private static final String BEGIN = "<!-- readme-example:begin -->\n```java\n";
  private static final String END = "```\n<!-- readme-example:end -->";
  private static final String FILE = "digits.safetensors";

  private static final String FRAME =
      """
      import java.nio.file.*;
      import java.util.*;
      import org.gan4j.data.*;
      import org.gan4j.device.*;
      import org.gan4j.eval.*;
      import org.gan4j.gan.*;
      import org.gan4j.recipe.*;

      public class Example {
        public static void main(String[] args) {
      %s
        }
      }
      """;

  @TempDir private Path folder;

  private static String example() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    return readme.substring(begin, readme.indexOf(END));
  }

  private void compile(String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreErrors) {
            return source;
          }
        };
    List<String> options =
        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    boolean done = compiler.getTask(messages, null, null, options, null, List.of(file)).call();
    assertTrue(done, messages + source);
  }

  private String run() throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    URL[] places = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(places)) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      Class<?> example = loader.loadClass("Example");
      example.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void exampleCompilesAndRuns() throws Exception {
    Path file = folder.resolve(FILE);
    String text = example().replace(FILE, file.toString());
    assertTrue(text.contains(file.toString()));
    assertTrue(text.lines().count() <= 16, "about ten lines");
    compile(FRAME.formatted(text));
    String printed = run();
    assertTrue(printed.matches("parzen test -?[0-9.]+ ± [0-9.]+ nats \\(σ .*\\)\n"), printed);
    try (Device device = Device.cpu();
        Gan gan = Checkpoint.open(device, file)) {
      assertEquals(20, gan.iteration());
    }
  }
}
