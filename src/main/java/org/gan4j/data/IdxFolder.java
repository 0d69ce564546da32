package org.gan4j.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Any data set in MNIST's layout: IDX files of images to train with and, if there are any, images
 * to test with, both with labels or without. Shapes, classes and counts are what the files say.
 */
final class IdxFolder {
  static final String NAME = "idx";

  /** Such as emnist-letters-train-images-idx3-ubyte.gz, or train-images.idx3-ubyte. */
  private static final Pattern TRAIN =
      Pattern.compile("(.+[-_.]|)train-images[-.]idx3-ubyte(?:\\.gz)?");

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";

  /** Where torchvision and the publishers of EMNIST put them. */
  private static final List<String> FOLDERS =
      List.of("raw", "gzip", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw");

  /** One of so many training images is for validation, as is usual with MNIST. */
  private static final int VALIDATION_PART = 6;

  private IdxFolder() {}

  /**
   * Where the files of one data set are.
   *
   * @param folder that has them
   * @param prefix what their names begin with, before "train-images"
   */
  private record Place(Path folder, String prefix) {
    Optional<Path> file(String name) {
      return DataFile.localNames(prefix + name).stream()
          .flatMap(each -> DataFiles.named(folder, each))
          .findFirst();
    }

    /** The prefix as one says it, without the mark behind it. */
    String option() {
      return prefix.isEmpty() ? NAME : NAME + ":" + prefix.replaceFirst("[-_.]$", "");
    }
  }

  /**
   * Reads a data set.
   *
   * @param name of it: idx, or idx:PREFIX where a folder has several whose files begin differently
   * @param where its explicit folder holds the files, or the shared folder has a folder of them
   *     called idx
   */
  static DataSet open(String name, Split split, DataLocation where) {
    Path root = LocalFiles.folder(where, NAME, "IDX files, such as " + TRAIN_IMAGES + ".gz");
    Place place = place(root, name);
    Optional<Path> testImages =
        place.file("t10k-images-idx3-ubyte").or(() -> place.file("test-images-idx3-ubyte"));
    Optional<Path> labels = place.file("train-labels-idx1-ubyte");
    Optional<Path> testLabels =
        place.file("t10k-labels-idx1-ubyte").or(() -> place.file("test-labels-idx1-ubyte"));
    requirePairs(place, testImages.isPresent(), labels.isPresent(), testLabels.isPresent());
    Path images = place.file(TRAIN_IMAGES).orElseThrow();
    Images all = Idx.read(images, labels);
    Optional<Images> tests = testImages.map(file -> Idx.read(file, testLabels));
    Split.Parts parts;
    if (tests.isEmpty()) {
      parts = split.of(all);
    } else {
      int classes = Math.max(all.classes(), tests.get().classes());
      requireShape(testImages.get(), tests.get(), all);
      int validation = Math.max(1, all.count() / VALIDATION_PART);
      parts = split.or(validation, 0).of(all.inClasses(classes), tests.get().inClasses(classes));
    }
    return DataSet.of(
        name,
        "IDX images of " + place.folder().toAbsolutePath().normalize(),
        "the user's own: " + images.getFileName(),
        parts,
        Scaling.UNIT);
  }

  private static Place place(Path root, String name) {
    TreeSet<String> known = new TreeSet<>();
    Optional<Place> found = Optional.empty();
    for (Place place : places(root)) {
      known.add(place.option());
      if (found.isEmpty() && (name.equals(NAME) || name.equals(place.option()))) {
        found = Optional.of(place);
      }
    }
    if (known.isEmpty()) {
      throw new DataException(
          root
              + " lacks "
              + TRAIN_IMAGES
              + ".gz (or the same without .gz, or any name that ends so); name the folder that has"
              + " it with --data");
    }
    boolean open = name.equals(NAME) && known.size() > 1 && !known.contains(NAME);
    if (found.isEmpty() || open) {
      throw new IllegalArgumentException(
          root + " has several data sets; set data to one of " + String.join(", ", known));
    }
    return found.get();
  }

  private static List<Place> places(Path root) {
    return Stream.concat(Stream.of(root), FOLDERS.stream().map(root::resolve))
        .flatMap(
            folder ->
                LocalFiles.list(folder).stream()
                    .map(file -> TRAIN.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(match -> match.group(1))
                    .distinct()
                    .sorted()
                    .map(prefix -> new Place(folder, prefix)))
        .filter(place -> place.file(TRAIN_IMAGES).isPresent())
        .toList();
  }

  private static void requirePairs(
      Place place, boolean testImages, boolean labels, boolean testLabels) {
    if (testImages ? labels != testLabels : testLabels) {
      throw new DataException(
          place.folder()
              + " has labels for some of its images only: put both files of labels there, or"
              + " neither");
    }
  }

  private static void requireShape(Path file, Images tests, Images all) {
    if (!tests.shape().equals(all.shape())) {
      throw new DataException(
          file
              + " has images of "
              + tests.shape()
              + ", those to train with are "
              + all.shape()
              + "; give two files of one data set");
    }
  }
}
