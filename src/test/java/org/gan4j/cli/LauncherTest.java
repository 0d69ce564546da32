package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the launcher in a project of its own, with stand-ins for Java, Maven and the compiler. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class LauncherTest {
  private static final String BUILDING = "gan4j: building gan4j (first time: a few minutes)...";
  private static final String AGAIN =
      "gan4j: building gan4j (something changed since the last time)...";

  /** What the launcher takes from the system. */
  private static final List<String> SYSTEM_TOOLS =
      List.of(
          "bash",
          "cat",
          "dirname",
          "find",
          "flock",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "stat",
          "touch");

  /** Makes what a build makes; $FAKE says how it ends. */
  private static final String MAVEN =
      """
      #!/bin/sh
      all="$*"
      while [ "$1" != -f ]; do shift; done
      cd "$(dirname "$2")" || exit 1
      echo built >> builds
      echo "$all" | sed 's/.*gan4j.revision=\\([^ ]*\\).*/\\1/' > revision
      [ ! -e target/classes/half ] || echo left >> builds
      mkdir -p target/lib target/classes
      case $FAKE in
        fail) echo 'error: it broke'; exit 1 ;;
        slow) sleep 0.5 ;;
        killed) : > target/classes/half; : > target/gan4j-1.jar; kill -9 $PPID; exit 1 ;;
      esac
      echo jar > target/gan4j-1.jar
      """;

  private static final String JAVA =
      """
      #!/bin/sh
      echo "in $PWD"
      echo "locale ${LC_ALL-none}, spin ${GOMP_SPINCOUNT-none}"
      for argument; do echo "<$argument>"; done
      exit 7
      """;

  @TempDir private Path folder;
  private Path root;
  private Path tools;
  private Path jdk;

  private record Result(int code, List<String> out, List<String> err) {}

  @BeforeEach
  void project() throws IOException {
    root = Files.createDirectories(folder.resolve("a project"));
    Files.createDirectories(root.resolve("src/main/java"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    executable(root.resolve("gan4j"), Files.readString(Path.of("gan4j")));
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : SYSTEM_TOOLS) {
      executable(tools.resolve(tool), "#!/bin/sh\nexec " + onPath(tool) + " \"$@\"\n");
    }
    executable(tools.resolve("mvn"), MAVEN);
    executable(tools.resolve("g++"), "#!/bin/sh\n");
    jdk = jdk("jdk-17", "17.0.1");
  }

  @Test
  void buildsOnceAndHandsTheRestToJava() throws Exception {
    Result first = launch("recipes", "a b", "");
    assertEquals(List.of(BUILDING), first.err());
    assertEquals(7, first.code());
    assertEquals("in " + folder.toRealPath(), first.out().get(0));
    int main = first.out().indexOf("<org.gan4j.cli.Main>");
    assertEquals(
        List.of("<recipes>", "<a b>", "<>"), first.out().subList(main + 1, first.out().size()));
    assertEquals(
        "<" + root.toRealPath() + "/target/gan4j-1.jar:" + root.toRealPath() + "/target/lib/*>",
        first.out().get(main - 1));

    Result second = launch("recipes", "a b", "");
    assertEquals(List.of(), second.err());
    assertEquals(first.out(), second.out());
    assertEquals(List.of("built"), builds());
  }

  /** For config.yaml: which commit it was, and whether its sources were changed. */
  @Test
  void aBuildIsToldWhatItIsOf() throws Exception {
    launch("recipes");
    assertEquals("none", Files.readString(root.resolve("revision")).strip());
    executable(
        tools.resolve("git"),
        """
        #!/bin/sh
        case "$*" in
          *rev-parse*) echo 0123456789ab ;;
          *status*) [ ! -e "$2/changed" ] || echo ' M src/main/x' ;;
        esac
        """);
    Files.createDirectory(root.resolve(".git"));
    Files.delete(root.resolve("target/gan4j-1.jar"));
    launch("recipes");
    assertEquals("0123456789ab", Files.readString(root.resolve("revision")).strip());
    Files.createFile(root.resolve("changed"));
    Files.delete(root.resolve("target/gan4j-1.jar"));
    launch("recipes");
    assertEquals("0123456789ab+changes", Files.readString(root.resolve("revision")).strip());
  }

  @Test
  void sweepsHaveABuildOfTheirOwnAndSparksLibrariesFirst() throws Exception {
    Path spark = Files.createDirectories(root.resolve("spark"));
    Files.writeString(spark.resolve("pom.xml"), "<project/>");
    executable(
        spark.resolve("build"),
        """
        #!/bin/sh
        cd "$(dirname "$0")" && mkdir -p target && : > target/gan4j-spark-1.jar && echo built >&2
        """);
    Result sweep = launch("sweep", "s.yaml", "--out", "here");
    assertEquals(List.of(BUILDING, "built"), sweep.err());
    int main = sweep.out().indexOf("<org.gan4j.spark.Main>");
    assertEquals(
        List.of("<s.yaml>", "<--out>", "<here>"),
        sweep.out().subList(main + 1, sweep.out().size()));
    String home = root.toRealPath().toString();
    assertTrue(
        sweep.out().get(main - 1).startsWith("<" + home + "/spark/target/gan4j-spark-1.jar:"),
        sweep.toString());
    executable(spark.resolve("build"), "#!/bin/sh\necho broken >&2\nexit 1\n");
    Result failed = launch("sweep", "s.yaml");
    assertEquals(1, failed.code());
    assertEquals(
        List.of("broken", "gan4j: gan4j-spark could not be built; the output is above"),
        failed.err());
    // Everything else needs none of it.
    assertEquals(7, launch("recipes", "", "").code());
  }

  @Test
  void worksThroughSymbolicLinks() throws Exception {
    Path links = Files.createDirectories(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("direct"), root.resolve("gan4j"));
    Files.createSymbolicLink(links.resolve("relative"), Path.of("../links/direct"));
    Result result = launch(links.resolve("relative"), "", "doctor");
    assertEquals(7, result.code(), result.toString());
    assertTrue(result.out().contains("<doctor>"), result.toString());
  }

  private Result launch(Map<String, String> environment) throws Exception {
    ProcessBuilder builder = start(root.resolve("gan4j"), "");
    builder.environment().keySet().removeIf(name -> name.matches("(LC_|LANG|OMP_|GOMP_|GAN4J_).*"));
    builder.environment().putAll(environment);
    return finished(builder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aLocaleOfAsciiBecomesOneOfUtf8(boolean withTool) throws Exception {
    if (withTool) {
      executable(tools.resolve("locale"), "#!/bin/sh\nexec " + onPath("locale") + " \"$@\"\n");
    }
    for (Map<String, String> ascii :
        List.of(Map.<String, String>of(), Map.of("LANG", "C"), Map.of("LC_ALL", "POSIX"))) {
      assertTrue(launch(ascii).out().get(1).startsWith("locale C.UTF-8,"), ascii.toString());
    }
    assertTrue(launch(Map.of("LANG", "C.UTF-8")).out().get(1).startsWith("locale none,"));
    if (withTool) {
      // One that is not installed is as good as none.
      assertTrue(launch(Map.of("LANG", "tlh_QO.UTF-8")).out().get(1).startsWith("locale C.UTF-8,"));
    }
  }

  @Test
  void threadsSpinForAWhileUnlessTheUserSaysHowTheyWait() throws Exception {
    assertTrue(launch(Map.of()).out().get(1).endsWith("spin 10000"));
    assertTrue(launch(Map.of("GOMP_SPINCOUNT", "7")).out().get(1).endsWith("spin 7"));
    assertTrue(launch(Map.of("OMP_WAIT_POLICY", "active")).out().get(1).endsWith("spin none"));
  }

  @Test
  void jarsOfTheUsersComeLast() throws Exception {
    List<String> out = launch(Map.of("GAN4J_CLASSPATH", "/jars/a.jar:/jars/b c.jar")).out();
    assertTrue(
        out.get(out.indexOf("<org.gan4j.cli.Main>") - 1)
            .endsWith("/target/lib/*:/jars/a.jar:/jars/b c.jar>"),
        out.toString());
  }

  @Test
  void aColonInTheFoldersNameIsRefused() throws Exception {
    Path moved = Files.move(root, folder.resolve("a:b"));
    Result result = launch(moved.resolve("gan4j"), "");
    assertEquals(1, result.code());
    assertEquals(
        List.of(
            "gan4j: a folder with a colon in its name can't hold gan4j ("
                + moved.toRealPath()
                + "): move it"),
        result.err());
  }

  @Test
  void buildsAgainWhenSourcesAreNewer() throws Exception {
    launch();
    Files.setLastModifiedTime(
        Files.createFile(root.resolve("src/main/java/New.java")),
        FileTime.from(Instant.now().plusSeconds(1)));
    assertEquals(List.of(AGAIN), launch().err());
  }

  @Test
  void buildsAgainWhenTheJarIsNotItsOwnOrGone() throws Exception {
    launch();
    Path jar = root.resolve("target/gan4j-1.jar");
    Files.writeString(jar, "half a j");
    assertEquals(List.of(AGAIN), launch().err());
    Files.delete(jar);
    assertEquals(List.of(AGAIN), launch().err());
    Files.delete(root.resolve("target/lib"));
    assertEquals(List.of(BUILDING), launch().err());
    assertEquals(List.of(), launch().err());
  }

  @Test
  void failedBuildShowsItsOutputAndIsTriedAgain() throws Exception {
    Result result = launch(root.resolve("gan4j"), "fail");
    assertEquals(1, result.code());
    assertEquals(
        List.of(BUILDING, "error: it broke", "gan4j: the build failed; its output is above"),
        result.err());
    assertEquals(7, launch().code());
  }

  @Test
  void killedBuildIsNotTakenForBuilt() throws Exception {
    Result result = launch(root.resolve("gan4j"), "killed");
    assertFalse(result.out().contains("<org.gan4j.cli.Main>"), result.toString());
    assertEquals(7, launch().code());
    assertEquals(List.of("built", "built"), builds(), "the first one's classes are gone");
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Process one = start(root.resolve("gan4j"), "slow", "one").start();
    Process two = start(root.resolve("gan4j"), "slow", "two").start();
    assertEquals(7, one.waitFor());
    assertEquals(7, two.waitFor());
    assertEquals(List.of("built"), builds());
  }

  @Test
  void missingToolIsNamed() throws Exception {
    Files.delete(tools.resolve("g++"));
    assertRefused("building needs a C++ compiler (g++): install Debian's g++");
    Files.delete(tools.resolve("mvn"));
    assertRefused("building needs Maven 3.8 or newer (mvn): install Debian's maven");
    Files.delete(jdk.resolve("bin/javac"));
    assertRefused(
        "building needs a JDK 17 or newer (javac): install Debian's openjdk-17-jdk-headless or"
            + " newer, or set JAVA_HOME");
  }

  @Test
  void oldJavaIsRefusedAndTheOneOnThePathIsFound() throws Exception {
    launch();
    Path old = jdk("jdk-8", "1.8.0_392");
    Path newer = jdk;
    jdk = old;
    assertRefused(
        "Java 17 or newer is needed: install Debian's openjdk-17-jdk-headless or newer,"
            + " or set JAVA_HOME");
    Files.createSymbolicLink(tools.resolve("java"), newer.resolve("bin/java"));
    assertEquals(7, launch().code());
  }

  private void assertRefused(String message) throws Exception {
    Result result = launch();
    assertEquals(List.of("gan4j: " + message), result.err());
    assertEquals(1, result.code());
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(root.resolve("builds"));
  }

  private Result launch(String... args) throws Exception {
    return launch(root.resolve("gan4j"), "", args);
  }

  private Result launch(Path launcher, String fake, String... args) throws Exception {
    return finished(start(launcher, fake, args));
  }

  private Result finished(ProcessBuilder builder) throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    return new Result(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
  }

  private ProcessBuilder start(Path launcher, String fake, String... args) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("JAVA_HOME", jdk.toString());
    builder.environment().put("FAKE", fake);
    return builder;
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(home.resolve("bin/java"), JAVA);
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private static Path onPath(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static void executable(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
