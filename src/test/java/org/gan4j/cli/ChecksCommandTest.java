package org.gan4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gan4j.io.Json;
import org.gan4j.io.JsonValue;
import org.gan4j.run.CheckSheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gan4j checks in a small form, and the page that shows what the whole one gave. */
class ChecksCommandTest {
  private static final String BEGIN = "<!-- checks:begin -->\n";
  private static final String END = "<!-- checks:end -->";
  private static final int MAX_BYTES = 1 << 20;

  @TempDir private Path folder;
  private TinyCommands commands;

  @BeforeEach
  void commands() throws IOException {
    commands = new TinyCommands(folder);
  }

  /** The sheet that a checks.json was written from. */
  private static CheckSheet sheet(Path file) throws IOException {
    JsonValue tree = Json.read(file, MAX_BYTES);
    return new CheckSheet(
        tree.get("seed").whole(0, Long.MAX_VALUE),
        (int) tree.get("points").whole(1, 1 << 20),
        (int) tree.get("draws").whole(1, 1 << 20),
        tree.get("checks").list().stream()
            .map(
                check ->
                    new CheckSheet.Check(
                        check.get("name").text(),
                        check.get("title").text(),
                        check.get("worse").text(),
                        check.get("steps").list().stream().map(JsonValue::text).toList()))
            .toList(),
        tree.get("rows").list().stream()
            .map(
                row ->
                    new CheckSheet.Row(
                        row.get("check").text(),
                        row.get("measure").text(),
                        numbers(row.get("means")),
                        numbers(row.get("deviations")),
                        CheckSheet.Verdict.valueOf(
                            row.get("verdict").text().toUpperCase(Locale.ROOT))))
            .toList(),
        tree.get("copies").list().stream()
            .map(
                row ->
                    new CheckSheet.Copied(
                        row.get("test").text(),
                        row.get("kind").text(),
                        row.get("share").number(),
                        (int) row.get("draws").whole(1, 1 << 20),
                        (int) row.get("alarms").whole(0, 1 << 20)))
            .toList());
  }

  private static List<Double> numbers(JsonValue list) {
    return list.list().stream().map(JsonValue::number).toList();
  }

  private static String shown(Path page) throws IOException {
    String text = Files.readString(page);
    return text.substring(text.indexOf(BEGIN) + BEGIN.length(), text.indexOf(END));
  }

  @Test
  void writesBothFilesAndThePage() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "before\n" + BEGIN + "old\n" + END + "\nafter\n");
    Path out = folder.resolve("new/checks");
    List<Object> args = new ArrayList<>(List.of("checks", "--out", out, "--page", page));
    args.addAll(List.of("--points", "30", "--draws", "2"));
    args.addAll(List.of("--copy-draws", "2", "--copy-images", "200"));
    commands.succeed(args.toArray());
    CheckSheet sheet = sheet(out.resolve("checks.json"));
    assertEquals(30, sheet.points());
    assertEquals(sheet.markdown(), Files.readString(out.resolve("checks.md")));
    assertEquals(sheet.markdown(), shown(page));
    assertTrue(Files.readString(page).startsWith("before\n"));
    assertTrue(Files.readString(page).endsWith("\nafter\n"));
    assertTrue(commands.out().endsWith(sheet.markdown()), commands.out());
  }

  @Test
  void wrongUseIsRefusedBeforeAnythingIsDrawn() throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(page, "no marks\n");
    assertFails("--points must be 20 to 5000, not 19", "--points", "19");
    assertFails("--draws must be 2 to 10000, not 1", "--draws", "1");
    assertFails("--copy-draws must be 1 to 10000, not 0", "--copy-draws", "0");
    assertFails(page + " has no lines <!-- checks:begin --> and", "--page", page.toString());
  }

  private void assertFails(String text, String option, String value) {
    assertEquals(2, commands.run("checks", option, value, "--out", folder.resolve("none")));
    assertTrue(
        commands.err().startsWith("gan4j: ") && commands.err().contains(text), commands::err);
    assertTrue(Files.notExists(folder.resolve("none")));
  }

  /** docs/measures.md shows what the command wrote, and neither was changed by hand. */
  @Test
  void thePageIsThatOfTheCommittedFigures() throws IOException {
    String expected = sheet(Path.of("docs", "checks", "checks.json")).markdown();
    assertEquals(expected, shown(Path.of("docs", "measures.md")));
    assertEquals(expected, Files.readString(Path.of("docs", "checks", "checks.md")));
  }
}
