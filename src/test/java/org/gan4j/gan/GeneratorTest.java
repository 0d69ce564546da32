package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.gan4j.device.Buffers;
import org.gan4j.device.DataType;
import org.gan4j.device.DenseShape;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.recipe.Recipe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A trained generator that many threads use, beside a training that goes on. */
class GeneratorTest {
  private static final int THREADS = 4;

  private final Device device = Device.cpu();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void close() {
    threads.shutdownNow();
    device.close();
  }

  private Gan trained(int replicas) {
    Recipe noisy =
        SmallGans.networks(
            SmallGans.simultaneous(),
            SmallGans.NORMAL,
            SmallGans.noisyGenerator(),
            SmallGans.discriminator());
    Gan gan = TinyRun.begin(device, SmallGans.seeds(noisy, 1, replicas, List.of()));
    TinyRun.train(gan, 3);
    return gan;
  }

  @Test
  void samplesDependOnSeedAndPlaceAlone() {
    try (Gan gan = trained(1);
        Generator generator = Generator.of(gan, 0)) {
      int width = generator.shape().size();
      float[] many = generator.sample(250, 5);
      assertEquals(250 * width, many.length);
      for (int count : new int[] {1, 99, 100, 101, 249}) {
        assertArrayEquals(Arrays.copyOf(many, count * width), generator.sample(count, 5));
      }
      assertFalse(Arrays.equals(many, generator.sample(250, 6)));
      assertNotEquals(many[0], many[100 * width], "blocks have noise of their own");
    }
  }

  /** A generator without noise in its layers: the sampler's are the same for the same z. */
  @Test
  void generatesWhatTheSamplerDoes() {
    Recipe recipe = SmallGans.seeds(SmallGans.simultaneous(), 1, 2, List.of());
    int count = 137;
    try (Gan gan = TinyRun.begin(device, recipe)) {
      TinyRun.train(gan, 3);
      float[] z = recipe.noise().draw(count, 4);
      try (Sampler sampler = new Sampler(gan, count)) {
        float[][] expected = sampler.generateToHost(z);
        for (int r = 0; r < 2; r++) {
          try (Generator generator = Generator.of(gan, r)) {
            assertArrayEquals(expected[r], generator.generate(z), 1e-6f);
          }
        }
      }
      assertThrows(IllegalArgumentException.class, () -> Generator.of(gan, 2));
    }
  }

  private static long nativeThreads() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/task"))) {
      return all.count();
    }
  }

  /** OpenMP keeps a team for each thread that computes, and hundreds may ask for samples. */
  @Test
  void callersHaveNoTeams() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/task")));
    int callers = 24;
    CountDownLatch drawn = new CountDownLatch(callers);
    CountDownLatch counted = new CountDownLatch(1);
    try (Gan gan = trained(1);
        Generator generator = Generator.of(gan, 0)) {
      generator.sample(1, 0);
      long before = nativeThreads();
      List<Thread> all = new ArrayList<>();
      for (int t = 0; t < callers; t++) {
        int seed = t;
        Thread thread =
            new Thread(
                () -> {
                  generator.sample(300, seed);
                  drawn.countDown();
                  try {
                    counted.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
        thread.start();
        all.add(thread);
      }
      assertTrue(drawn.await(60, TimeUnit.SECONDS));
      long more = nativeThreads() - before - callers;
      counted.countDown();
      for (Thread thread : all) {
        thread.join();
      }
      int each = Runtime.getRuntime().availableProcessors();
      assertTrue(more <= 2L * each + 4, more + " threads besides " + callers + " callers");
    }
  }

  @Test
  void anInterruptIsKeptForTheCaller() {
    try (Gan gan = trained(1);
        Generator generator = Generator.of(gan, 0)) {
      float[] expected = generator.sample(5, 1);
      Thread.currentThread().interrupt();
      float[] drawn = generator.sample(5, 1);
      assertTrue(Thread.interrupted());
      assertArrayEquals(expected, drawn);
    }
  }

  @Test
  void manyThreadsGetWhatOneGetsWhileTheTrainingGoesOn() throws Exception {
    try (Gan gan = trained(1);
        Generator generator = Generator.of(gan, 0);
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      List<float[]> expected = new ArrayList<>();
      for (int seed = 0; seed < 8; seed++) {
        expected.add(generator.sample(30 + 40 * seed, seed));
      }
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        Callable<Integer> draws =
            () -> {
              int count = 0;
              for (int i = 0; i < 150; i++) {
                int seed = (first + i) % 8;
                float[] drawn = generator.sample(30 + 40 * seed, seed);
                count += Arrays.equals(expected.get(seed), drawn) ? 0 : 1;
              }
              return count;
            };
        wrong.add(threads.submit(draws));
      }
      trainer.run(300);
      for (Future<Integer> each : wrong) {
        assertEquals(0, each.get(60, TimeUnit.SECONDS));
      }
      // The preview left the training as it would have been.
      try (Gan alone = trained(1)) {
        TinyRun.train(alone, 300);
        assertEquals(TinyRun.tensors(alone), TinyRun.tensors(gan));
      }
    }
  }

  @Test
  void closingWaitsForCallsAndThenAllThrow() throws Exception {
    try (Gan gan = trained(1)) {
      Generator generator = Generator.of(gan, 0);
      CountDownLatch begun = new CountDownLatch(THREADS);
      List<Future<Boolean>> ends = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        Callable<Boolean> endless =
            () -> {
              begun.countDown();
              try {
                while (true) {
                  generator.sample(300, 1);
                }
              } catch (IllegalStateException e) {
                return e.getMessage().contains("closed");
              }
            };
        ends.add(threads.submit(endless));
      }
      begun.await();
      Thread.sleep(20);
      generator.close();
      for (Future<Boolean> each : ends) {
        assertTrue(each.get(60, TimeUnit.SECONDS));
      }
      generator.close();
      assertThrows(IllegalStateException.class, () -> generator.sample(1, 1));
    }
  }

  @Test
  void everythingElseBelongsToItsThread() throws Exception {
    try (Gan gan = trained(1);
        Trainer trainer = new Trainer(gan, TinyRun.DATA);
        Sampler sampler = new Sampler(gan, 2)) {
      List<Runnable> uses =
          List.of(
              () -> trainer.run(1),
              trainer::totals,
              () -> sampler.draw(1, Sampler.Stream.TEST),
              gan::iteration,
              trainer::close,
              sampler::close,
              gan::close,
              device::close,
              () -> device.arena(1),
              device::synchronize,
              device::handOver,
              () -> new Sampler(gan, 3),
              () -> Generator.of(gan, 0));
      long before = gan.iteration();
      for (Runnable use : uses) {
        Future<?> other = threads.submit(use);
        Exception failure =
            assertThrows(
                java.util.concurrent.ExecutionException.class,
                () -> other.get(60, TimeUnit.SECONDS));
        assertEquals(IllegalStateException.class, failure.getCause().getClass());
        assertTrue(failure.getCause().getMessage().contains("belong to the thread"));
      }
      trainer.run(2);
      assertEquals(before + 2, gan.iteration());
    }
  }

  @Test
  void anotherThreadGoesOnAfterAHandOver() throws Exception {
    try (Gan gan = trained(1);
        Trainer trainer = new Trainer(gan, TinyRun.DATA)) {
      device.handOver();
      threads
          .submit(
              () -> {
                trainer.run(2);
                device.handOver();
              })
          .get(60, TimeUnit.SECONDS);
      assertEquals(5, gan.iteration());
    }
  }

  @Test
  void sharedMemoryIsOnlyRead() {
    try (DeviceArena arena = device.arena(1);
        DeviceArena others = device.arena(1)) {
      DeviceBuffer buffer = arena.floats(3);
      arena.freeze();
      DeviceBuffer own = others.floats(3);
      DeviceBuffer state = others.reserve(DataType.LONG, StateLayout.WORDS);
      others.freeze();
      device.kernels().fill(buffer, 2);
      arena.share();
      assertThrows(IllegalStateException.class, () -> device.kernels().fill(buffer, 1));
      assertThrows(IllegalStateException.class, () -> Buffers.write(buffer, 0, new float[3]));
      // What the libraries write, too.
      assertThrows(
          IllegalStateException.class,
          () -> device.kernels().productTransposed(buffer, own, own, 3, 1, 1));
      assertThrows(
          IllegalStateException.class,
          () -> device.kernels().weightGradient(buffer, own, own, new DenseShape(1, 3, 1), state));
      float[] values = new float[3];
      Buffers.read(buffer, 0, values);
      assertArrayEquals(new float[] {2, 2, 2}, values);
    }
  }

  @Test
  void providersAreFoundWhateverTheThreadsClassLoaderSees() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (Device found = Device.cpu()) {
      assertTrue(found.description().startsWith("cpu"));
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
