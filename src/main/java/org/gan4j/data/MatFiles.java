package org.gan4j.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.gan4j.io.FileErrors;

/**
 * Reads arrays of whole numbers from MAT-files of version 5 to 7: a header of 128 bytes, then
 * elements, each an array or a compressed one.
 */
final class MatFiles {
  /** MATLAB's own begin a version 7.3 file with text and put HDF5 behind it. */
  private static final String TEXT_73 = "MATLAB 7.3";

  private static final String HDF5 = "\u0089HDF\r\n\u001a\n";

  private static final int HEADER_BYTES = 128;

  /** Of the beginning, to tell what it is. */
  private static final int HEAD_BYTES = 520;

  private static final String SAVE_ANEW =
      ", which gan4j does not read; load it in MATLAB and save it with save('FILE', '-v7')";

  private MatFiles() {}

  /**
   * Reads arrays.
   *
   * @param names of the arrays
   * @return one for each name
   * @throws DataException if the file or one of the arrays can't be read
   */
  static Map<String, MatArray> read(Path file, String... names) {
    Map<String, MatArray> found = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      in.mark(HEAD_BYTES);
      ByteOrder order = order(file, in.readNBytes(HEAD_BYTES));
      in.reset();
      in.skipNBytes(HEADER_BYTES);
      MatReader reader = new MatReader(in, Files.size(file) - HEADER_BYTES, order, file);
      while (reader.hasNext()) {
        reader.next(List.of(names), found);
      }
    } catch (EOFException | ZipException e) {
      throw new DataException(file + " is damaged: " + reason(e) + "; replace it", e);
    } catch (IOException e) {
      throw new DataException(file + " can't be read (" + FileErrors.reason(e) + "); check it", e);
    }
    for (String name : names) {
      if (!found.containsKey(name)) {
        throw new DataException(
            file + " has no array '" + name + "'; check that it is the published file");
      }
    }
    return found;
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? "it ends in the middle" : e.getMessage();
  }

  /** The order of bytes in a file that begins so. */
  private static ByteOrder order(Path file, byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    if (text.startsWith(TEXT_73) || text.startsWith(HDF5) || text.startsWith(HDF5, 512)) {
      throw new DataException(file + " is a MAT-file of version 7.3 (HDF5)" + SAVE_ANEW);
    }
    Optional<FileKind> kind = FileKind.of(head);
    if (kind.isPresent()) {
      throw new DataException(file + " " + kind.get().words());
    }
    if (isVersion4(head)) {
      throw new DataException(file + " is a MAT-file of version 4" + SAVE_ANEW);
    }
    return switch (text.substring(Math.min(126, text.length()), Math.min(128, text.length()))) {
      case "IM" -> ByteOrder.LITTLE_ENDIAN;
      case "MI" -> ByteOrder.BIG_ENDIAN;
      default -> throw new DataException(file + " is no MAT-file of version 5 to 7; replace it");
    };
  }

  /**
   * Version 4 begins with a number whose decimal digits say the order of bytes, 0, the type and the
   * kind; then rows, columns, whether it is complex, and the length of a name. Version 5 begins
   * with text.
   */
  private static boolean isVersion4(byte[] head) {
    if (head.length < 20) {
      return false;
    }
    boolean big = head[0] == 0 && head[3] != 0;
    ByteBuffer numbers =
        ByteBuffer.wrap(head).order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int digits = numbers.getInt(0);
    int name = numbers.getInt(16);
    return digits >= 0
        && digits < 5000
        && digits / 100 % 10 == 0
        && numbers.getInt(4) > 0
        && numbers.getInt(8) > 0
        && (numbers.getInt(12) | 1) == 1
        && name > 0
        && name < 256;
  }
}
