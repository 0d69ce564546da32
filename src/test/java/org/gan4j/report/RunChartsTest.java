package org.gan4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The charts of published runs. */
class RunChartsTest {
  private static RunRecord run(String name) {
    return RunFolder.at(Path.of("docs", "results", name)).read();
  }

  private static List<String> titles(List<Chart> charts) {
    return charts.stream().map(Chart::title).toList();
  }

  /** The fields that this run is too old for have no chart. */
  @Test
  void aRunHasTheMeansAndEachReplica() {
    List<Chart> charts = RunCharts.ofOne(run("mnist-30-epochs").reports());
    assertEquals(
        List.of(
            "Losses",
            "The discriminator's outputs",
            "Updates",
            "Parzen score on validation",
            "Bandwidth σ"),
        titles(charts));
    List<Chart.Line> losses = charts.get(0).lines();
    assertEquals(2 * 4, losses.size());
    assertEquals("d_loss, mean of the replicas", losses.get(0).name());
    assertEquals("g_loss, mean of the replicas", losses.get(4).name());
    for (int i = 0; i < losses.get(0).y().length; i++) {
      double mean = (losses.get(1).y()[i] + losses.get(2).y()[i] + losses.get(3).y()[i]) / 3;
      assertEquals(mean, losses.get(0).y()[i], 1e-12);
    }
    assertEquals(1 + 1, RunCharts.ofOne(run("mnist-10k").reports()).get(0).lines().size());
  }

  /** In all charts a run has one colour, whether it has the quantity or not. */
  @Test
  void runsHaveALineEach() {
    List<RunRecord> runs =
        List.of(run("mnist-30-epochs"), run("small/faces-small"), run("mnist-10k"));
    List<Chart> charts = RunCharts.ofSeveral(runs);
    assertTrue(titles(charts).contains("Diversity of samples"), titles(charts).toString());
    for (Chart chart : charts) {
      assertEquals(
          List.of("mnist-30-epochs", "faces-small", "mnist-10k"),
          chart.lines().stream().map(Chart.Line::name).toList());
      assertEquals(List.of(0, 1, 2), chart.lines().stream().map(Chart.Line::colour).toList());
    }
  }

  @Test
  void theScoreIsDrawnOverTheBandwidths() {
    RunRecord run = run("mnist-30-epochs");
    List<Chart.Line> lines = RunCharts.sigmaCurves(run, run.score().orElseThrow()).lines();
    assertEquals(
        List.of("the training set itself", "seed 1", "seed 2", "seed 3"),
        lines.stream().map(Chart.Line::name).toList());
    lines.forEach(line -> assertTrue(line.x().length > 5 && line.x().length == line.y().length));
  }

  @Test
  @Tag("fonts")
  void aPictureHoldsAllCharts() {
    BufferedImage picture = RunCharts.picture(run("mnist-30-epochs").reports());
    BufferedImage chart = RunCharts.ofOne(run("mnist-30-epochs").reports()).get(0).draw(1);
    assertEquals(2 * chart.getWidth(), picture.getWidth());
    assertEquals(3 * chart.getHeight(), picture.getHeight());
    for (int y = 0; y < chart.getHeight(); y++) {
      for (int x = 0; x < chart.getWidth(); x++) {
        assertEquals(chart.getRGB(x, y), picture.getRGB(x, y));
      }
    }
  }
}
