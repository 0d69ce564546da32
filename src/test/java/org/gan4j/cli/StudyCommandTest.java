package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gan4j.FormatException;
import org.gan4j.eval.ParzenScore;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreSheet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which checkpoint and which settings make a score. */
@Tag("fonts") // a run ends with pictures of curves
class StudyCommandTest {
  private static final Pattern SCORE = Pattern.compile("parzen test (-?[0-9.]+) ± ([0-9.]+) nats");

  @TempDir private Path folder;

  private static double score(List<String> lines) {
    Matcher matcher = SCORE.matcher(lines.get(0));
    assertTrue(matcher.find(), lines.toString());
    return Double.parseDouble(matcher.group(1));
  }

  private static List<JsonValue> rows(Path run, String varied, String seed) throws IOException {
    JsonValue sheet = Json.parse(Files.readString(run.resolve("study.json")), FormatException::new);
    List<JsonValue> rows = new ArrayList<>();
    for (JsonValue row : sheet.get("rows").list()) {
      if (row.get("varied").text().equals(varied) && row.get("seed").text().equals(seed)) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static double mean(JsonValue row) {
    return row.get("mean").numberOrNull().orElseThrow();
  }

  @Test
  void everyChoiceAndEverySetting() throws IOException {
    TinyCommands commands = new TinyCommands(folder);
    Path run =
        commands.train(
            "run",
            "--replicas",
            2,
            "--epochs",
            3,
            "--set",
            "evaluation={samples: 1000, monitor: {every_epochs: 1}, keep: each}");
    ScoreSheet own = RunFolder.open(run).scores().get(0).sheet();
    commands.succeed("evaluate", run, "--choice", "latest");
    assertEquals(own.replicas().get(0).mean(), score(commands.lines("seed 1:")), 0.051);
    for (String choice : List.of("parzen", "monitor")) {
      commands.succeed("evaluate", run, "--choice", choice);
      assertEquals(2, commands.lines("checkpoint: ").size(), commands.out());
      assertEquals(1, commands.lines("seed 2: ").size(), commands.out());
    }
    assertEquals(2, commands.run("evaluate", run, "--choice", "best"));
    assertTrue(commands.err().contains("there are latest, parzen, monitor"), commands.err());
    assertEquals(2, commands.run("evaluate", run, "--choice", "monitor", "--best"));

    commands.succeed("study", run, "--samples", 2000);
    for (int r = 0; r < 2; r++) {
      String seed = Integer.toString(1 + r);
      ParzenScore score = own.replicas().get(r);
      JsonValue first = rows(run, "", seed).get(0);
      assertEquals(score.mean(), mean(first), 1e-9);
      assertEquals(score.sigma(), first.get("sigma").numberOrNull().orElseThrow(), 1e-12);
      assertEquals(2, rows(run, "samples", seed).size(), "100 and 2000");
      assertEquals(1, rows(run, "another draw of samples", seed).size());
      assertEquals(2, rows(run, "checkpoint", seed).size());
      JsonValue finer = rows(run, "grid of σ", seed).get(0);
      assertEquals("46 values", finer.get("setting").text());
      double difference = finer.get("difference").numberOrNull().orElseThrow();
      assertEquals(mean(finer) - score.mean(), difference, 1e-6);
    }
    double twice = mean(rows(run, "samples", "2").get(1));
    commands.succeed("evaluate", run, "--samples", 2000);
    assertEquals(twice, score(commands.lines("seed 2:")), 0.06, "two draws are one of both");
    assertTrue(
        TinyCommands.names(run).containsAll(Set.of("study.md", "study.json")),
        TinyCommands.names(run).toString());
    assertEquals(2, commands.run("study", run, "--samples", 10));
    assertEquals(2, commands.run("study", run, "--samples", 1500));
    assertTrue(commands.err().contains("a multiple of the recipe's 1000"), commands.err());
    commands.succeed("survivors", run);
    assertTrue(commands.out().contains("\n2 of 2 are alive at iteration 60"), commands.out());
  }
}
