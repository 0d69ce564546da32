package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.gan4j.device.Kernel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The text that NVRTC gets; where there is nvcc, it is compiled for several kinds of cards, for all
 * at once if JUnit's parallel execution is enabled.
 */
@Execution(ExecutionMode.CONCURRENT)
final class KernelSourceTest {
  @Test
  void isWholeAndHasEveryKernel() {
    String text = KernelSource.text();
    assertFalse(text.contains("#include \""));
    for (Kernel kernel : Kernel.values()) {
      int expected = kernel.onGpu() ? 1 : 0;
      int found = text.split("KERNEL\\(" + kernel.symbol() + ",", -1).length - 1;
      assertEquals(expected, found, kernel.symbol());
    }
    assertEquals(text, KernelSource.text());
  }

  private static Optional<Path> nvcc() {
    String path = System.getenv("PATH");
    return Stream.concat(
            Arrays.stream(path == null ? new String[0] : path.split(":")),
            Stream.of("/usr/local/cuda/bin"))
        .map(folder -> Path.of(folder, "nvcc"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The oldest card, the newest one, and what datacentres have. */
  @ParameterizedTest(name = "sm_{0}")
  @ValueSource(ints = {75, 90, 120})
  void compiles(int architecture, @TempDir Path folder) throws IOException, InterruptedException {
    compile(architecture, folder);
  }

  @Tag("slow")
  @ParameterizedTest(name = "sm_{0}")
  @ValueSource(ints = {80, 86, 89, 100})
  void compilesForAllOthers(int architecture, @TempDir Path folder)
      throws IOException, InterruptedException {
    compile(architecture, folder);
  }

  private static void compile(int architecture, Path folder)
      throws IOException, InterruptedException {
    assumeTrue(nvcc().isPresent(), "not checked for sm_" + architecture + ": there is no nvcc");
    Path source = folder.resolve("kernels.cu");
    Files.writeString(source, KernelSource.text());
    Process compiler =
        new ProcessBuilder(
                nvcc().get().toString(),
                "-std=c++17",
                "--fmad=false",
                "-Werror=all-warnings",
                "-cubin",
                "-arch=sm_" + architecture,
                "-o",
                folder.resolve("kernels.cubin").toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, compiler.waitFor(), output);
    assertTrue(Files.size(folder.resolve("kernels.cubin")) > 0);
    System.out.println("kernels compiled by nvcc for sm_" + architecture);
  }
}
