package org.gan4j.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.gan4j.io.FileErrors;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * Reads arrays of whole numbers from MAT-files of version 5 to 7. The library that does it is
 * optional: this class alone uses it, and {@link #read} says so where it is missing.
 */
final class MatFiles {
  /** MATLAB's own begin a version 7.3 file with text and put HDF5 behind it. */
  private static final String TEXT_73 = "MATLAB 7.3";

  private static final byte[] HDF5 = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

  private MatFiles() {}

  /**
   * One array of a file.
   *
   * @param what file and array, for messages
   * @param dimensions rows, columns and so on
   * @param values by index, the first dimension varying fastest
   */
  record Numbers(String what, List<Integer> dimensions, IntUnaryOperator values) {
    /**
     * Checks the dimensions; 0 stands for any.
     *
     * @throws DataException if they are others
     */
    void require(Integer... wanted) {
      boolean fits = wanted.length == dimensions.size();
      for (int d = 0; fits && d < wanted.length; d++) {
        fits = wanted[d] == 0 ? dimensions.get(d) > 0 : wanted[d].equals(dimensions.get(d));
      }
      if (!fits) {
        throw new DataException(
            what
                + " is "
                + joined(dimensions)
                + ", not "
                + joined(Arrays.asList(wanted)).replaceAll("\\b0\\b", "N")
                + "; check that it is the published file");
      }
    }

    private static String joined(List<Integer> sizes) {
      return sizes.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }

    /** A value that must be a byte. */
    byte pixel(int index) {
      int value = values.applyAsInt(index);
      if (value < 0 || value > 255) {
        throw new DataException(
            what + " holds " + value + ", but a pixel is 0 to 255; check the file");
      }
      return (byte) value;
    }
  }

  /**
   * Reads arrays.
   *
   * @param names of the arrays
   * @return one for each name
   * @throws DataException if the file or one of the arrays can't be read, or the library is missing
   */
  static Map<String, Numbers> read(Path file, String... names) {
    requireVersion5(file);
    try {
      return Reader.read(file, names);
    } catch (NoClassDefFoundError e) {
      throw new DataException(
          "reading "
              + file
              + " needs the library us.hebi.matlab.mat:mfl-core, which is not on the class path;"
              + " add it to your project's dependencies",
          e);
    }
  }

  private static void requireVersion5(Path file) {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(520);
    } catch (IOException e) {
      throw unreadable(file, FileErrors.reason(e), e);
    }
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String hdf5 = new String(HDF5, StandardCharsets.ISO_8859_1);
    if (text.startsWith(TEXT_73) || text.startsWith(hdf5) || text.startsWith(hdf5, 512)) {
      throw new DataException(
          file
              + " is a MAT-file of version 7.3 (HDF5), which gan4j does not read; load it in MATLAB"
              + " and save it with save('FILE', '-v7')");
    }
  }

  private static DataException unreadable(Path file, String why, Exception cause) {
    return new DataException(
        file + " can't be read as a MAT-file of version 5 to 7 (" + why + "); replace it", cause);
  }

  /** Apart, so that the class above can say what is missing when this one does not load. */
  private static final class Reader {
    private Reader() {}

    static Map<String, Numbers> read(Path file, String... names) {
      List<String> wanted = List.of(names);
      try (Source source = Sources.openStreamingFile(file.toFile())) {
        // Not closed: that would take the arrays' content away.
        MatFile content =
            Mat5.newReader(source)
                .setEntryFilter(header -> wanted.contains(header.getName()))
                .readMat();
        Map<String, Array> found = new LinkedHashMap<>();
        content.getEntries().forEach(entry -> found.put(entry.getName(), entry.getValue()));
        Map<String, Numbers> arrays = new LinkedHashMap<>();
        for (String name : names) {
          arrays.put(name, numbers(file, name, found.get(name)));
        }
        return arrays;
      } catch (IOException e) {
        throw unreadable(file, FileErrors.reason(e), e);
      } catch (DataException e) {
        throw e;
      } catch (RuntimeException e) {
        // What the library throws at damaged files is of many kinds.
        throw unreadable(file, e.getClass().getSimpleName(), e);
      }
    }

    private static Numbers numbers(Path file, String name, Array array) {
      if (array == null) {
        throw new DataException(
            file + " has no array '" + name + "'; check that it is the published file");
      }
      String what = file + ": the array '" + name + "'";
      if (!(array instanceof Matrix matrix) || matrix.isComplex()) {
        throw new DataException(
            what + " does not hold real numbers; check that it is the published file");
      }
      List<Integer> dimensions = Arrays.stream(matrix.getDimensions()).boxed().toList();
      boolean whole =
          matrix.getType() != MatlabType.Double && matrix.getType() != MatlabType.Single;
      return new Numbers(
          what, dimensions, whole ? matrix::getInt : i -> whole(what, matrix.getDouble(i)));
    }

    private static int whole(String what, double value) {
      if (value != (int) value) {
        throw new DataException(
            what + " holds " + value + ", which is no whole number; check the file");
      }
      return (int) value;
    }
  }
}
