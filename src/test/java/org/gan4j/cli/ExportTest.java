package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gan4j.device.Device;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Generator;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run's networks elsewhere: files for other programs, and other runs. */
@Tag("fonts") // every run ends with a chart
class ExportTest {
  private static final int COUNT = 3;

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path run;

  @BeforeEach
  void train() throws IOException {
    commands = new TinyCommands(folder);
    run = commands.train("run", "--set", "replicas=2", "--iterations", 3, "--threads", 1);
    assertTrue(commands.out().contains("device: cpu (1 threads, "), commands.out());
  }

  private static float[] samples(Path checkpoint, int replica) {
    try (Generator generator = new Generator(Device.cpu(), checkpoint, replica)) {
      return generator.sample(COUNT, 5);
    }
  }

  private Path export(String name, Object... more) {
    Path file = folder.resolve(name);
    Object[][] words = {{"export", run}, more, {file}};
    commands.succeed(Stream.of(words).flatMap(Arrays::stream).toArray());
    assertEquals(file + "\n", commands.out());
    return file;
  }

  /** What only the run has, the optimisers' state and the other replicas, would be gone. */
  @Test
  void aRunsOwnFilesAreNotReplaced() throws IOException {
    byte[] before = Files.readAllBytes(run.resolve("checkpoint-latest.safetensors"));
    for (String name : List.of("checkpoint-latest.safetensors", "config.yaml", "metrics.jsonl")) {
      assertEquals(2, commands.run("export", run, "--weights", run.resolve(name)), name);
      assertTrue(commands.err().contains("a run has it for itself"), commands.err());
    }
    assertArrayEquals(before, Files.readAllBytes(run.resolve("checkpoint-latest.safetensors")));
    assertEquals(2, commands.run("export", run, "--onnx", "/"));
    commands.succeed("export", run, "--weights", run.resolve("weights.safetensors"));
    assertEquals(2, commands.run("sample", run, "--conditions", "vectors.csv"));
    assertTrue(commands.err().contains("--condition"), commands.err());
  }

  @Test
  void filesOfOneNetwork() {
    float[] own = samples(RunFolder.open(run).scored(), 1);
    Path generator = export("g.onnx", "--replica", 1, "--onnx");
    Path weights = export("w.safetensors", "--replica", 1, "--weights");
    Path discriminator = export("d.onnx", "--replica", 1, "--network", "discriminator", "--onnx");
    Path bytes = export("u.onnx", "--samples", "uint8", "--onnx");
    assertArrayEquals(own, samples(generator, 0));
    assertArrayEquals(own, samples(weights, 0));
    try (Discriminator one = Discriminator.open(discriminator);
        Discriminator other = Discriminator.open(weights)) {
      assertArrayEquals(other.score(own), one.score(own));
    }
    assertTrue(bytes.toFile().length() > 0);
    assertRefused("--samples is about a generator", "--network", "discriminator");
    assertRefused("--network must be generator or discriminator, not 'both'", "--network", "both");
  }

  private void assertRefused(String why, Object... more) {
    Path file = folder.resolve("refused.onnx");
    assertEquals(
        2,
        commands.run("export", run, "--onnx", file, "--samples", "uint8", more[0], more[1]),
        commands.out());
    assertTrue(commands.err().contains(why), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
    assertFalse(Files.exists(file));
  }

  private Path tune(String name, Object... more) {
    Object[] gentle = {"--iterations", 1, "--set", "learning_rate.initial=1e-3"};
    return commands.train(name, Stream.of(gentle, more).flatMap(Arrays::stream).toArray());
  }

  /** From a run and from a file, at a rate that hardly changes anything. */
  @Test
  void anotherRunBeginsWithThem() {
    float[] own = samples(RunFolder.open(run).scored(), 1);
    Path weights = export("w.safetensors", "--replica", 1, "--weights");
    Path ofRun = tune("of-run", "--fine-tune", run, "--fine-tune-replica", 1);
    Path ofFile = tune("of-file", "--fine-tune", weights, "--seed", 9);
    assertEquals(Optional.of(RunFolder.open(run).scored()), RunFolder.open(ofRun).tuned());
    assertEquals(Optional.of(weights), RunFolder.open(ofFile).tuned());
    commands.succeed("train", "--resume", ofRun);
    assertEquals(Optional.of(RunFolder.open(run).scored()), RunFolder.open(ofRun).tuned());
    for (Path tuned : List.of(ofRun, ofFile)) {
      float[] now = samples(RunFolder.open(tuned).latest(), 0);
      assertArrayEquals(own, now, 0.02f, tuned.toString());
      assertFalse(Arrays.equals(own, now), "trained");
    }
    assertEquals(
        2, commands.run("train", commands.recipe(), "--fine-tune-replica", 1), commands.out());
    assertTrue(commands.err().contains("is about --fine-tune RUN"), commands.err());
  }
}
