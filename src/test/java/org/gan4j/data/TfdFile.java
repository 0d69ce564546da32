package org.gan4j.data;

import java.io.IOException;
import java.nio.file.Path;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.MatlabType;
import us.hebi.matlab.mat.types.Matrix;

/** A file in the layout of the Toronto Face Database, which is not public, with images made up. */
public final class TfdFile {
  static final int COUNT = 11;

  /** Fold f gives image i the code CODES[(i + f) % 8] where i ≥ 3; the first 3 have no labels. */
  private static final int[] CODES = {1, 2, 3, 1, 3, 2, 1, 1};

  private TfdFile() {}

  /** Writes TFD_48x48.mat: 3 images without labels, and 8 that folds part. */
  public static void write(Path folder) throws IOException {
    Mat5.writeToFile(content(48, MatlabType.UInt8), folder.resolve("TFD_48x48.mat").toFile());
  }

  /** Of 0 to 255. */
  static int pixel(int image, int row, int column) {
    return (image * 101 + row * 7 + column * 3) % 256;
  }

  /** Which part of a fold an image belongs to. */
  static int code(int image, int fold) {
    return image < 3 ? 0 : CODES[(image + fold) % CODES.length];
  }

  /** [images][side][side]. */
  static Matrix images(int side, MatlabType type) {
    Matrix images = Mat5.newMatrix(new int[] {COUNT, side, side}, type);
    for (int i = 0; i < COUNT; i++) {
      for (int r = 0; r < side; r++) {
        for (int c = 0; c < side; c++) {
          images.setInt(i + COUNT * (r + side * c), pixel(i, r, c));
        }
      }
    }
    return images;
  }

  /** The arrays of a file. */
  static MatFile content(int side, MatlabType type) {
    Matrix folds = Mat5.newMatrix(COUNT, Tfd.FOLDS, MatlabType.Double);
    Matrix labels = Mat5.newMatrix(COUNT, 1, MatlabType.Int8);
    for (int i = 0; i < COUNT; i++) {
      labels.setInt(i, i < 3 ? -1 : 1 + i % Tfd.CLASSES);
      for (int fold = 0; fold < Tfd.FOLDS; fold++) {
        folds.setInt(i, fold, code(i, fold));
      }
    }
    return Mat5.newMatFile()
        .addArray("images", images(side, type))
        .addArray("folds", folds)
        .addArray("labs_ex", labels);
  }
}
