package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples of a run that its discriminator has judged. */
@Tag("fonts") // every run ends with a chart
class SampleByTest {
  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  private void said(String pattern) {
    assertTrue(
        Pattern.compile("^" + pattern + "$", Pattern.MULTILINE).matcher(commands.out()).find(),
        commands.out());
  }

  @Test
  void picturesAreTheSameTwiceAndSaySo() throws IOException {
    Path run = commands.train("run", "--replicas", 2);
    Path plain = folder.resolve("plain.png");
    commands.succeed("sample", run, "--count", 9, "--out", plain);
    for (String options :
        new String[] {"rejection --percentile 20", "metropolis --steps 5", "hamiltonian"}) {
      String[] words = options.split(" ");
      Path one = folder.resolve(words[0] + ".png");
      Path two = folder.resolve(words[0] + "-again.png");
      for (Path out : new Path[] {one, two}) {
        commands.succeed(
            concat(new Object[] {"sample", run, "--count", 9, "--out", out, "--by"}, words));
        said("replica 1: calibrated logit: .* by 1000 held-out examples and as many samples; .*");
        said("replica 0: " + words[0] + ".*: accepted \\d+\\.\\d %");
      }
      assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
      assertTrue(Files.mismatch(one, plain) >= 0, "the same as without");
    }
    said("replica 1: hamiltonian, 100 steps: .*");
  }

  private static Object[] concat(Object[] first, String[] more) {
    Object[] all = new Object[first.length + more.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }

  @Test
  void measuresThemAndKeepsNothing() throws IOException {
    Path run = commands.train("run");
    String[] measure = {"--samples", "60", "--only", "precision,recall", "--by", "metropolis"};
    commands.succeed(concat(new Object[] {"measure", run}, measure));
    said("metropolis, 200 steps: accepted .* %");
    said("not kept");
    assertTrue(commands.out().contains("precision"), commands.out());
    assertFalse(Files.exists(run.resolve("measures.json")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--by magic | there is no way of sampling called 'magic'; there are: rejection,",
        "--steps 5 | --steps is about --by: name a method",
        "--by rejection --steps 5 | --by rejection has no chains: leave out --steps",
        "--by metropolis --steps 0 | --steps must be 1 to 100000, not 0",
        "--percentile 50 | --percentile is about --by rejection",
        "--by metropolis --percentile 50 | --percentile is about --by rejection",
        "--by rejection --percentile 99.5 | --percentile must be 0 to 99, not 99.5",
        "--by metropolis --interpolate | --by goes with neither --between, --interpolate,",
      })
  void refuses(String options, String why) {
    Object[] sample = {"sample", folder.resolve("absent")};
    assertEquals(2, commands.run(concat(sample, options.split(" "))));
    assertTrue(commands.err().contains(why), commands.err());
    assertEquals(1, commands.err().lines().count(), commands.err());
  }
}
