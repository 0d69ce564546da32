package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The test's hold on the stand-in for CUDA's libraries: struct Control of standin.h. */
final class StandIn {
  private static final int BYTES = 744;
  private static final int ARMED = 0;
  private static final int STATUS = 4;
  private static final int COUNTDOWN = 8;
  private static final int FIRED = 12;
  private static final int NAME = 16;
  private static final int NAME_BYTES = 64;
  private static final int VIOLATIONS = 208;
  private static final int VIOLATION = 216;
  private static final MappedByteBuffer CONTROL = map();

  /** What a test can choose. */
  enum Setting {
    DRIVER(80, 13000),
    RUNTIME(84, 13000),
    DEVICES(88, 2),
    CAPABILITY(92, 90),
    BLAS(96, 130002),
    DNN(100, 91900),
    REFUSE_NARROW_EPILOGUES(104, 0),
    ONLY_UNFIT_CONVOLUTIONS(108, 0),
    REFUSE_DEVICE_SCALARS(200, 0),
    REFUSE_COMPUTE(736, 0);

    private final int offset;
    private final int usual;

    Setting(int offset, int usual) {
      this.offset = offset;
      this.usual = usual;
    }
  }

  /** What a test can look at. */
  enum Count {
    BYTES(120),
    OBJECTS(128),
    LAUNCHES(136),
    GRAPH_LAUNCHES(144),
    PRODUCTS(152),
    CHAIN(160),
    NODES(168),
    COMPILATIONS(176),
    COLLECTIVES(184),
    EARLY(192),
    TOUCHED(728);

    private final int offset;

    Count(int offset) {
      this.offset = offset;
    }
  }

  private static final int MEMORY = 112;
  private static final long USUAL_MEMORY = 1L << 30;

  private StandIn() {}

  private static MappedByteBuffer map() {
    String path = System.getenv("GAN4J_STANDIN");
    if (path == null) {
      return null;
    }
    try (RandomAccessFile file = new RandomAccessFile(path, "rw")) {
      file.setLength(BYTES);
      MappedByteBuffer map = file.getChannel().map(MapMode.READ_WRITE, 0, BYTES);
      map.order(ByteOrder.nativeOrder());
      map.put(0, new byte[BYTES]);
      return map;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the tests run on the stand-in, and not on a GPU. */
  static boolean isThere() {
    return CONTROL != null;
  }

  /** The usual settings; nothing fails. To be called before every test. */
  static void reset() {
    if (isThere()) {
      CONTROL.putInt(ARMED, 0);
      for (Setting setting : Setting.values()) {
        set(setting, setting.usual);
      }
      memory(USUAL_MEMORY);
      CONTROL.putLong(VIOLATIONS, 0);
      CONTROL.put(VIOLATION, new byte[BYTES - VIOLATION]); // and what was touched
    }
  }

  static void set(Setting setting, int value) {
    CONTROL.putInt(setting.offset, value);
  }

  static void memory(long bytes) {
    CONTROL.putLong(MEMORY, bytes);
  }

  static long count(Count count) {
    return CONTROL.getLong(count.offset);
  }

  /** From now on, call number {@code call} of the function fails. */
  static void fail(String function, int status, int call) {
    byte[] name = Arrays.copyOf(function.getBytes(StandardCharsets.US_ASCII), NAME_BYTES);
    CONTROL.put(NAME, name);
    CONTROL.putInt(STATUS, status);
    CONTROL.putInt(COUNTDOWN, call);
    CONTROL.putInt(FIRED, 0);
    CONTROL.putInt(ARMED, 1);
  }

  /** Whether the failure that was asked for has happened. */
  static boolean failed() {
    CONTROL.putInt(ARMED, 0);
    return CONTROL.getInt(FIRED) != 0;
  }

  /** Fails if the real libraries would have refused something. */
  static void assertNoViolation() {
    if (isThere()) {
      byte[] text = new byte[BYTES - VIOLATION];
      CONTROL.get(VIOLATION, text);
      int length = 0;
      while (text[length] != 0) {
        length++;
      }
      assertEquals("", new String(text, 0, length, StandardCharsets.UTF_8), "refused");
    }
  }
}
