package org.gan4j.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.gan4j.io.FileErrors;

/**
 * Vectors of numbers from a text file: one on each line, with commas between its numbers.
 *
 * @param values [count][width], finite; not copied
 * @param width numbers of one, ≥ 1
 */
public record Vectors(float[] values, int width) {
  /** Characters of one number. */
  private static final int LONGEST = 40;

  /** Numbers of one vector, as many as a condition may have. */
  private static final int WIDEST = 65536;

  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");

  /**
   * Checks that the last one is whole.
   *
   * @throws IllegalArgumentException if width is below 1, or values are no multiple of it or none
   */
  public Vectors {
    if (width < 1) {
      throw new IllegalArgumentException("a vector has at least 1 number, not " + width);
    }
    if (values.length == 0 || values.length % width != 0) {
      throw new IllegalArgumentException(
          values.length + " numbers are no vectors of " + width + " each");
    }
  }

  /**
   * Reads a file.
   *
   * @param file of at least one line; the last may end without a line break
   * @return its vectors
   * @throws DataException if it can't be read, or a line holds something else, or another number of
   *     numbers than the first
   */
  public static Vectors read(Path file) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return new Reading(file).all(lines);
    } catch (IOException e) {
      throw new DataException(file + " can't be read (" + FileErrors.reason(e) + ")", e);
    }
  }

  /**
   * How many there are.
   *
   * @return ≥ 1
   */
  public int count() {
    return values.length / width;
  }

  /** Under way. */
  private static final class Reading {
    private final Path file;
    private float[] values = new float[1024];
    private int size;
    private int width;
    private int line = 1;
    private int inLine;

    Reading(Path file) {
      this.file = file;
    }

    /** Character by character, so that a line without an end is refused early. */
    Vectors all(BufferedReader in) throws IOException {
      StringBuilder number = new StringBuilder();
      boolean empty = true;
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == ',') {
          add(number);
          empty = false;
        } else if (c == '\n') {
          endLine(number);
          empty = true;
        } else if (c != '\r') {
          number.append((char) c);
          empty = false;
          if (number.length() > LONGEST) {
            throw wrong("a number is longer than " + LONGEST + " characters");
          }
        }
      }
      if (!empty) {
        endLine(number);
      }
      if (size == 0) {
        throw new DataException(file + " holds no vectors: write one on each line");
      }
      return new Vectors(Arrays.copyOf(values, size), width);
    }

    private void add(StringBuilder number) {
      String text = number.toString().strip();
      number.setLength(0);
      float value = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
      if (!Float.isFinite(value)) {
        throw wrong("number " + (inLine + 1) + " is no finite number");
      }
      if (++inLine > WIDEST) {
        throw wrong("a vector has at most " + WIDEST + " numbers");
      }
      if (size == values.length) {
        if (size > Integer.MAX_VALUE / 4) {
          throw wrong("there are too many numbers");
        }
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    private void endLine(StringBuilder number) {
      add(number);
      width = line == 1 ? inLine : width;
      if (inLine != width) {
        throw wrong("it has " + inLine + " numbers, but the first line has " + width);
      }
      line++;
      inLine = 0;
    }

    private DataException wrong(String what) {
      return new DataException(file + ", line " + line + ": " + what);
    }
  }
}
