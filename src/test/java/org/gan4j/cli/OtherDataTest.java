package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.recipe.SplitSizes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run is scored on and goes on with its own data only. */
@Tag("fonts") // every run ends with a chart
class OtherDataTest {
  private static final int SIZE = 28 * 28;
  private static final int TRAIN = 60;
  private static final int TEST = 20;

  @TempDir private Path folder;
  private TinyCommands commands;
  private Path data;
  private Path run;

  @BeforeEach
  void digits() throws IOException {
    commands = new TinyCommands(folder);
    data = Files.createDirectory(folder.resolve("data"));
    write("train-images-idx3-ubyte", TRAIN);
    write("t10k-images-idx3-ubyte", TEST);
    write("train-labels-idx1-ubyte", TRAIN);
    write("t10k-labels-idx1-ubyte", TEST);
  }

  private void write(String name, int count) throws IOException {
    boolean images = name.contains("images");
    ByteBuffer file = ByteBuffer.allocate((images ? 16 : 8) + count * (images ? SIZE : 1));
    file.putInt(images ? 0x803 : 0x801).putInt(count);
    if (images) {
      file.putInt(28).putInt(28);
    }
    for (int i = 0; file.hasRemaining(); i++) {
      file.put((byte) (images ? i * i % 251 : i % 10));
    }
    Files.write(data.resolve(name), file.array());
  }

  private void train(Object... more) {
    run = folder.resolve("run");
    List<Object> all =
        new ArrayList<>(List.of("train", commands.recipe(), "--out", run, "--data", data));
    all.addAll(List.of("--set", "data=idx", "--set", "batch=10"));
    all.addAll(List.of(more));
    assertEquals(0, commands.run(all.toArray()), commands.err());
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, 16, training",
    "train-labels-idx1-ubyte, 8, training",
    "train-images-idx3-ubyte, -1, validation",
    "t10k-images-idx3-ubyte, -1, test",
    "t10k-labels-idx1-ubyte, -1, test"
  })
  void oneByteThatDiffersIsRefusedByThePartItIsIn(String file, int at, String part)
      throws IOException {
    train();
    byte[] measures = Files.readAllBytes(run.resolve("score.json"));
    byte[] bytes = Files.readAllBytes(data.resolve(file));
    int index = at < 0 ? bytes.length + at : at;
    bytes[index] = (byte) (bytes[index] == 0 ? 1 : 0);
    Files.write(data.resolve(file), bytes);
    assertRefused(part, "evaluate", run, "--data", data);
    assertRefused(part, "measure", run, "--data", data, "--samples", 10, "--only", "recall");
    assertRefused(part, "figures", run, "--data", data);
    assertRefused(part, "train", "--resume", run, "--data", data, "--epochs", 3);
    assertArrayEquals(measures, Files.readAllBytes(run.resolve("score.json")));
    assertTrue(Files.notExists(run.resolve("measures.json")));
    Files.delete(run.resolve("checkpoint-latest.safetensors"));
    assertRefused(part, "train", "--resume", run, "--data", data, "--epochs", 3);
  }

  private void assertRefused(String part, Object... command) {
    assertEquals(2, commands.run(command), commands.err());
    assertTrue(commands.err().contains("the " + part + " set differs"), commands.err());
    assertEquals(2, commands.err().split("differs", -1).length, commands.err());
  }

  @Test
  void itsOwnDataAreTaken() throws IOException {
    train();
    commands.succeed("evaluate", run, "--data", data);
    commands.succeed("figures", run, "--data", data);
    commands.succeed("train", "--resume", run, "--data", data, "--epochs", 3);
    String config = Files.readString(run.resolve("config.yaml"));
    for (String part : List.of("training", "validation", "test")) {
      assertTrue(config.contains("  " + part + "_set: "), config);
    }
    assertTrue(config.contains("  test_set: \"20 examples of 1x28x28, 10 classes, "), config);
  }

  @Test
  void splitIsTheRecipes() throws IOException {
    train("--set", "split.train=30", "--set", "split.validation=20", "--set", "split.test=5");
    assertEquals(new SplitSizes(30, 20, 5), RecipeYaml.load(run.resolve("config.yaml")).split());
    commands.succeed("evaluate", run, "--data", data);
    assertTrue(commands.out().contains("100 samples, 5 tests"), commands.out());
    assertEquals(
        2, commands.run("train", "--resume", run, "--data", data, "--set", "split.test=6"));
    assertTrue(commands.err().contains("split.test: 5"), commands.err());
    assertEquals(
        2,
        commands.run(
            "train",
            commands.recipe(),
            "--out",
            folder.resolve("b"),
            "--data",
            data,
            "--set",
            "data=idx",
            "--set",
            "split.validation=60"));
    assertTrue(commands.err().contains("too few"), commands.err());
  }

  /** Whoever forgets the recipe trains on digits. */
  @Test
  void aFolderThatNobodyLooksAtIsNamed() {
    Object[] words = {"train", "mnist-10k", "--iterations", 1, "--data", folder, "--out"};
    List<Object> all = new ArrayList<>(List.of(words));
    all.add(folder.resolve("digits"));
    all.addAll(List.of("--set", "evaluation.samples=10", "--set", "samples_every=0"));
    assertEquals(0, commands.run(all.toArray()), commands.err());
    assertTrue(
        commands.err().contains("--data is not looked at: the recipe mnist-10k learns from"),
        commands.err());
    assertTrue(commands.out().contains("data: "), commands.out());
  }

  @Test
  void conditionsThatNobodyUsesAreRefused() throws IOException {
    Path vectors = Files.writeString(folder.resolve("v.csv"), "1\n");
    int code = commands.run("train", commands.recipe(), "--conditions", vectors);
    assertEquals(2, code);
    assertTrue(commands.err().contains("--conditions are for a recipe whose condition are values"));
  }
}
