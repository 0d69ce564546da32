package org.gan4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.experiment.Experiment;
import org.gan4j.experiment.Plan;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Generator;
import org.gan4j.run.RunFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs in docs compile against what is exported, run, and do what the text says. */
@Tag("fonts") // a run ends with a chart
class DocumentedProgramsTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\n(.*?public class (\\w+) .*?)```", Pattern.DOTALL);
  private static final Pattern IMPORT = Pattern.compile("import (org\\.gan4j[a-z.]*)\\.[A-Z*]");

  @TempDir private Path folder;

  private static TreeMap<String, String> programs() throws Exception {
    TreeMap<String, String> programs = new TreeMap<>();
    for (String page : List.of("docs/java.md", "docs/extending.md")) {
      PROGRAM
          .matcher(Files.readString(Path.of(page)))
          .results()
          .forEach(found -> programs.put(found.group(2), found.group(1)));
    }
    return programs;
  }

  /** With its files in the test's folder; each of the changes has to apply. */
  private String run(String name, String... changes) throws Exception {
    String text = programs().get(name).replaceAll("Path\\.of\\(\"", "Path.of(\"" + folder + "/");
    for (int i = 0; i < changes.length; i += 2) {
      assertTrue(text.contains(changes[i]), changes[i]);
      text = text.replace(changes[i], changes[i + 1]);
    }
    return SourceText.run(folder, name, text);
  }

  @Test
  void allAreRunHereAndUseTheApiAlone() throws Exception {
    assertEquals(
        Set.of("FromFloats", "OwnData", "OwnSource", "OwnMeasure", "LeastSquares"),
        programs().keySet());
    String module = Files.readString(Path.of("src/main/java/module-info.java"));
    for (String program : programs().values()) {
      List<String> packages =
          IMPORT.matcher(program).results().map((MatchResult found) -> found.group(1)).toList();
      assertTrue(packages.size() > 2, program);
      for (String each : packages) {
        assertTrue(module.contains("exports " + each + ";"), each + " is not exported");
      }
    }
  }

  @Test
  void fromFloats() throws Exception {
    String printed = run("FromFloats");
    assertTrue(printed.matches("D\\(G\\(z\\)\\) = \\[(0\\.\\d+(E-\\d)?(, )?){10}\\]\n"), printed);
    Path before = folder.resolve("floats.checkpoint");
    Path after = folder.resolve("tuned.checkpoint");
    try (Generator exported = Generator.open(folder.resolve("floats.onnx"));
        Generator saved = Generator.open(before);
        Generator tuned = Generator.open(after)) {
      float[] samples = saved.sample(5, 3);
      assertArrayEquals(samples, exported.sample(5, 3));
      // It went on from there, at a small rate: near, and not the same.
      float[] others = tuned.sample(5, 3);
      double moved = 0;
      for (int i = 0; i < samples.length; i++) {
        moved = Math.max(moved, Math.abs(samples[i] - others[i]));
      }
      assertTrue(moved > 0 && moved < 0.2, "moved " + moved);
    }
  }

  @Test
  void ownData() throws Exception {
    String printed =
        run("OwnData", "\"stop.epochs=5\"", "\"stop.iterations=2\", \"evaluation.samples=100\"");
    assertTrue(printed.startsWith("Finished[iteration=2, end=LIMIT, score="), printed);
    assertTrue(
        Files.readString(folder.resolve("stripes/report.html")).contains("a white row each"),
        printed);
  }

  /** It ends long before its limit, for its hook finds the samples' mean to be the data's. */
  @Test
  void ownSource() throws Exception {
    assertEquals("REQUESTED\n", run("OwnSource"));
    assertTrue(Files.exists(folder.resolve("rows.best")));
    try (Generator generator = Generator.open(folder.resolve("rows.latest"))) {
      double sum = 0;
      for (float value : generator.sample(1000, 1)) {
        sum += value;
      }
      assertEquals(0.85, sum / 16_000, 0.01);
    }
  }

  /** An interrupt while it reads asks it to save and end, as anywhere else. */
  @Test
  void ownSourceIsInterrupted() throws Exception {
    String read = "      try {\n        file.seek(";
    String interrupted = "      if (index == 7) Thread.currentThread().interrupt();\n" + read;
    try {
      assertEquals("REQUESTED\n", run("OwnSource", read, interrupted, "< 0.01", "< 0"));
    } finally {
      assertTrue(Thread.interrupted(), "the flag is up again");
    }
    assertTrue(Files.exists(folder.resolve("rows.latest")));
  }

  @Test
  void ownMeasure() throws Exception {
    DataSet data =
        DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);
    Path run = folder.resolve("digits");
    try (Device device = Device.cpu();
        Experiment experiment =
            new Experiment(device, data, Plan.in(run, TinyRecipe.with("stop.iterations=2")))) {
      experiment.run(Set.of(), Experiment.Listener.NONE);
    }
    String printed = run("OwnMeasure", "500, 1)", "50, 1)", "> 0.1", "> -1");
    assertTrue(printed.contains("brightness") && printed.contains("recall"), printed);
    assertTrue(printed.contains("the samples are brighter than the data"), printed);
    assertEquals(
        "brightness", RunFolder.open(run).read().measures().orElseThrow().rows().get(1).name());
    String page = Files.readString(run.resolve("report.html"));
    assertTrue(page.contains("difference of brightness"), page);
  }

  /** D learns alone; then D stays as it is, and G learns to be taken for the data by it. */
  @Test
  void leastSquares() throws Exception {
    String ofD = "    backward(gan.discriminator());";
    String ofG = "    backward(gan.generator());";
    String printed =
        run(
            "LeastSquares",
            "ITERATIONS = 500",
            "ITERATIONS = 361",
            ofD,
            "if (drawn <= 2 * 200)" + ofD,
            ofG,
            "if (drawn > 2 * 200)" + ofG);
    List<Double> losses = new ArrayList<>();
    printed.lines().forEach(line -> losses.add(Double.valueOf(line.replaceAll(".*: ", ""))));
    assertEquals(19, losses.size(), printed);
    assertEquals(0.5, losses.get(0), 0.05, printed);
    assertTrue(losses.get(10) < 0.3, printed);
    assertTrue(losses.get(18) > 0.5, printed);
    Path weights = folder.resolve("least-squares.weights");
    try (Generator generator = Generator.open(weights);
        Discriminator discriminator = Discriminator.open(weights)) {
      float[] samples = generator.sample(10, 1);
      assertEquals(10, discriminator.logits(samples).length);
    }
  }
}
