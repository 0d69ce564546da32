package org.gan4j.gan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.gan4j.Jvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process takes beside Java's heap, by the operating system's account. */
class NativeMemoryTest {
  /** 120 counts more took 460 MiB as long as every plan was kept. */
  private static final long MOST_FOR_COUNTS = 64;

  /** 30 Gans take 900 MiB. */
  private static final long MOST_FOR_FORGOTTEN = 400;

  @TempDir Path folder;

  private long growth(String what) throws IOException, InterruptedException {
    try (Jvm jvm = new Jvm(folder, entry -> true)) {
      jvm.with("-Xmx64m").with("-Xms64m").with("-XX:+AlwaysPreTouch");
      jvm.in("OMP_WAIT_POLICY", "passive").in("OMP_NUM_THREADS", "1");
      jvm.start(NativeGrowth.class, what);
      assertEquals(0, jvm.await(), jvm.err());
      return Long.parseLong(jvm.out().strip());
    }
  }

  @Test
  void manyCountsOfSamplesTakeNoMoreThanSome() throws IOException, InterruptedException {
    long grown = growth("counts");
    assertTrue(grown <= MOST_FOR_COUNTS, grown + " MiB");
  }

  @Test
  void whatIsForgottenIsFreedAndSaid() throws IOException, InterruptedException {
    long grown = growth("forgotten");
    assertTrue(grown <= MOST_FOR_FORGOTTEN, grown + " MiB");
    try (Jvm done = new Jvm(folder, entry -> false)) {
      String said = done.err();
      assertTrue(said.contains("never closed: 10 MiB of the CPU's memory"), said);
      assertTrue(said.contains("made for a Gan at"), said);
      assertTrue(said.contains("never closed: a CPU device"), said);
      // Once each, however many.
      assertTrue(said.lines().count() < 30, said);
    }
  }
}
