package org.gan4j.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.gan4j.Jvm;
import org.gan4j.data.DataIdentity;
import org.gan4j.gan.Choice;
import org.gan4j.gan.Report;
import org.gan4j.gan.WentBack;
import org.gan4j.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a run's folder, and what is in it then. */
class RunWriterTest {
  private static final DataIdentity DATA = new DataIdentity("a", "b", "c");
  private static final RunConfig CONFIG =
      new RunConfig(Recipes.get("mnist-10k"), "cpu", "digits", DATA, Optional.empty());
  private static final String LEFT =
      ".checkpoint-latest.safetensors.0b0e7c2e-1c9b-4c1e-9d8e-0123456789ab.tmp";
  private static final int THREADS = 4;

  @TempDir private Path folder;

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return Set.copyOf(files.map(file -> file.getFileName().toString()).toList());
    }
  }

  private interface Opening {
    RunWriter open() throws Exception;
  }

  /** All at the same moment; those that got a folder, which are closed at the end. */
  private static List<Path> race(Opening opening) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    CyclicBarrier start = new CyclicBarrier(THREADS);
    CyclicBarrier end = new CyclicBarrier(THREADS);
    Callable<Optional<Path>> runner =
        () -> {
          start.await();
          try (RunWriter writer = opening.open()) {
            end.await();
            return Optional.of(writer.folder().path());
          } catch (IllegalArgumentException e) {
            end.await();
            return Optional.empty();
          } catch (UncheckedIOException e) {
            // Nobody may wait for one that failed.
            end.await();
            throw e;
          }
        };
    try {
      List<Future<Optional<Path>>> runners = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        runners.add(threads.submit(runner));
      }
      List<Path> winners = new ArrayList<>();
      for (Future<Optional<Path>> each : runners) {
        each.get().ifPresent(winners::add);
      }
      return winners;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void oneOfManyGetsAFolder() throws Exception {
    for (int i = 0; i < 60; i++) {
      Path run = folder.resolve("runs-" + i).resolve("run");
      assertEquals(List.of(run), race(() -> RunWriter.create(run, CONFIG)));
      assertEquals(List.of(run), race(() -> RunWriter.resume(run)));
    }
  }

  @Test
  void numberedFoldersAreDifferent() throws Exception {
    Path runs = folder.resolve("runs");
    Set<Path> all = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      all.addAll(race(() -> RunWriter.createNumbered(runs, CONFIG)));
    }
    assertEquals(20 * THREADS, all.size());
    assertEquals(20 * THREADS, names(runs).size());
    assertTrue(all.contains(runs.resolve("00080-mnist-10k")));
  }

  @Test
  void aNewRunHasItsConfigurationAlone() throws IOException {
    Path run = folder.resolve("new/folder/run");
    RunWriter.create(run, CONFIG).close();
    assertEquals(Set.of("config.yaml", ".lock"), names(run));
    assertEquals(CONFIG.recipe(), RunFolder.at(run).recipe());
    Exception e = assertThrows(IllegalArgumentException.class, () -> RunWriter.create(run, CONFIG));
    assertTrue(e.getMessage().startsWith(run + " is not empty: "), e.getMessage());
  }

  @Test
  void whatKilledWritesLeftIsRemoved() throws IOException {
    Path run = folder.resolve("run");
    Files.createDirectory(run);
    Files.writeString(run.resolve(LEFT), "half a checkpoint");
    RunWriter.create(run, CONFIG).close();
    assertEquals(Set.of("config.yaml", ".lock"), names(run));
    Files.writeString(run.resolve(LEFT), "half a checkpoint");
    RunFolder.at(run).recipe();
    assertTrue(names(run).contains(LEFT), "not by a reader");
    RunWriter.resume(run).close();
    assertEquals(Set.of("config.yaml", ".lock"), names(run));
  }

  @Test
  void aLockThatLeadsElsewhereIsNotFollowed() throws IOException {
    Path run = folder.resolve("run");
    RunWriter.create(run, CONFIG).close();
    Path precious = Files.writeString(folder.resolve("precious"), "content");
    Files.delete(run.resolve(".lock"));
    Files.createSymbolicLink(run.resolve(".lock"), precious);
    Exception e = assertThrows(UncheckedIOException.class, () -> RunWriter.resume(run));
    assertTrue(e.getMessage().contains("can't write " + run + ": "), e.getMessage());
    assertEquals("content", Files.readString(precious));
    Files.delete(run.resolve(".lock"));
    RunWriter.resume(run).close();
  }

  @Test
  void linesAreNotAppendedElsewhere() throws IOException {
    Path run = folder.resolve("run");
    Path precious = Files.writeString(folder.resolve("precious"), "content");
    try (RunWriter writer = RunWriter.create(run, CONFIG)) {
      Files.createSymbolicLink(run.resolve("alarms.jsonl"), precious);
      Alarm alarm = new Alarm(Alarm.Kind.COLLAPSE, 1, 0, "seen");
      assertThrows(UncheckedIOException.class, () -> writer.append(alarm));
    }
    assertEquals("content", Files.readString(precious));
  }

  /** Takes a run's folder in a process of its own. */
  static final class Taker {
    public static void main(String[] args) {
      RunWriter.resume(Path.of(args[0])).close();
    }
  }

  private void refusedElsewhere(Path run) throws Exception {
    try (Jvm jvm = new Jvm(folder, name -> true)) {
      jvm.start(Taker.class, run);
      assertEquals(1, jvm.await(), "another process got it");
      String pid = "is being trained by process " + ProcessHandle.current().pid();
      assertTrue(jvm.err().contains(pid), jvm.err());
    }
  }

  @Test
  void whoIsClosedTwiceLetsGoOnce() throws Exception {
    Path run = folder.resolve("run");
    RunWriter first = RunWriter.create(run, CONFIG);
    first.close();
    try (RunWriter second = RunWriter.resume(run)) {
      first.close();
      assertThrows(IllegalArgumentException.class, () -> RunWriter.resume(run));
      refusedElsewhere(second.folder().path());
    }
    RunWriter.resume(run).close();
  }

  /** As in a container of web applications, each with its own copy of the library. */
  @Test
  void theLibraryLoadedASecondTimeDoesNotLoseTheLock() throws Exception {
    Path run = folder.resolve("run");
    URL classes = RunWriter.class.getProtectionDomain().getCodeSource().getLocation();
    try (RunWriter first = RunWriter.create(run, CONFIG);
        URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
      Class<?> copy = loader.loadClass(RunWriter.class.getName());
      Exception e =
          assertThrows(
              InvocationTargetException.class,
              () -> copy.getMethod("resume", Path.class).invoke(null, first.folder().path()));
      assertTrue(e.getCause().getMessage().contains("by this program"), e.getCause().toString());
      refusedElsewhere(run);
    }
  }

  @Test
  void onlyANewRunIsTakenBack() throws IOException {
    Path run = folder.resolve("run");
    Exception failure = new IOException("no space left");
    RunWriter.create(run, CONFIG).takeBack(failure);
    assertFalse(Files.exists(run));
    Files.createDirectory(run);
    RunWriter.create(run, CONFIG).takeBack(failure);
    assertEquals(Set.of(".lock"), names(run));
    RunWriter.create(run, CONFIG).close();
    try (RunWriter earlier = RunWriter.resume(run)) {
      assertThrows(IllegalStateException.class, () -> earlier.takeBack(failure));
    }
    assertEquals(Set.of("config.yaml", ".lock"), names(run));
    assertEquals(0, failure.getSuppressed().length);
  }

  @Test
  void nothingIsWrittenAfterClose() throws IOException {
    Path run = folder.resolve("run");
    RunWriter writer = RunWriter.create(run, CONFIG);
    writer.close();
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    Executable[] writes = {
      () -> writer.goOnFrom(0, CONFIG),
      () -> writer.append(new Alarm(Alarm.Kind.COLLAPSE, 1, 0, "seen")),
      () -> writer.append(new WentBack(1, 0, "collapse", 0, 1)),
      () -> writer.append((Report) null),
      () -> writer.save(null, Map.of(), Choice.LATEST),
      () -> writer.saveReplica(null, 0, Choice.LATEST),
      () -> writer.saveGood(null, 0),
      () -> writer.writeSamples(1, picture),
      () -> writer.writeScore(null),
      () -> writer.writeCurves(picture)
    };
    for (Executable write : writes) {
      Exception e = assertThrows(IllegalStateException.class, write);
      assertTrue(e.getMessage().startsWith("this writer is closed"), e.getMessage());
    }
    assertEquals(Set.of("config.yaml", ".lock"), names(run));
  }

  @Test
  void noRunNoFolder() {
    Path absent = folder.resolve("absent");
    Exception e = assertThrows(IllegalArgumentException.class, () -> RunWriter.resume(absent));
    assertTrue(e.getMessage().startsWith(absent + " is not the folder of a run"), e.getMessage());
    assertFalse(Files.exists(absent));
  }
}
