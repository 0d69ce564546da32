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

  /** Pictures of the first 32 people; of the next 4 the validation set, of the last 4 the tests. */
  private static final int TRAIN = 320;

  private static final int VALIDATION_END = 360;

  private Faces() {}

  static DataSet open(DataLocation where) {
    Path file =
        LocalFiles.find(
            where,
            FILE,
            List.of("olivetti", NAME),
            "it holds the Olivetti faces, which many machine-learning sites offer");
    Images all = read(file);
    return new DataSet(
        NAME,
        "Olivetti faces at 48x48: a stand-in for the Toronto Face Database, not that database",
        "stand-in for TFD: the Olivetti faces, credit to AT&T Laboratories Cambridge",
        all.range(0, TRAIN),
        all.range(TRAIN, VALIDATION_END),
        all.range(VALIDATION_END, all.count()),
        Scaling.UNIT);
  }

  /** All of them, ten of each person in order, the label being the person. */
  static Images read(Path file) {
    MatFiles.Numbers faces = MatFiles.read(file, "faces").get("faces");
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
