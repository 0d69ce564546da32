package org.gan4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The Toronto Face Database as its MAT-files have it: 102,236 grey faces, most without labels, and
 * five ways (folds) to part the others for training, validation and testing. It is not public; who
 * has it names its folder.
 */
public final class Tfd {
  /** Folds. */
  public static final int FOLDS = 5;

  /** Classes of the labels: anger, disgust, fear, happy, sad, surprise, neutral. */
  public static final int CLASSES = 7;

  /** Which images of a fold. */
  public enum Part {
    /** Those without labels, the same in every fold. */
    UNLABELLED,
    /** For training with labels. */
    TRAIN,
    /** For validation. */
    VALID,
    /** For testing. */
    TEST,
    /** Those for training and those for validation. */
    FULL_TRAIN;

    private boolean has(int code) {
      return this == FULL_TRAIN ? code == 1 || code == 2 : code == ordinal();
    }
  }

  static final String NAME = "tfd";
  static final String LARGE_NAME = "tfd-96";

  private static final int SIDE = 48;
  private static final int LARGE_SIDE = 96;

  /** Images that are copied at a time, so that the source is read along its rows. */
  private static final int BLOCK = 256;

  private static final String TERMS =
      "Toronto Face Database, Susskind, Anderson and Hinton, 2010; not public";

  private final ImageShape shape;
  private final MatArray images;
  private final MatArray folds;
  private final MatArray labels;
  private final int count;

  private Tfd(int side, Map<String, MatArray> arrays) {
    shape = new ImageShape(1, side, side);
    images = arrays.get("images");
    folds = arrays.get("folds");
    labels = arrays.get("labs_ex");
    images.require(0, side, side);
    count = images.dimensions().get(0);
    folds.require(count, FOLDS);
    labels.require(count, 1);
  }

  /**
   * Reads a file.
   *
   * @param file TFD_48x48.mat or TFD_96x96.mat
   * @param side height and width of its images
   * @return what it holds
   * @throws DataException if it lacks an array, has one of another shape, is of version 7.3 or
   *     damaged
   */
  public static Tfd read(Path file, int side) {
    return new Tfd(side, MatFiles.read(file, "images", "folds", "labs_ex"));
  }

  /**
   * A data set for a generator: trained on the images without labels of fold 0, as the paper's code
   * does, validated and tested on those of a fold.
   *
   * @param name of the data set
   * @param large 96x96, not 48x48
   * @param fold 0 to 4
   */
  static DataSet open(String name, boolean large, int fold, DataLocation where) {
    int side = large ? LARGE_SIDE : SIDE;
    String fileName = "TFD_" + side + "x" + side + ".mat";
    Path file =
        LocalFiles.find(
            where,
            fileName,
            List.of(NAME, "TFD", "faces/TFD"),
            "the Toronto Face Database is not public, ask its authors for it (the recipes"
                + " faces-... run the same networks on a public stand-in)");
    Tfd tfd = read(file, side);
    return new DataSet(
        name,
        "Toronto Face Database, fold " + fold,
        TERMS,
        tfd.pixels(tfd.indices(Part.UNLABELLED, 0)),
        tfd.pixels(tfd.indices(Part.VALID, fold)),
        tfd.pixels(tfd.indices(Part.TEST, fold)),
        Scaling.UNIT);
  }

  /**
   * Some of the images.
   *
   * @param part which
   * @param fold 0 to 4
   * @return they, with labels 0 to 6 unless they are the unlabelled ones
   * @throws DataException if there are none, or a label is out of range
   */
  public Images images(Part part, int fold) {
    int[] indices = indices(part, fold);
    Images chosen = pixels(indices);
    if (part == Part.UNLABELLED) {
      return chosen;
    }
    byte[] values = new byte[indices.length];
    for (int i = 0; i < values.length; i++) {
      int label = labels.value(indices[i]);
      if (label < 1 || label > CLASSES) {
        throw new DataException(
            labels.what()
                + " holds "
                + label
                + " for a labelled image, not 1 to "
                + CLASSES
                + "; check the file");
      }
      values[i] = (byte) (label - 1);
    }
    byte[] all = new byte[chosen.count() * shape.size()];
    chosen.pixels().get(all);
    return Images.wrap(shape, all, values, CLASSES);
  }

  private int[] indices(Part part, int fold) {
    if (fold < 0 || fold >= FOLDS) {
      throw new IllegalArgumentException("a fold is 0 to " + (FOLDS - 1) + ", not " + fold);
    }
    int[] indices =
        IntStream.range(0, count).filter(i -> part.has(folds.value(fold * count + i))).toArray();
    if (indices.length == 0) {
      throw new DataException(
          folds.what() + " gives fold " + fold + " no " + part + " images; check the file");
    }
    return indices;
  }

  private Images pixels(int[] indices) {
    int size = shape.size();
    int side = shape.width();
    if ((long) indices.length * size > Idx.MAX_VALUES) {
      throw new DataException(
          images.what() + " has more pixels than gan4j holds; use fewer images");
    }
    byte[] chosen = new byte[indices.length * size];
    for (int first = 0; first < indices.length; first += BLOCK) {
      int end = Math.min(indices.length, first + BLOCK);
      for (int p = 0; p < size; p++) {
        int plane = (p % side * side + p / side) * count;
        for (int i = first; i < end; i++) {
          chosen[i * size + p] = images.pixel(plane + indices[i]);
        }
      }
    }
    return Images.wrap(shape, chosen);
  }
}
