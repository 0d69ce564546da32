package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.gan.Report;
import org.gan4j.io.Png;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paper's results by one command, cut short. */
@Tag("fonts") // a run ends with pictures of curves
class ReproduceCommandTest {
  @TempDir private Path folder;

  private Path empty() throws IOException {
    return Files.createDirectories(folder.resolve("no-data"));
  }

  /** As Ctrl-C leaves it: trained for a while, and nothing scored. */
  private Path interrupted(TinyCommands commands, Path out) throws IOException {
    Path run = out.resolve("runs/table1-mnist-10k");
    commands.succeed("train", "mnist-10k", "--iterations", 30, "--out", run);
    for (String file : List.of("score.json", "figure2.png", "figure3.png")) {
      Files.delete(run.resolve(file));
    }
    return run;
  }

  @Test
  void goesOnWhereItWasStoppedAndSaysWhatIsMissing() throws IOException {
    TinyCommands commands = new TinyCommands(folder);
    Path out = folder.resolve("out");
    Path run = interrupted(commands, out);
    Files.createDirectories(out.resolve("figure1"));
    Png.write(
        out.resolve("figure1/figure1.png"), new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB));
    byte[] figure1 = Files.readAllBytes(out.resolve("figure1/figure1.png"));
    Object[] again = {
      "reproduce",
      "--quick",
      "--only",
      "table1,figure1,figure3",
      "--epochs",
      1,
      "--out",
      out,
      "--data",
      empty()
    };

    commands.succeed(append(again, "--plan"));
    assertTrue(commands.out().contains("mnist-10k: 50 iterations of "), commands.out());
    assertTrue(commands.out().contains("tfd-small                     –  left out: "));
    assertTrue(commands.out().contains(" min in all: "), commands.out());
    assertFalse(Files.exists(out.resolve("reproduction.html")));

    commands.succeed(again);
    List<Long> iterations =
        RunFolder.at(run).metrics().reports().stream().map(Report::iteration).toList();
    assertEquals(List.of(30L, 80L), iterations, "it went on");
    String page = Files.readString(out.resolve("reproduction.html"));
    assertTrue(page.contains("Adversarial nets (paper)"), "the paper's row");
    assertTrue(page.contains("recipe mnist-10k, seed 1, scores "), "beside the table");
    assertTrue(page.contains("tfd-small: left out: "), "what is missing");
    assertTrue(page.contains("<h2>Figure 1</h2>") && page.contains("<h2>Figure 3</h2>"));
    assertFalse(page.contains("<h2>Figure 2</h2>"), "not asked for");
    assertEquals(2, page.split("data:image/png", -1).length - 1, "figures 1 and 3");
    assertEquals(
        List.of("figure1", "reproduction.html", "runs", "table1.json", "table1.md"),
        TinyCommands.names(out));

    byte[] saved = Files.readAllBytes(RunFolder.at(run).latest());
    Files.delete(run.resolve("figure3.png"));
    commands.succeed(again);
    assertTrue(commands.out().contains("finished"), commands.out());
    assertEquals(page, Files.readString(out.resolve("reproduction.html")), "drawn again");
    assertEquals(List.of(30L, 80L), iterations);
    assertEquals(-1, mismatch(saved, Files.readAllBytes(RunFolder.at(run).latest())));
    assertEquals(-1, mismatch(figure1, Files.readAllBytes(out.resolve("figure1/figure1.png"))));
  }

  private static int mismatch(byte[] one, byte[] other) {
    return java.util.Arrays.mismatch(one, other);
  }

  private static Object[] append(Object[] words, Object more) {
    Object[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  @Test
  void anotherPartIsRefused() throws IOException {
    TinyCommands commands = new TinyCommands(folder);
    assertEquals(2, commands.run("reproduce", "--quick", "--data", folder.resolve("typo")));
    assertTrue(commands.err().contains("there is no such folder"), commands.err());
    assertEquals(2, commands.run("reproduce", "--only", "table2"));
    assertTrue(
        commands.err().contains("there are table1, figure1, figure2, figure3"), commands.err());
  }
}
