package org.gan4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What tells the data of a run from any other: a line of text for each part, with its size, shape,
 * classes and scaling, and the first 64 bits of the SHA-256 of its pixels and labels in their
 * order.
 *
 * @param training of the images that a network learns from
 * @param validation of those that settings are chosen on; empty where that is not known
 * @param test of those that are scored; empty where that is not known
 */
public record DataIdentity(String training, String validation, String test) {
  /** Of version 0.1.0, which knew the size, shape and pixels of the training images only. */
  private static final String EARLIER = ", crc32 ";

  private static final Pattern SCALING = Pattern.compile(", ([^,]+), sha256 ");

  /**
   * The identity of a data set. It takes one pass over the bytes, and nothing when it is asked for
   * again.
   *
   * @param data the data set
   * @return the identity
   */
  public static DataIdentity of(DataSet data) {
    return new DataIdentity(
        line(data.train(), data.scaling()),
        data.hasValidation() ? line(data.validation(), data.scaling()) : "",
        data.hasTest() ? line(data.test(), data.scaling()) : "");
  }

  private static String line(Images images, Scaling scaling) {
    return String.format(
        Locale.ROOT,
        "%d examples of %s, %s, %s, sha256 %s",
        images.count(),
        images.shape(),
        images.labelled() ? images.classes() + " classes" : "no labels",
        scaling.description(),
        images.digest());
  }

  private static String earlier(Images images) {
    CRC32 checksum = new CRC32();
    checksum.update(images.pixels());
    return String.format(
        Locale.ROOT,
        "%d examples of %s%s%08x",
        images.count(),
        images.shape(),
        EARLIER,
        checksum.getValue());
  }

  /**
   * Whether an early version 0.1.0 wrote it, which knew nothing of scaling.
   *
   * @return whether only size, shape and pixels are known
   */
  public boolean isEarlier() {
    return training.contains(EARLIER) && !training.contains(" floats");
  }

  /**
   * How the bytes of the training images become values.
   *
   * @return empty if that is not known: of version 0.1.0's early files, and of examples that are no
   *     images
   */
  public Optional<Scaling> scaling() {
    Matcher found = SCALING.matcher(training);
    return found.find() ? Scaling.of(found.group(1)) : Optional.empty();
  }

  /**
   * What is known where only the images to learn from are the same, as in another fold.
   *
   * @return the same without validation and test
   */
  public DataIdentity ofTraining() {
    return new DataIdentity(training, "", "");
  }

  /**
   * Refuses other data. A part of which nothing is known is not compared.
   *
   * @param data what is at hand
   * @throws IllegalArgumentException if a part differs; the message names each that does
   */
  public void require(DataSet data) {
    DataIdentity found = of(data);
    List<String> differences = new ArrayList<>();
    String here = training.contains(EARLIER) ? earlier(data.train()) : found.training;
    compare(differences, "training", training, here);
    compare(differences, "validation", validation, found.validation);
    compare(differences, "test", test, found.test);
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "these are not the data that the run began with: "
              + String.join("; ", differences)
              + "; give the run's own data (--data)");
    }
  }

  private static void compare(List<String> differences, String part, String run, String here) {
    if (!run.isEmpty() && !run.equals(here)) {
      differences.add(
          "the "
              + part
              + " set differs (the run has "
              + run
              + "; here are "
              + (here.isEmpty() ? "none" : here)
              + ")");
    }
  }
}
