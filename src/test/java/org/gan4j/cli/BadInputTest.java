package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.gan4j.SmallDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong gives one line, the right code, and no run folder. */
@Tag("fonts") // every run ends with a chart
class BadInputTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final String IMAGES = "train-images-idx3-ubyte.gz";

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private void assertFails(int code, String text, Object... args) {
    int actual = commands.run(args);
    String err = commands.err();
    assertTrue(err.startsWith("gan4j: "), err);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.contains(text), err);
    assertFalse(err.contains("Exception"), err);
    assertEquals(code, actual, err);
    assertEquals(List.of(), TinyCommands.names(commands.runs()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k=0 | k must be 1 to 1000, not 0",
        "k=2 | simultaneous updates take k = 1, not 2; use update=alternating for more",
        "k=1.5 | k must be a whole number",
        "k=many | k must be a whole number, not \"many\"",
        "batch=8001 | examples, but the training set has 8000; set a smaller batch or k",
        "evaluation.sigma_from=0 | evaluation.sigma_from must be a finite number > 0, not 0",
        "evaluation.sigma_to=-1 | evaluation.sigma_to must be a finite number > 0, not -1",
        "discriminator.0={type: dropout, keep: 0} | keep must be a probability above 0",
        "generator.1.units=783 | set the units of its last layer to 784",
        "generator.0.bias={type: data-mean} | bias data-mean is for the generator's last layer",
        "discriminator.1.units=2 | the discriminator must end in a dense layer with 1 linear unit",
        "generator.0.units=0 | a layer has 1 to 1048576 units, not 0",
        "generator=[] | ",
        "discriminator=[] | the discriminator must end in a dense layer",
        "learning_rate.initial=-1 | learning_rate.initial must be",
        "data=cifar | no data set is called 'cifar'",
        "data= | --set",
        "bach=5 | unknown field \"bach\"; did you mean batch?",
        "stop.epoch=5 | stop: unknown field \"epoch\"",
        "generator.9.units=5 | generator has no element \"9\" (0 to 1)",
        "stop={epochs: 0, iterations: 0} | epochs or iterations must be above 0",
        "batch | --set takes path=value",
        "batch=[1 | --set batch",
      })
  void impossibleFields(String assignment, String text) {
    assertFails(2, text == null ? "" : text, "train", commands.recipe(), "--set", assignment);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train mnst | unknown recipe \"mnst\"; did you mean mnist?",
        "train absent.yaml | absent.yaml: no such file",
        "train --epochs 1 --iterations 1 | mutually exclusive",
        "train --epochs many | 'many' is not an int",
        "train --epochs 0 | epochs or iterations must be above 0",
        "train --device gpu9 | unknown device 'gpu9'",
        "train --threads 0 | --threads must be 1 or more, not 0",
        "train --threads 5000 | threads must be 1 to",
        "train --data absent/folder | --data absent/folder: there is no such folder",
        "train --resume absent/run | absent/run is not the folder of a run",
        "train --resume a --out b | leave out --out",
        "train --on-alarm panic | --on-alarm must be rollback, not panic",
        "evaluate absent/run | absent/run is not the folder of a run",
        "evaluate | Missing required parameter: 'RUN'",
        "sample absent/run | absent/run is not the folder of a run",
        "sample absent/run --count 0 | --count must be 1 to 10000, not 0",
        "toy --set cuda.math=fp16 | cuda.math must be tf32 or fp32 or bf16, not 'fp16'",
        "theory --set batch=3 | batch is unknown; of the device there are cuda.kernels, cuda.math,",
        "sample absent/run --out a.jpg | --out must name a .png file",
        "classifier --data absent/folder | --data absent/folder: there is no such folder",
        "recipes none | unknown recipe \"none\"",
      })
  void wrongArguments(String args, String text) {
    int code = commands.run((Object[]) args.split(" "));
    assertEquals(2, code, commands.err());
    String first = commands.err().lines().findFirst().orElse("");
    assertTrue(first.startsWith("gan4j: ") && first.contains(text), commands.err());
    assertFalse(commands.err().contains("\tat "), commands.err());
    assertEquals(List.of(), TinyCommands.names(commands.runs()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0000\u0001", "- 1", "base: nothing", "base: mnist-10k\nk: [", "x: 1"})
  void filesThatAreNoRecipe(String text) throws IOException {
    Files.writeString(commands.recipe(), text);
    assertFails(2, commands.recipe().toString(), "train", commands.recipe());
  }

  @Test
  void aFolderOfARecipesNameIsNotInTheWay() {
    assertFails(2, "unknown recipe", "train", folder);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(content);
    }
    return bytes.toByteArray();
  }

  private void assertDataFails(String text, byte[] images) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path file = data.resolve(IMAGES);
    Files.write(file, images);
    assertFails(1, text, "train", commands.recipe(), "--set", "data=mnist", "--data", data);
    assertTrue(commands.err().contains(file.toString()), commands.err());
  }

  @Test
  void damagedData() throws IOException {
    byte[] idx =
        ByteBuffer.allocate(16 + 784).putInt(0x803).putInt(1).putInt(28).putInt(28).array();
    byte[] whole = gzip(idx);
    assertDataFails("is not the published", whole);
    assertDataFails("", Arrays.copyOf(whole, whole.length / 2));
    assertDataFails("", gzip(Arrays.copyOf(idx, 500)));
    assertDataFails("", gzip(new byte[800]));
    assertDataFails("", "not gzip at all".getBytes());
    byte[] flipped = whole.clone();
    flipped[flipped.length - 6] ^= 1;
    assertDataFails("", flipped);
    Files.delete(folder.resolve("data").resolve(IMAGES));
    assertFails(
        1,
        "lacks files of the data set mnist",
        "train",
        commands.recipe(),
        "--set",
        "data=mnist",
        "--data",
        folder.resolve("data"));
  }

  @Test
  void damagedCheckpoints() throws IOException {
    Path run = commands.train("run", "--iterations", "1");
    Path checkpoint = run.resolve(LATEST);
    byte[] whole = Files.readAllBytes(checkpoint);
    List<byte[]> damaged =
        List.of(
            new byte[0],
            "not a checkpoint".repeat(9).getBytes(),
            Arrays.copyOf(whole, 1000),
            Arrays.copyOf(whole, whole.length - 1));
    for (byte[] bytes : damaged) {
      Files.write(checkpoint, bytes);
      List<String> before = TinyCommands.names(run);
      assertFails(1, checkpoint.toString(), "evaluate", run);
      assertFails(1, checkpoint.toString(), "sample", run);
      assertFails(1, checkpoint.toString(), "train", "--resume", run, "--iterations", "2");
      assertEquals(before, TinyCommands.names(run));
    }
    Files.write(checkpoint, whole);
    assertFails(2, "the run took no validation score", "evaluate", run, "--best");
    assertFails(2, "samples must be 2 to", "evaluate", run, "--samples", "1");
  }

  @Test
  void resumeThatIsRefusedTouchesNothing() throws IOException {
    Path run = commands.train("run", "--iterations", "3");
    byte[] config = Files.readAllBytes(run.resolve("config.yaml"));
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    Object[] resume = {"train", "--resume", run, "--iterations", "9"};
    assertFails(2, "(batch: 400 there, 50 here)", with(resume, "--set", "batch=50"));
    assertFails(2, "(seed: 1 there, 2 here)", with(resume, "--seed", "2"));
    assertFails(2, "(replicas: 1 there, 2 here)", with(resume, "--replicas", "2"));
    assertFails(2, "(name: tiny there, mnist-10k here; ", with(resume, "mnist-10k"));
    assertFails(
        2,
        "the run has 3 iterations already, more than 2",
        "train",
        "--resume",
        run,
        "--iterations",
        "2");
    assertEquals(-1, Files.mismatch(run.resolve("config.yaml"), write("config", config)));
    assertEquals(-1, Files.mismatch(run.resolve("metrics.jsonl"), write("metrics", metrics)));
  }

  private static Object[] with(Object[] args, Object... more) {
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void foldersThatAreTakenOrCantBeWritten() throws IOException {
    Path run = commands.train("run", "--iterations", "1");
    assertFails(2, run + " is not empty", "train", commands.recipe(), "--out", run);
    assertFails(
        2, "is a file: name a folder", "train", commands.recipe(), "--out", commands.recipe());
    Path under = commands.recipe().resolve("run");
    assertFails(1, "can't write " + under, "train", commands.recipe(), "--out", under);
    Path picture = folder.resolve("absent").resolve("a.png");
    assertFails(1, "can't write " + picture, "sample", run, "--out", picture);
    Files.writeString(commands.runs(), "a file where runs go");
    assertEquals(1, commands.run("train", commands.recipe()));
    assertTrue(commands.err().contains("can't write " + commands.runs()), commands.err());
  }

  @Test
  void fullDisk() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder.resolve("disk"), 1024)) {
      Path run = disk.folder().resolve("run");
      disk.fill(0);
      assertFails(1, "No space left", "train", commands.recipe(), "--out", run);
      assertFalse(Files.exists(run), "the run never began");
      // Room for all but the checkpoints.
      disk.fill(40);
      assertFails(1, "No space left", "train", commands.recipe(), "--out", run);
      assertFalse(TinyCommands.names(run).contains(LATEST));
    }
  }

  @Test
  void tooLittleMemoryLeavesNoFolder() {
    assertFails(
        2,
        "GiB of memory",
        "train",
        commands.recipe(),
        "--set",
        "evaluation.samples=10000000",
        "--set",
        "replicas=64");
  }

  @Test
  void divergenceNamesTheIteration() {
    Path run = folder.resolve("run");
    int code =
        commands.run(
            "train", commands.recipe(), "--out", run, "--set", "learning_rate.initial=1e30");
    assertEquals(1, code);
    assertTrue(commands.err().startsWith("gan4j: training diverged by iteration 20: "));
    assertTrue(commands.err().contains("last good checkpoint: none"), commands.err());
    assertEquals(1, commands.err().lines().count());
  }

  @Test
  void verboseShowsWhere() {
    assertEquals(2, commands.run("--verbose", "train", "mnst"));
    assertTrue(commands.err().contains("\tat org.gan4j."), commands.err());
  }
}
