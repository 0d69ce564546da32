package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.gan4j.FormatException;
import org.gan4j.TinyRecipe;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Progress;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Report;
import org.gan4j.gan.Training;
import org.gan4j.io.RecordingDisk;
import org.gan4j.layers.MeteredDevice;
import org.gan4j.recipe.Recipe;
import org.gan4j.run.Alarm;
import org.gan4j.run.RunFolder;
import org.gan4j.run.ScoreSheet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs from Java. */
@Tag("fonts") // every run ends with a chart
class ExperimentTest {
  private static final String LATEST = "checkpoint-latest.safetensors";
  private static final DataSet DATA =
      DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE);

  @TempDir private Path folder;
  private final Device device = Device.cpu();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;

  @BeforeEach
  void listen() {
    System.setOut(new PrintStream(printed, true));
    System.setErr(System.out);
  }

  @AfterEach
  void nothingIsPrinted() {
    System.setOut(out);
    System.setErr(err);
    device.close();
    assertEquals("", printed.toString());
  }

  /** Keeps all that it hears as words. */
  private static class Scribe implements Experiment.Listener {
    private final List<String> heard = new ArrayList<>();

    private void hear(String text) {
      if (heard.isEmpty() || !heard.get(heard.size() - 1).equals(text)) {
        heard.add(text);
      }
    }

    @Override
    public void progress(long iteration, long limit) {
      hear("progress");
    }

    @Override
    public void report(Report report) {
      hear("report " + report.iteration());
    }

    @Override
    public void alarm(Alarm alarm) {
      hear("alarm " + alarm.kind().word());
    }

    @Override
    public void picture(Path file) {
      hear(file.getFileName().toString());
    }

    @Override
    public void saved(Path file, long iteration) {
      hear(file.getFileName() + " " + iteration);
    }

    @Override
    public void trained(Training.End end, long iteration) {
      hear("trained " + end + " " + iteration);
    }

    @Override
    public void scoring(Path checkpoint, long iteration) {
      hear("scoring " + checkpoint.getFileName() + " " + iteration);
    }

    @Override
    public void scored(ScoreSheet sheet) {
      hear("scored " + sheet.iteration());
    }

    @Override
    public void remark(String text) {
      hear(text);
    }
  }

  private Outcome run(Plan plan, Experiment.Listener listener, Alarm.Kind... stopOn) {
    try (Experiment experiment = new Experiment(device, DATA, plan)) {
      return experiment.run(Set.of(stopOn), listener);
    }
  }

  private Outcome run(String name, String... changes) {
    return run(Plan.in(folder.resolve(name), TinyRecipe.with(changes)), Experiment.Listener.NONE);
  }

  private void assertSame(String file, String one, String other) throws IOException {
    Path there = folder.resolve(other).resolve(file);
    assertEquals(-1, Files.mismatch(folder.resolve(one).resolve(file), there), file);
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void aRunIsToldInItsOrder() throws IOException {
    Scribe scribe = new Scribe();
    Path run = folder.resolve("run");
    Outcome outcome = run(Plan.in(run, TinyRecipe.with("evaluation.every_epochs=2")), scribe);
    assertEquals(
        List.of(
            "progress",
            "report 20",
            "samples-0001.png",
            "progress",
            "report 40",
            "samples-0002.png",
            "checkpoint-best.safetensors 40",
            LATEST + " 40",
            "trained LIMIT 40",
            "scoring " + LATEST + " 40",
            "scored 40",
            "figure2.png",
            "figure3.png",
            "curves.png"),
        scribe.heard);
    Outcome.Finished finished = assertInstanceOf(Outcome.Finished.class, outcome);
    assertEquals(40, finished.iteration());
    assertEquals(Training.End.LIMIT, finished.end());
    assertEquals(finished.score(), RunFolder.at(run).scores().get(0).sheet());
    assertTrue(names(run).containsAll(Set.of("report.html", "score.json", "metrics.csv")));
  }

  @Test
  void theShortestRunHasSamples() throws IOException {
    run("one", "stop.iterations=1");
    assertTrue(names(folder.resolve("one")).contains("samples-0001.png"));
    run("never", "stop.iterations=21", "samples_every=0");
    assertTrue(names(folder.resolve("never")).contains("samples-0002.png"));
  }

  /** Asks from another thread, when the listener hears something. */
  private Outcome stopAt(Plan plan, String word) {
    AtomicReference<Experiment> experiment = new AtomicReference<>();
    Scribe scribe =
        new Scribe() {
          @Override
          public void report(Report report) {
            stopAt("report");
          }

          @Override
          public void scoring(Path checkpoint, long iteration) {
            stopAt("scoring");
          }

          private void stopAt(String now) {
            if (now.equals(word)) {
              Thread asking = new Thread(experiment.get()::requestStop);
              asking.start();
              try {
                asking.join();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
          }
        };
    try (Experiment opened = new Experiment(device, DATA, plan)) {
      experiment.set(opened);
      return opened.run(Set.of(), scribe);
    }
  }

  @Test
  void whoeverIsStoppedGoesOnBitForBit() throws IOException {
    run("whole", "stop.iterations=45", "stop.epochs=0");
    Path part = folder.resolve("part");
    Recipe recipe = TinyRecipe.with("stop.iterations=45", "stop.epochs=0");
    assertEquals(new Outcome.Stopped(20), stopAt(Plan.in(part, recipe), "report"));
    assertTrue(names(part).containsAll(Set.of(LATEST, "report.html", "samples-0001.png")));
    assertFalse(names(part).contains("score.json"));
    assertEquals(new Outcome.Stopped(45), stopAt(Plan.resume(part), "scoring"));
    assertFalse(names(part).contains("figure2.png"));
    assertInstanceOf(Outcome.Finished.class, run(Plan.resume(part), Experiment.Listener.NONE));
    assertSame(LATEST, "whole", "part");
    assertSame("score.json", "whole", "part");
    assertEquals(names(folder.resolve("whole")), names(part));
  }

  @Test
  void patienceNeedsScores() {
    Plan plan =
        Plan.in(
            folder.resolve("run"), TinyRecipe.with("stop.patience=3", "evaluation.every_epochs=0"));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new Experiment(device, DATA, plan));
    assertEquals(
        "stop.patience needs scores: set evaluation.every_epochs to how often", e.getMessage());
    assertFalse(Files.exists(folder.resolve("run")));
  }

  /** It is of other networks; the run's own comes at its end. */
  @Test
  void whatHasGoneOnHasNoScoreOfBefore() throws IOException {
    run("run", "stop.epochs=1");
    Path run = folder.resolve("run");
    assertTrue(names(run).contains("score.json"));
    Plan more = Plan.resume(run).withRecipe(TinyRecipe.with("stop.epochs=3"));
    assertEquals(new Outcome.Stopped(40), stopAt(more, "report"));
    assertFalse(names(run).contains("score.json"));
    assertInstanceOf(Outcome.Finished.class, run(Plan.resume(run), Experiment.Listener.NONE));
    assertTrue(names(run).contains("score.json"));
  }

  @Test
  void aStopBeforeTheBeginningSavesTheBeginning() {
    Plan plan = Plan.in(folder.resolve("run"), TinyRecipe.with());
    try (Experiment experiment = new Experiment(device, DATA, plan)) {
      experiment.requestStop();
      assertEquals(new Outcome.Stopped(0), experiment.run(Set.of(), Experiment.Listener.NONE));
      Exception again =
          assertThrows(
              IllegalStateException.class,
              () -> experiment.run(Set.of(), Experiment.Listener.NONE));
      assertTrue(again.getMessage().contains("resumes " + plan.path()), again.getMessage());
    }
  }

  /** While it trains, and while it scores. */
  @Test
  void anInterruptStopsAndComesBack() throws IOException {
    Path run = folder.resolve("run");
    Experiment.Listener interrupting =
        new Experiment.Listener() {
          @Override
          public void report(Report report) {
            Thread.currentThread().interrupt();
          }

          @Override
          public void scoring(Path checkpoint, long iteration) {
            Thread.currentThread().interrupt();
          }
        };
    assertEquals(
        new Outcome.Stopped(20), run(Plan.in(run, TinyRecipe.with("stop.epochs=3")), interrupting));
    assertTrue(Thread.interrupted());
    assertTrue(names(run).containsAll(Set.of(LATEST, "report.html", "samples-0001.png")));
    Plan rest = Plan.resume(run).withRecipe(TinyRecipe.with("stop.epochs=1"));
    assertEquals(new Outcome.Stopped(20), run(rest, interrupting));
    assertTrue(Thread.interrupted());
    assertInstanceOf(Outcome.Finished.class, run(rest, Experiment.Listener.NONE));
  }

  @Test
  void anAlarmEndsARun() throws IOException {
    Scribe scribe = new Scribe();
    Recipe recipe =
        TinyRecipe.with(
            "objective=minimax",
            "learning_rate.initial=0.5",
            "batch=20",
            "evaluation.every_epochs=0",
            "stop.epochs=0",
            "stop.iterations=9000");
    Path run = folder.resolve("run");
    Outcome outcome = run(Plan.in(run, recipe), scribe, Alarm.Kind.DIVERGENCE);
    Outcome.StoppedByAlarm stopped = assertInstanceOf(Outcome.StoppedByAlarm.class, outcome);
    assertEquals(Alarm.Kind.DIVERGENCE, stopped.alarm().kind());
    assertEquals(stopped.iteration(), stopped.alarm().iteration());
    assertTrue(scribe.heard.contains("alarm divergence"));
    assertEquals(List.of(stopped.alarm()), RunFolder.at(run).read().alarms());
  }

  @Test
  void aRunThatDivergesThrowsAndSaysSoInItsFolder() throws IOException {
    Path run = folder.resolve("run");
    Plan plan = Plan.in(run, TinyRecipe.with("learning_rate.initial=1e30"));
    Scribe scribe = new Scribe();
    assertThrows(DivergenceException.class, () -> run(plan, scribe));
    assertEquals(List.of("progress"), scribe.heard);
    assertTrue(Files.readString(run.resolve("alarms.jsonl")).contains("training diverged"));
  }

  @Test
  void aFolderIsOneRunsAtATime() {
    Path run = folder.resolve("run");
    run("run", "stop.iterations=2");
    try (Experiment first = new Experiment(device, DATA, Plan.resume(run))) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> new Experiment(device, DATA, Plan.resume(run)));
      assertEquals(
          run + " is being trained by this program: wait until it has ended, or end it",
          e.getMessage());
      assertInstanceOf(Outcome.Finished.class, first.run(Set.of(), Experiment.Listener.NONE));
    }
    run(Plan.resume(run), Experiment.Listener.NONE);
  }

  /** One line says that a run goes on, but not bit for bit. */
  @Test
  void anotherArithmeticIsRemarked() throws IOException {
    Path run = folder.resolve("run");
    Plan plan = Plan.in(run, TinyRecipe.with("stop.iterations=2"));
    DeviceOptions slopes = DeviceOptions.DEFAULT.withMaxout(DeviceOptions.Maxout.DENSE);
    try (Device before = Device.open("cpu", slopes, notice -> {});
        Experiment experiment = new Experiment(before, DATA, plan)) {
      experiment.run(Set.of(), Experiment.Listener.NONE);
    }
    assertFalse(Files.readString(run.resolve("config.yaml")).contains("maxout by winners"));
    Plan more = Plan.resume(run).withRecipe(TinyRecipe.with("stop.iterations=4"));
    Scribe first = new Scribe();
    run(more, first);
    assertTrue(
        first.heard.stream()
            .anyMatch(line -> line.endsWith("maxout by winners: not bit for bit as either alone")),
        first.heard.toString());
    assertTrue(Files.readString(run.resolve("config.yaml")).contains("maxout by winners"));
    Scribe second = new Scribe();
    run(Plan.resume(run), second);
    assertTrue(second.heard.stream().noneMatch(line -> line.contains("bit for bit")));
  }

  /** Without being asked for, a run does not change its precision. */
  @Test
  @EnabledIf("bf16")
  void anotherPrecisionIsRefusedUnlessItIsAskedFor() throws IOException {
    Path run = folder.resolve("run");
    DeviceOptions half = DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16);
    for (String name : List.of("run", "again")) {
      try (Device before = Device.open("cpu", half, notice -> {});
          Experiment experiment =
              new Experiment(
                  before,
                  DATA,
                  Plan.in(folder.resolve(name), TinyRecipe.with("stop.iterations=2")))) {
        experiment.run(Set.of(), Experiment.Listener.NONE);
      }
    }
    assertSame(LATEST, "run", "again");
    assertTrue(Files.readString(run.resolve("config.yaml")).contains(", bf16"));
    Plan more = Plan.resume(run).withRecipe(TinyRecipe.with("stop.iterations=4"));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> run(more, Experiment.Listener.NONE));
    assertEquals(
        run
            + " was computed with cpu.math=bf16 so far: --set cpu.math=bf16 goes on with it, --set"
            + " cpu.math=fp32 changes it",
        e.getMessage());
    Scribe scribe = new Scribe();
    run(more.withAnyMath(), scribe);
    assertTrue(
        scribe.heard.stream().anyMatch(line -> line.endsWith("not bit for bit as either alone")),
        scribe.heard.toString());
    assertTrue(Files.readString(run.resolve("config.yaml")).contains(device.arithmetic()));
  }

  static boolean bf16() {
    try {
      Device.open(
              "cpu", DeviceOptions.DEFAULT.withCpuMath(DeviceOptions.CpuMath.BF16), notice -> {})
          .close();
      return true;
    } catch (DeviceException e) {
      return false;
    }
  }

  /** As a kill leaves it between its first measurement and its first checkpoint. */
  private void unsaved(Path run) throws IOException {
    for (String name : List.of(LATEST, "checkpoint-best.safetensors", "score.json")) {
      Files.delete(run.resolve(name));
    }
  }

  @Test
  void whatWasNeverSavedBeginsAgain() throws IOException {
    run("whole", "seed=7");
    run("run", "seed=7");
    Path run = folder.resolve("run");
    unsaved(run);
    run(Plan.resume(run), Experiment.Listener.NONE);
    assertSame(LATEST, "whole", "run");
    assertSame("score.json", "whole", "run");
    assertEquals(2, Files.readAllLines(run.resolve("metrics.jsonl")).size());

    Files.write(run.resolve("config.yaml"), new byte[] {(byte) 0xc3, '['});
    unsaved(run);
    Exception e = assertThrows(FormatException.class, () -> Plan.resume(run));
    assertTrue(e.getMessage().startsWith(run.resolve("config.yaml") + ": not UTF-8"), e::toString);
  }

  @Test
  void aPretrainedRunThatWasNeverSavedBeginsAgainWithTheSameGenerator() throws IOException {
    run("first", "seed=3", "stop.epochs=1");
    Recipe recipe = TinyRecipe.with("seed=4");
    Optional<Path> first = Optional.of(folder.resolve("first"));
    Path run = folder.resolve("run");
    run(new Plan(recipe, Plan.Place.FOLDER, run, first), Experiment.Listener.NONE);
    Files.move(run.resolve(LATEST), folder.resolve(LATEST), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(folder.resolve(LATEST), run.resolve(LATEST));
    unsaved(run);
    run(Plan.resume(run), Experiment.Listener.NONE);
    assertSame(LATEST, ".", "run");
    assertEquals(first.map(path -> path.resolve(LATEST)), RunFolder.at(run).pretrained());
  }

  @Test
  void aDamagedConfigurationIsWrittenAnew() throws IOException {
    run("run", "stop.epochs=1");
    Path run = folder.resolve("run");
    byte[] config = Files.readAllBytes(run.resolve("config.yaml"));
    for (byte[] damaged : List.of(new byte[] {(byte) 0xc3, (byte) 0x28}, "[1".getBytes())) {
      Files.write(run.resolve("config.yaml"), damaged);
      Scribe scribe = new Scribe();
      run(Plan.resume(run), scribe);
      assertEquals(-1, Files.mismatch(run.resolve("config.yaml"), write("config", config)));
      boolean said = scribe.heard.get(0).endsWith("; it is written anew from the checkpoint");
      assertEquals(damaged[0] == '[', said, scribe.heard.get(0));
    }
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private void assertRefused(String text, Consumer<Path> attempt) {
    Path run = folder.resolve("refused");
    Exception e = assertThrows(IllegalArgumentException.class, () -> attempt.accept(run));
    assertTrue(e.getMessage().contains(text), e.getMessage());
    assertFalse(Files.exists(run));
  }

  @Test
  void whatCantBeIsRefusedBeforeThereIsAFolder() {
    assertRefused(
        "the recipe is for the data set mnist, not mnist-10k",
        run -> run(Plan.in(run, TinyRecipe.with("data=mnist")), Experiment.Listener.NONE));
    assertRefused(
        "set a smaller batch",
        run -> run(Plan.in(run, TinyRecipe.with("batch=8001")), Experiment.Listener.NONE));
    assertRefused(
        "train tfd-pretrain-small first", run -> Plan.in(run, TinyRecipe.with("name=tfd-small")));
    assertRefused(
        "can't begin with a trained generator",
        run -> new Plan(TinyRecipe.with(), Plan.Place.EARLIER, run, Optional.of(folder)));
    assertRefused("is not the folder of a run", run -> Plan.resume(run));
  }

  @Test
  void everyAllocationThatFailsIsUndone() throws IOException {
    run("earlier", "stop.epochs=1");
    Path earlier = folder.resolve("earlier");
    Plan fresh = Plan.in(folder.resolve("new"), TinyRecipe.with());
    int allocations = 0;
    while (fails(fresh, allocations)) {
      assertFalse(Files.exists(fresh.path()));
      assertTrue(fails(Plan.resume(earlier), allocations));
      allocations++;
    }
    assertTrue(allocations > 8, "allocations " + allocations);
    run(Plan.resume(earlier), Experiment.Listener.NONE);
  }

  /** Whether a run can't be prepared with so many allocations; nothing may be left of it. */
  private static boolean fails(Plan plan, int allocations) {
    try (MeteredDevice metered = new MeteredDevice(allocations)) {
      boolean failed = false;
      try (Experiment experiment = new Experiment(metered, DATA, plan)) {
        assertEquals(plan.path(), experiment.folder().path());
      } catch (DeviceException e) {
        failed = true;
      }
      assertEquals(0, metered.held());
      return failed;
    }
  }

  /** The disk is full when the networks that it begins with are saved. */
  @Test
  void aFineTuningThatCanNotBeSavedLeavesNothing() throws IOException {
    run("other", "stop.iterations=1");
    Path run = folder.resolve("tuned");
    Plan plan =
        Plan.in(run, TinyRecipe.with("stop.iterations=1"))
            .from(new Plan.Tuned(folder.resolve("other"), OptionalInt.empty()));
    RecordingDisk[] disk = new RecordingDisk[1];
    disk[0] =
        new RecordingDisk(
            () -> {
              List<String> calls = disk[0].calls();
              if (calls.get(calls.size() - 1).equals("rename to " + LATEST)) {
                throw new IllegalStateException("no space left");
              }
            });
    try (RecordingDisk full = disk[0]) {
      assertThrows(IllegalStateException.class, () -> new Experiment(device, DATA, plan));
      assertEquals("rename to " + LATEST, full.calls().get(full.calls().size() - 1));
      assertFalse(Files.exists(run));
    }
    run(plan, Experiment.Listener.NONE);
  }

  @Test
  void aCardIsNotRefusedForTheHostsMemory() {
    Recipe large = TinyRecipe.with("replicas=64", "evaluation.samples=10000000");
    assertThrows(IllegalArgumentException.class, () -> HostMemory.requireFit(device, large, DATA));
    try (MeteredDevice card = new MeteredDevice(0, false)) {
      HostMemory.requireFit(card, large, DATA);
    }
  }
}
