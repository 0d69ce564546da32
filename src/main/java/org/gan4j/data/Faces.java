package org.gan4j.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The Olivetti faces, 400 grey pictures of 40 people: as they are, or scaled to the size of the
 * Toronto Face Database for which they stand in. No person is in two parts.
 */
enum Faces {
  /** At 48x48; 32 people for training, 4 for validation, 4 for testing. */
  SCALED(
      "faces",
      48,
      4,
      "Olivetti faces at 48x48: a stand-in for the Toronto Face Database, not that database",
      "stand-in for TFD: the Olivetti faces, credit to AT&T Laboratories Cambridge"),
  /** 31 people for training, 4 for validation; 5 for testing, as in Poon and Domingos (2011). */
  WHOLE(
      "faces-64",
      Faces.SIDE,
      5,
      "Olivetti faces",
      "the Olivetti faces, credit to AT&T Laboratories Cambridge");

  private static final String FILE = "olivettifaces.mat";
  private static final int SIDE = 64;
  private static final int PEOPLE = 40;
  private static final int EACH = 10;
  private static final int VALIDATION_PEOPLE = 4;

  private final String dataName;
  private final ImageShape shape;
  private final int testPeople;
  private final String title;
  private final String provenance;

  Faces(String dataName, int side, int testPeople, String title, String provenance) {
    this.dataName = dataName;
    this.shape = new ImageShape(1, side, side);
    this.testPeople = testPeople;
    this.title = title;
    this.provenance = provenance;
  }

  String dataName() {
    return dataName;
  }

  DataSet open(Split split, DataLocation where) {
    requirePeople(split);
    Path file =
        LocalFiles.find(
            where,
            FILE,
            List.of("olivetti", SCALED.dataName),
            "it holds the Olivetti faces, which many machine-learning sites offer");
    Split parts = split.or(VALIDATION_PEOPLE * EACH, testPeople * EACH);
    return DataSet.of(dataName, title, provenance, parts.of(read(file)), Scaling.UNIT);
  }

  private void requirePeople(Split split) {
    if (split.train() % EACH + split.validation() % EACH + split.test() % EACH > 0) {
      throw new IllegalArgumentException(
          "a part of "
              + dataName
              + " is a number of people, with "
              + EACH
              + " pictures each, not "
              + split);
    }
  }

  /** All of them, ten of each person in order, the label being the person. */
  private Images read(Path file) {
    MatArray faces = MatFiles.read(file, "faces").get("faces");
    faces.require(SIDE * SIDE, PEOPLE * EACH);
    int size = shape.size();
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
      System.arraycopy(Resize.area(rows, SIDE, SIDE, shape), 0, pixels, i * size, size);
      labels[i] = (byte) (i / EACH);
    }
    return Images.wrap(shape, pixels, labels, PEOPLE);
  }
}
