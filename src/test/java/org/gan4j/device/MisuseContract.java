package org.gan4j.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Arenas, buffers, and what all of this says to arguments that can't be right. */
public abstract class MisuseContract extends KernelsContract {
  private static void refused(Class<? extends Exception> type, String part, Executable call) {
    String message = assertThrows(type, call).getMessage();
    assertTrue(message.contains(part), "'" + message + "' names " + part);
  }

  private static void illegal(String part, Executable call) {
    refused(IllegalArgumentException.class, part, call);
  }

  @Test
  void anArenaIsUsedBetweenFreezeAndClose() {
    Kernels kernels = device().kernels();
    DeviceArena arena = device().arena(2);
    DeviceBuffer buffer = arena.floats(4);
    ByteBuffer bytes = ByteBuffer.allocate(4);
    refused(IllegalStateException.class, "freeze", () -> buffer.read(0, 0, bytes));
    refused(IllegalStateException.class, "freeze", () -> kernels.fill(buffer, 1));
    refused(IllegalStateException.class, "freeze", arena::all);
    arena.freeze();
    refused(IllegalStateException.class, "frozen", () -> arena.floats(1));
    refused(IllegalStateException.class, "frozen", arena::freeze);
    kernels.fill(buffer, 1);
    arena.close();
    arena.close();
    refused(IllegalStateException.class, "closed", () -> buffer.read(0, 0, bytes));
    refused(IllegalStateException.class, "closed", () -> buffer.write(0, 0, bytes));
    refused(IllegalStateException.class, "closed", () -> kernels.fill(buffer, 1));
    refused(IllegalStateException.class, "closed", () -> kernels.fill(buffer.view(0, 1), 1));
    refused(IllegalStateException.class, "closed", arena::all);
  }

  @Test
  void anArenaThatWasClosedStaysClosed() {
    DeviceArena arena = device().arena(1);
    DeviceBuffer buffer = arena.floats(4);
    arena.close();
    arena.close();
    refused(IllegalStateException.class, "closed", () -> arena.floats(4));
    refused(IllegalStateException.class, "closed", arena::freeze);
    refused(IllegalStateException.class, "closed", arena::all);
    refused(IllegalStateException.class, "closed", () -> device().kernels().fill(buffer, 1));
  }

  /** At once, and not where a library would end the JVM. */
  private static List<Executable> uses(Kernels kernels, DeviceArena arena) {
    DeviceBuffer a = arena.floats(4);
    DeviceBuffer b = arena.floats(4);
    DeviceBuffer out = arena.floats(4);
    DeviceBuffer state = arena.reserve(DataType.LONG, StateLayout.WORDS);
    arena.freeze();
    arena.share();
    ConvolutionShape shape = new ConvolutionShape(1, 2, 2, 1, 1, 1, 0);
    DeviceBuffer filter = b.view(0, 1);
    return List.of(
        () -> kernels.fill(out, 1),
        () -> kernels.affine(out, a, b, b.view(0, 2), Epilogue.RELU, 2, 2, 2),
        () -> kernels.productTransposed(out, a, b, 2, 2, 2),
        () -> kernels.innerProducts(out, a, b, 2, 2, 2),
        () -> kernels.weightGradient(out, a, b, new DenseShape(2, 2, 2), state),
        () -> kernels.convolve(out, a, filter, null, shape, 1),
        () -> kernels.convolveTransposed(out, a, filter, shape, 1),
        () -> kernels.filterGradient(filter, a, b, shape, 1, state));
  }

  /** Whoever may read the buffers still must not use the device for it. */
  @Test
  void anotherThreadIsRefusedByEveryOperation() throws Exception {
    try (DeviceArena arena = device().arena(1);
        DeviceArena filling = device().arena(1)) {
      List<Executable> uses = new ArrayList<>(uses(device().kernels(), arena));
      filling.floats(1);
      uses.add(() -> filling.floats(1));
      uses.add(filling::freeze);
      uses.add(filling::close);
      Runnable all =
          () -> uses.forEach(use -> refused(IllegalStateException.class, "belong to the", use));
      FutureTask<Void> elsewhere = new FutureTask<>(all, null);
      new Thread(elsewhere).start();
      elsewhere.get();
      filling.freeze();
    }
  }

  /** Buffers of a device that is open, where another one's kernels can reach them. */
  @Test
  void aClosedDeviceRefusesOpenBuffersToo() {
    Device other = open();
    try (DeviceArena arena = device().arena(1)) {
      List<Executable> uses = uses(other.kernels(), arena);
      other.close();
      uses.forEach(use -> refused(IllegalStateException.class, "device is closed", use));
    }
  }

  @Test
  void productsRefuseAClosedArenaToo() {
    Kernels kernels = device().kernels();
    DeviceArena arena = device().arena(1);
    DeviceBuffer a = arena.floats(1);
    DeviceBuffer b = arena.floats(1);
    DeviceBuffer out = arena.floats(1);
    arena.freeze();
    kernels.productTransposed(out, a, b, 1, 1, 1);
    arena.close();
    refused(
        IllegalStateException.class, "closed", () -> kernels.productTransposed(out, a, b, 1, 1, 1));
  }

  @Test
  void nothingIsUsedAfterItsDeviceWasClosed() {
    Device other = open();
    DeviceArena arena = other.arena(1);
    DeviceBuffer a = arena.floats(4);
    DeviceBuffer b = arena.floats(4);
    DeviceBuffer out = arena.floats(4);
    arena.freeze();
    Kernels kernels = other.kernels();
    ConvolutionShape shape = new ConvolutionShape(1, 2, 2, 1, 1, 1, 0);
    Runnable[] uses = {
      () -> kernels.fill(out, 1),
      () -> kernels.productTransposed(out, a, b, 2, 2, 2),
      () -> kernels.convolve(out, a, b.view(0, 1), null, shape, 1),
      () -> other.arena(1),
      other::synchronize,
      () -> other.record(() -> {}).close(),
      () -> Buffers.read(out, 0, new float[1])
    };
    for (Runnable use : uses) {
      use.run();
    }
    Replay replay = other.record(() -> kernels.fill(out, 2));
    other.close();
    other.close();
    for (Runnable use : uses) {
      refused(IllegalStateException.class, "closed", use::run);
    }
    refused(IllegalStateException.class, "closed", replay::run);
    replay.close();
    arena.close();
  }

  @Test
  void anArenaNeedsReplicasAndBuffersOfSomeLength() {
    illegal("not 0", () -> device().arena(0));
    try (DeviceArena arena = device().arena(1)) {
      illegal("not 0", () -> arena.floats(0));
      refused(IllegalStateException.class, "nothing", arena::freeze);
    }
  }

  @Test
  void moreMemoryThanThereIs() {
    for (long length : new long[] {1L << 45, 1L << 60, Long.MAX_VALUE / 4, Long.MAX_VALUE}) {
      refused(
          DeviceException.class,
          "out of memory",
          () -> {
            try (DeviceArena arena = device().arena(3)) {
              arena.floats(length);
              arena.floats(length);
              arena.freeze();
            }
          });
    }
  }

  @Test
  void buffersBeginAsZeros() {
    try (DeviceArena arena = device().arena(3)) {
      DeviceBuffer bytes = arena.reserve(DataType.BYTE, 5);
      arena.floats(1000);
      arena.freeze();
      DeviceBuffer all = arena.all();
      assertEquals(3, all.replicas());
      assertTrue(all.length() >= 1002);
      float[] values = new float[(int) all.length()];
      for (int r = 0; r < 3; r++) {
        Buffers.read(all, r, values);
        assertArrayEquals(new float[values.length], values);
      }
      assertEquals("BYTE[3][5]", bytes.toString());
    }
  }

  @Test
  void copiesThroughHeapAndDirectMemory() {
    try (DeviceArena arena = device().arena(2)) {
      DeviceBuffer buffer = arena.floats(10);
      arena.freeze();
      ByteBuffer heap = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      heap.putFloat(9).putFloat(1).putFloat(2).putFloat(3).position(4);
      buffer.write(1, 2, heap.asReadOnlyBuffer());
      ByteBuffer direct = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
      direct.putFloat(9).putFloat(4).putFloat(5).putFloat(9).position(4).limit(12);
      buffer.write(1, 5, direct);
      assertEquals(0, direct.remaining());
      float[] values = new float[10];
      Buffers.read(buffer, 1, values);
      assertArrayEquals(new float[] {0, 0, 1, 2, 3, 4, 5, 0, 0, 0}, values);
      Buffers.read(buffer, 0, values);
      assertArrayEquals(new float[10], values);
      for (ByteBuffer target : new ByteBuffer[] {heap, direct}) {
        target.clear().position(4).limit(12);
        buffer.read(1, 4, target);
        assertEquals(12, target.position());
        assertEquals(3, target.getFloat(4));
        assertEquals(4, target.getFloat(8));
        assertEquals(9, target.getFloat(0));
      }
      buffer.write(0, 10, ByteBuffer.allocate(0));
    }
  }

  @Test
  void copiesLargerThanTheStage() {
    int n = (1 << 20) / 4 + 7;
    try (DeviceArena arena = device().arena(1)) {
      DeviceBuffer floats = arena.floats(n + 1);
      DeviceBuffer bytes = arena.reserve(DataType.BYTE, (1 << 20) + 5);
      arena.freeze();
      float[] values = Numbers.randoms(n, 1, 1);
      Buffers.write(floats.view(1, n), 0, values);
      float[] back = new float[n];
      Buffers.read(floats, 0, 1, back);
      assertArrayEquals(values, back);
      byte[] pixels = Numbers.randomBytes((1 << 20) + 5, 2);
      Buffers.write(bytes, 0, pixels);
      byte[] found = new byte[pixels.length];
      bytes.read(0, 0, ByteBuffer.wrap(found));
      assertArrayEquals(pixels, found);
    }
  }

  @Test
  void copiesAndViewsStayInside() {
    try (DeviceArena arena = device().arena(2)) {
      DeviceBuffer buffer = arena.floats(10);
      arena.freeze();
      illegal("FLOAT[2][10]", () -> buffer.view(-1, 2));
      illegal("11 elements at 0", () -> buffer.view(0, 11));
      illegal("1 elements at 10", () -> buffer.view(10, 1));
      illegal("0 elements", () -> buffer.view(3, 0));
      illegal("outside", () -> buffer.view(1, Long.MAX_VALUE));
      illegal("FLOAT[2][4]", () -> buffer.view(2, 4).view(2, 3));
      ByteBuffer two = ByteBuffer.allocate(8);
      illegal("replica 2", () -> buffer.write(2, 0, two));
      illegal("replica -1", () -> buffer.read(-1, 0, two));
      illegal("element 9", () -> buffer.read(0, 9, two));
      illegal("element -1", () -> buffer.write(0, -1, two));
      illegal("7 bytes", () -> buffer.write(0, 0, ByteBuffer.allocate(7)));
      illegal("LONG", () -> Buffers.write(buffer, 0, new long[1]));
      illegal("DOUBLE", () -> Buffers.read(buffer, 0, new double[1]));
      illegal("INT", () -> Buffers.read(buffer, 0, new int[1]));
      illegal("BYTE", () -> Buffers.write(buffer, 0, new byte[1]));
      assertEquals(8, two.remaining());
    }
  }

  /** Buffers of three replicas, and one of each kind that does not go with them. */
  private final class Wrong implements AutoCloseable {
    final DeviceArena three = device().arena(3);
    final DeviceArena one = device().arena(1);
    final Kernels k = device().kernels();
    final DeviceBuffer f = three.floats(12);
    final DeviceBuffer g = three.floats(12);
    final DeviceBuffer h = three.floats(12);
    final DeviceBuffer bytes = three.reserve(DataType.BYTE, 12);
    final DeviceBuffer ints = three.reserve(DataType.INT, 12);
    final DeviceBuffer doubles = three.reserve(DataType.DOUBLE, 12);
    final DeviceBuffer state = three.reserve(DataType.LONG, StateLayout.WORDS);
    final DeviceBuffer shortState = three.reserve(DataType.LONG, StateLayout.WORDS - 1);
    final DeviceBuffer f1 = one.floats(12);
    final DeviceBuffer bytes1 = one.reserve(DataType.BYTE, 12);
    final DeviceBuffer ints1 = one.reserve(DataType.INT, 12);
    final DeviceBuffer doubles1 = one.reserve(DataType.DOUBLE, 12);
    final DeviceBuffer state1 = one.reserve(DataType.LONG, StateLayout.WORDS);

    Wrong() {
      three.freeze();
      one.freeze();
    }

    @Override
    public void close() {
      three.close();
      one.close();
    }
  }

  @Test
  void randomAndDataKernelsCheckTheirArguments() {
    try (Wrong w = new Wrong()) {
      illegal("FLOAT", () -> w.k.uniform(w.bytes, 0, 1, w.state, 0));
      illegal("LONG", () -> w.k.uniform(w.f, 0, 1, w.g, 0));
      illegal(StateLayout.WORDS + " elements", () -> w.k.uniform(w.f, 0, 1, w.shortState, 0));
      illegal("replicas", () -> w.k.normal(w.f, 1, w.state1, 0));
      illegal("differ in shape", () -> w.k.addNormal(w.f, w.g.view(0, 3), 1, w.state, 0));
      illegal("differ in shape", () -> w.k.dropout(w.f, w.f1, 0.5, w.state, 0));
      for (double keep : new double[] {0, 1, -0.5, 2, Double.NaN}) {
        illegal("keep", () -> w.k.dropout(w.f, w.g, keep, w.state, 0));
        illegal("keep", () -> w.k.dropoutBackward(w.f, w.g, keep, null, 1, w.state, 0));
      }
      illegal("rows", () -> w.k.dropoutBackward(w.f, w.g, 0.5, null, 0, w.state, 0));
      illegal("rows", () -> w.k.dropoutBackward(w.f, w.g, 0.5, null, 5, w.state, 0));
      illegal("replicas", () -> w.k.dropoutBackward(w.f, w.g, 0.5, w.f1, 1, w.state, 0));
      illegal("replicas", () -> w.k.endIteration(w.state, w.state1));
      illegal("BYTE", () -> w.k.gather(w.f, w.f1, w.f1, 2, 2, 0, w.state));
      illegal("do not fill", () -> w.k.gather(w.f, w.bytes, w.f, 2, 2, 0, w.state));
      illegal("24 elements", () -> w.k.gather(w.f, w.bytes1, w.f1, 2, 1, 0, w.state));
      illegal("do not fill", () -> w.k.expand(w.f, w.bytes1, w.f1, 0, 2, 5));
      illegal("larger", () -> w.k.gather(w.f, w.bytes1.view(0, 8), w.f1, 3, 4, 0, w.state));
      illegal("12 elements", () -> w.k.gather(w.f.view(0, 3), w.bytes1, w.f1, 2, 6, 0, w.state));
      illegal("minibatch", () -> w.k.gather(w.f, w.bytes1, w.f1, 2, 6, -1, w.state));
      illegal("at least 1", () -> w.k.gather(w.f, w.bytes1, w.f1, 0, 6, 0, w.state));
      illegal("replicas", () -> w.k.gather(w.f, w.bytes1, w.f1, 2, 6, 0, w.state1));
      illegal("FLOAT", () -> w.k.gatherRows(w.f, w.bytes1, 2, 2, 0, w.state));
      illegal("do not fill", () -> w.k.gatherRows(w.f, w.g, 2, 2, 0, w.state));
      illegal("do not fill", () -> w.k.gatherRows(w.f, w.f1, 2, 5, 0, w.state));
      illegal("larger", () -> w.k.gatherRows(w.f, w.f1.view(0, 8), 3, 4, 0, w.state));
      illegal("12 elements", () -> w.k.gatherRows(w.f.view(0, 3), w.f1, 2, 6, 0, w.state));
      illegal("minibatch", () -> w.k.gatherRows(w.f, w.f1, 2, 6, -1, w.state));
      illegal("replicas", () -> w.k.gatherRows(w.f, w.f1, 2, 6, 0, w.state1));
      illegal("from -1", () -> w.k.expand(w.f, w.bytes1, w.f1, -1, 1, 6));
      illegal("from 1", () -> w.k.expand(w.f, w.bytes1, w.f1, 1, 2, 6));
    }
  }

  @Test
  void layerKernelsCheckTheirArguments() {
    try (Wrong w = new Wrong()) {
      Epilogue none = Epilogue.NONE;
      illegal("replicas", () -> w.k.affine(w.f, w.g, w.h, w.f1, none, 3, 4, 3));
      illegal("16 elements", () -> w.k.affine(w.f, w.g, w.h, w.g, none, 3, 4, 4));
      illegal("at least 1", () -> w.k.affine(w.f, w.g, w.h, w.g, none, 3, 0, 4));
      illegal("replicas", () -> w.k.productTransposed(w.f, w.f1, w.h, 3, 4, 3));
      illegal(
          "replicas", () -> w.k.weightGradient(w.f, w.g, w.h, new DenseShape(3, 4, 3), w.state1));
      illegal("LONG", () -> w.k.weightGradient(w.f, w.g, w.h, new DenseShape(3, 4, 3), w.g));
      illegal("pieces", () -> w.k.maxoutForward(w.f, w.bytes, w.g, 1, 1, 255, 1, w.state, 0));
      illegal("pieces", () -> w.k.maxoutForward(w.f, w.bytes, w.g, 1, 1, 0, 1, w.state, 0));
      illegal(
          "more pieces", () -> w.k.maxoutForward(w.f, w.bytes, w.g, 1, 1 << 30, 4, 1, w.state, 0));
      illegal("keep", () -> w.k.maxoutForward(w.f, w.bytes, w.g, 3, 2, 2, 0, w.state, 0));
      illegal("BYTE", () -> w.k.maxoutForward(w.f, w.h, w.g, 3, 2, 2, 1, w.state, 0));
      illegal("replicas", () -> w.k.maxoutForward(w.f, w.bytes1, w.g, 3, 2, 2, 1, w.state, 0));
      illegal(
          "replicas", () -> w.k.maxoutBackward(w.g, w.f1, w.f, w.bytes, null, 3, 2, 2, 1, w.state));
      illegal("replicas", () -> w.k.activationBackward(w.f, null, w.g, w.f1, 3, 4, none, w.state));
      illegal(
          "12 elements",
          () -> w.k.activationBackward(w.f, null, w.g.view(0, 4), null, 3, 4, none, w.state));
      illegal("replicas", () -> w.k.scaleRows(w.f, w.g, w.f1, 3, 4));
      illegal("replicas", () -> w.k.copyColumns(w.f, 0, 4, w.f1, 0, 4, 3, 4));
      illegal("one buffer", () -> w.k.copyColumns(w.f, 0, 4, w.f, 2, 4, 3, 2));
      illegal("beyond the width", () -> w.k.copyColumns(w.f, 3, 4, w.g, 0, 4, 3, 2));
      illegal("beyond the width", () -> w.k.copyColumns(w.f, 0, 4, w.g, -1, 4, 3, 2));
      illegal("at least 1", () -> w.k.copyColumns(w.f, 0, 4, w.g, 0, 4, 0, 2));
      illegal("at least 1", () -> w.k.copyColumns(w.f, 0, 4, w.g, 0, 4, 3, 0));
      illegal("elements", () -> w.k.copyColumns(w.f, 0, 4, w.g, 0, 4, 5, 4));
    }
  }

  @Test
  void imageKernelsCheckTheirArguments() {
    try (Wrong w = new Wrong()) {
      ConvolutionShape c = new ConvolutionShape(1, 3, 3, 2, 2, 1, 0);
      illegal("16 elements", () -> w.k.convolve(w.f, w.g, w.h, null, c, 2));
      illegal("9 elements", () -> w.k.convolve(w.f, w.g.view(0, 8), w.h, null, c, 1));
      illegal("2 elements", () -> w.k.convolve(w.f, w.g, w.h, w.f.view(0, 1), c, 1));
      illegal("replicas", () -> w.k.convolve(w.f, w.g, w.h, w.f1, c, 1));
      illegal("replicas", () -> w.k.convolveTransposed(w.f, w.g, w.f1, c, 1));
      illegal("8 elements", () -> w.k.convolveTransposed(w.f, w.g, w.h.view(0, 7), c, 1));
      illegal("replicas", () -> w.k.filterGradient(w.f, w.g, w.h, c, 1, w.state1));
      illegal("LONG", () -> w.k.filterGradient(w.f, w.g, w.h, c, 1, w.g));
      Epilogue none = Epilogue.NONE;
      illegal("4 elements", () -> w.k.biasActivation(w.f, w.g, w.h.view(0, 3), none, 1, 4, 3));
      illegal("pixels", () -> w.k.biasActivation(w.f, w.g, w.h, none, 1, 4, 0));
      illegal("channels", () -> w.k.biasGradient(w.f, w.g, 1, 0, 4, w.state));
      illegal("12 elements", () -> w.k.biasGradient(w.f, w.g.view(0, 9), 1, 4, 3, w.state));
      illegal("replicas", () -> w.k.biasGradient(w.f, w.g, 1, 4, 3, w.state1));
      illegal("values", () -> w.k.biasGradient(w.f, w.g, 1, 1 << 20, 1 << 20, w.state));
      PoolShape p = new PoolShape(1, 2, 2, 2, 2, 1);
      illegal("keep", () -> w.k.maxPoolForward(w.f, w.bytes, w.g, p, 1, 0, w.state, 0));
      illegal("16 elements", () -> w.k.maxPoolForward(w.f, w.bytes, w.g, p, 2, 1, w.state, 0));
      illegal("replicas", () -> w.k.maxPoolForward(w.f, w.bytes1, w.g, p, 1, 1, w.state, 0));
      illegal("BYTE", () -> w.k.maxPoolBackward(w.f, w.g, w.h, p, 1, 1));
    }
  }

  @Test
  void shapesThatCanNotBeAreRefused() {
    illegal("channels must be", () -> new ConvolutionShape(0, 3, 3, 2, 2, 1, 0));
    illegal("stride must be", () -> new ConvolutionShape(1, 3, 3, 2, 2, 0, 0));
    illegal("padding must be 0 to 1", () -> new ConvolutionShape(1, 3, 3, 2, 2, 1, 2));
    illegal("kernel must fit", () -> new ConvolutionShape(1, 9, 3, 2, 6, 1, 1));
    illegal("values", () -> new ConvolutionShape(1 << 20, 1 << 10, 2, 2, 2, 1, 0));
    illegal("values", () -> new ConvolutionShape(1 << 20, 1, 1, 1 << 20, 1, 1, 0));
    illegal("window must be 1 to 3", () -> new PoolShape(1, 1, 3, 9, 4, 1));
    illegal("stride must be 1 to 2", () -> new PoolShape(1, 1, 3, 9, 2, 3));
    illegal("at most 254", () -> new PoolShape(1, 3, 20, 20, 10, 3));
    illegal("pieces must be", () -> new PoolShape(1, 255, 3, 9, 1, 1));
  }

  @Test
  void trainingAndDistanceKernelsCheckTheirArguments() {
    try (Wrong w = new Wrong()) {
      illegal("replicas", () -> w.k.crossEntropySlope(w.f, w.g, w.f1, 3, 4));
      illegal("16 elements", () -> w.k.crossEntropySlope(w.f, w.g, w.h, 4, 4));
      illegal("at least 1", () -> w.k.crossEntropySlope(w.f, w.g, w.h, 4, 0));
      illegal("BYTE", () -> w.k.crossEntropySlope(w.f, w.bytes, w.h, 3, 4));
      illegal("real rows", () -> w.k.ganLoss(w.f, w.g, w.h, 3, -1, false, 1, w.state));
      illegal("real rows", () -> w.k.ganLoss(w.f, w.g, w.h, 3, 0, false, 1, w.state));
      int most = Integer.MAX_VALUE;
      illegal("more logits", () -> w.k.ganLoss(null, w.g, w.h, most, most, false, 1, w.state));
      illegal("generated rows", () -> w.k.ganLoss(w.f, null, w.h, 0, 3, false, 1, w.state));
      illegal("13 elements", () -> w.k.ganLoss(w.f, w.g, w.h, 10, 3, false, 1, w.state));
      illegal("replicas", () -> w.k.ganLoss(w.f1, w.g, w.h, 3, 3, false, 1, w.state));
      illegal("replicas", () -> w.k.ganLoss(w.f, w.g, w.h, 3, 3, false, 1, w.state1));
      illegal("differ in shape", () -> w.k.update(w.f, w.g.view(0, 4), w.state));
      illegal("LONG", () -> w.k.update(w.f, w.g, w.doubles));
      illegal("cap", () -> w.k.capColumns(w.f, 3, 4, 0));
      illegal("LONG", () -> w.k.advance(w.f));
      illegal("LONG", () -> w.k.schedule(w.f));
      illegal("FLOAT", () -> w.k.fill(w.ints, 1));
      illegal("replicas", () -> w.k.squaredNorms(w.f, w.f1, 3, 4));
      DeviceBuffer p = w.f1.view(0, 3);
      illegal("replicas", () -> w.k.parzenTile(w.f, w.doubles1, w.g, w.h, w.h, p, 3, 4));
      illegal("precisions", () -> w.k.parzenTile(w.f, w.doubles, w.g, w.h, w.h, w.f, 3, 4));
      illegal("DOUBLE", () -> w.k.parzenTile(w.f, w.h, w.g, w.h, w.h, p, 3, 4));
      illegal("replicas", () -> w.k.nearestTile(w.f, w.ints1, w.g, w.h, w.h, 3, 4, 0));
      illegal("INT", () -> w.k.nearestTile(w.f, w.h, w.g, w.h, w.h, 3, 4, 0));
    }
  }

  @Test
  void aDescriptionIsOneLine() {
    String description = device().description();
    assertFalse(description.isBlank());
    assertEquals(1, description.lines().count());
    assertEquals(description, description.strip());
  }

  @Test
  void aRecordingRunsItsStepEachTime() {
    try (Rig rig = rig(1)) {
      DeviceBuffer weights = rig.floats(1);
      DeviceBuffer velocity = rig.floats(1);
      DeviceBuffer state = rig.state();
      rig.freeze().write(weights, 0);
      rig.write(velocity, 2);
      rig.write(state, States.of(0, 0));
      try (Replay replay =
          device()
              .record(
                  () -> {
                    rig.kernels().update(weights, velocity, state);
                    rig.kernels().advance(state);
                  })) {
        for (int i = 0; i < 3; i++) {
          replay.run();
        }
      }
      device().synchronize();
      assertEquals(6, rig.floats(weights, 0)[0]);
      assertEquals(3, States.readWord(state, 0, StateLayout.STEP));
    }
  }
}
