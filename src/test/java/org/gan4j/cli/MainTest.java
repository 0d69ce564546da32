package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine commands =
      Main.commandLine(new PrintWriter(out), new PrintWriter(err), Path.of("runs"));

  /** Ends with a given exception. */
  @Command(name = "fail")
  private record Fail(Throwable failure) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      if (failure instanceof Error error) {
        throw error;
      }
      throw (Exception) failure;
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new IllegalArgumentException("k is bad"), 2, "k is bad"),
        Arguments.of(new NumberFormatException("not a number"), 2, "not a number"),
        Arguments.of(new IllegalStateException("no\n  luck"), 1, "no luck"),
        Arguments.of(new IOException("disk full"), 1, "disk full"),
        Arguments.of(new UncheckedIOException(new IOException("gone")), 1, "gone"),
        Arguments.of(new ExecutionException(new IOException("gone")), 1, "gone"),
        Arguments.of(new NoSuchFileException("a/b"), 1, "a/b: no such file or folder"),
        Arguments.of(new AccessDeniedException("a/b"), 1, "a/b: no permission"),
        Arguments.of(new CancellationException("stopped; saved"), 130, "stopped; saved"),
        Arguments.of(new InterruptedException("stopped"), 130, "stopped"),
        Arguments.of(new OutOfMemoryError("native"), 1, "not enough memory: native"),
        Arguments.of(
            new OutOfMemoryError("Java heap space"),
            1,
            "not enough memory: Java heap space; Java's heap may take %d MB here,"
                    .formatted(Runtime.getRuntime().maxMemory() >> 20)
                + " JDK_JAVA_OPTIONS=-Xmx2g would allow it 2 GB"),
        Arguments.of(
            new UnsatisfiedLinkError("no libx"),
            1,
            "java.lang.UnsatisfiedLinkError: no libx (--verbose shows where)"),
        Arguments.of(
            new RuntimeException(), 1, "java.lang.RuntimeException (--verbose shows where)"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void exceptionBecomesOneLineAndCode(Throwable failure, int code, String message) {
    commands.addSubcommand("fail", new Fail(failure));
    assertEquals(code, Main.execute(commands, "fail"));
    assertEquals("gan4j: " + message + System.lineSeparator(), err.toString());
    assertEquals("", out.toString());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void verboseAddsStackTrace(Throwable failure, int code) {
    commands.addSubcommand("fail", new Fail(failure));
    assertEquals(code, Main.execute(commands, "--verbose", "fail"));
    assertTrue(err.toString().contains("\tat " + MainTest.class.getName()), err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recpes | unexpected argument 'recpes'; did you mean recipes? (gan4j --help says more)",
        "recipes a b | unexpected argument 'b' (gan4j recipes --help says more)",
        "doctor --foo | Unknown option: '--foo' (gan4j doctor --help says more)",
        "recipes mnst " + "| unknown recipe \"mnst\"; did you mean mnist? (recipes: RECIPES)",
        "--verbose "
            + "| no command given; there are: train, evaluate, study, measure, sample, complete, infer, classify,"
            + " predict, export, figures, report, compare, survivors, table1, reproduce, sweep, recipes,"
            + " toy, plane, theory, checks, classifier, doctor (gan4j --help says more)",
      })
  void wrongUseGivesOneLineAndTwo(String args, String message) {
    assertEquals(2, Main.execute(commands, args.split(" ")));
    String line = err.toString().lines().findFirst().orElse("");
    String names = String.join(", ", Recipes.names());
    assertEquals("gan4j: " + message.replace("RECIPES", names), line);
    assertEquals("", out.toString());
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    assertEquals(0, Main.execute(commands, "--help"));
    for (String name : commands.getSubcommands().keySet()) {
      out.getBuffer().setLength(0);
      assertEquals(0, Main.execute(commands, name, "--help"));
      assertTrue(out.toString().contains("Examples:"), out.toString());
      assertTrue(out.toString().contains("  gan4j " + name), out.toString());
    }
    assertEquals("", err.toString());
  }

  @Test
  void versionIsOneLine() {
    assertEquals(0, Main.execute(commands, "--version"));
    assertTrue(out.toString().matches("gan4j \\S+\\R"), out.toString());
  }

  @Test
  void recipesListsAll() {
    assertEquals(0, Main.execute(commands, "recipes"));
    List<String> names = out.toString().lines().map(line -> line.split(" ")[0]).toList();
    assertEquals(Recipes.names(), names);
  }

  @Test
  void printedRecipeReadsBack() {
    assertEquals(0, Main.execute(commands, "recipes", "mnist"));
    assertEquals(Recipes.get("mnist"), RecipeYaml.parse(out.toString(), "printed"));
  }
}
