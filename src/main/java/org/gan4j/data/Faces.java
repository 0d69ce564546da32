package org.gan4j.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The Olivetti faces, 400 grey pictures of 40 people, scaled to the size of the Toronto Face
 * Database for which they stand in. No person is in two parts.
 */
final class Faces {
  static final String NAME = "faces";

  private static final String FILE = "olivettifaces.mat";
  private static final int SIDE = 64;
  private static final ImageShape SHAPE = new ImageShape(1, 48, 48);
  private static final int PEOPLE = 40;
  private static final int EACH = 10;

  /** Pictures of 4 people for validation, and of as many for testing. */
  private static final int PART = 4 * EACH;

  private Faces() {}

  static DataSet open(Split split, DataLocation where) {
    requirePeople(split);
    Path file =
        LocalFiles.find(
            where,
            FILE,
            List.of("olivetti", NAME),
            "it holds the Olivetti faces, which many machine-learning sites offer");
    Images all = read(file);
    return DataSet.of(
        NAME,
        "Olivetti faces at 48x48: a stand-in for the Toronto Face Database, not that database",
        "stand-in for TFD: the Olivetti faces, credit to AT&T Laboratories Cambridge",
        split.or(PART, PART).of(all),
        Scaling.UNIT);
  }

  private static void requirePeople(Split split) {
    if (split.train() % EACH + split.validation() % EACH + split.test() % EACH > 0) {
      throw new IllegalArgumentException(
          "a part of faces is a number of people, with " + EACH + " pictures each, not " + split);
    }
  }

  /** All of them, ten of each person in order, the label being the person. */
  static Images read(Path file) {
    MatArray faces = MatFiles.read(file, "faces").get("faces");
    faces.require(SIDE * SIDE, PEOPLE * EACH);
    int size = SHAPE.size();
    byte[] pixels = new byte[PEOPLE * EACH * size];
    byte[] labels = new byte[PEOPLE * EACH];
    for (int i = 0; i < labels.length; i++) {
      int face = i * SIDE * SIDE;
      Resize.Rows rows =
          (y, values) -> {
            for (int x = 0; x < SIDE; x++) {
              values[0][x] = Byte.toUnsignedInt(faces.pixel(face + x * SIDE + y));
            }
          };
      System.arraycopy(Resize.area(rows, SIDE, SIDE, SHAPE), 0, pixels, i * size, size);
      labels[i] = (byte) (i / EACH);
    }
    return Images.wrap(SHAPE, pixels, labels, PEOPLE);
  }
}
