package org.gan4j.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.gan4j.io.Safetensors.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads read one file. */
@Timeout(60)
class SafetensorsReadersTest {
  private static final int COUNT = 300_000;

  @TempDir private Path folder;

  private static float[] values() {
    float[] values = new float[COUNT];
    IntStream.range(0, COUNT).forEach(i -> values[i] = i);
    return values;
  }

  private Safetensors open() {
    Path file = folder.resolve("file");
    Safetensors.write(file, Map.of(), List.of(Tensor.of("w", values(), COUNT)));
    return Safetensors.open(file);
  }

  @Test
  void anInterruptOfOneClosesTheFileForNobody() throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Safetensors in = open()) {
      for (int i = 0; i < 20; i++) {
        Thread reader =
            new Thread(
                () -> {
                  float[] read = new float[COUNT];
                  while (!Thread.currentThread().isInterrupted()) {
                    in.read("w", read);
                  }
                  // With its flag up as well.
                  in.read("w", read);
                  assertArrayEquals(values(), read);
                });
        reader.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
        reader.start();
        Thread.sleep(5);
        reader.interrupt();
        float[] read = new float[COUNT];
        in.read("w", read);
        assertArrayEquals(values(), read);
        reader.join();
      }
    }
    assertTrue(failure.get() == null, () -> failure.get().toString());
  }

  @Test
  void severalReadTheirOwnPlaces() {
    try (Safetensors in = open()) {
      float[] expected = values();
      IntStream.range(0, 200)
          .parallel()
          .forEach(
              i -> {
                float[] read = new float[100];
                in.read("w", i * 1000L, read, 0, read.length);
                for (int k = 0; k < read.length; k++) {
                  assertTrue(read[k] == expected[i * 1000 + k]);
                }
              });
    }
  }

  @Test
  void buffersOutsideTheHeapAreFilled() {
    try (Safetensors in = open()) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(Float.BYTES * COUNT);
      in.read("w", 0, bytes);
      ByteBuffer onHeap = ByteBuffer.allocate(Float.BYTES * COUNT);
      in.read("w", 0, onHeap);
      assertTrue(bytes.flip().equals(onHeap.flip()));
    }
  }
}
