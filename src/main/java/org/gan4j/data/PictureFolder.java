package org.gan4j.data;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Signature;

/**
 * Looks for the pictures in a folder and in those below it. Symbolic links are followed, and each
 * real folder and file is taken once. What is hidden is left out, and so are folders that programs
 * make of their own accord, and what gan4j itself wrote.
 */
final class PictureFolder {
  /** Of file servers and file managers, in lower case. */
  private static final Set<String> OF_PROGRAMS =
      Set.of(
          "@eadir",
          "#recycle",
          "#snapshot",
          "@recycle",
          "@recently-snapshot",
          "__macosx",
          "$recycle.bin",
          "recycler",
          "system volume information",
          "lost+found");

  /** What ImageIO reads under other names than it knows. */
  private static final Set<String> JPEG = Set.of("jpe", "jfif", "jif");

  private static final String WEBP = "webp";
  private static final String WEBP_LIBRARY = "com.twelvemonkeys.imageio:imageio-webp";

  /** Kinds of files that one line names. */
  private static final int MOST_KINDS = 6;

  private final Path root;
  private final Set<String> readable;
  private final List<Path> pictures = new ArrayList<>();
  private final Set<Path> seen = new HashSet<>();
  private final Map<String, Integer> otherKinds = new TreeMap<>();
  private int hidden;
  private int ofPrograms;
  private int ofGan4j;
  private int unreadable;

  private PictureFolder(Path root) {
    this.root = root;
    readable =
        Stream.concat(JPEG.stream(), Arrays.stream(ImageIO.getReaderFileSuffixes()))
            .map(suffix -> suffix.toLowerCase(Locale.ROOT))
            .filter(suffix -> !suffix.isEmpty())
            .collect(Collectors.toSet());
  }

  /**
   * Searches a folder.
   *
   * @param progress hears which folders can't be searched
   * @throws DataException if the folder itself can't be
   */
  static PictureFolder search(Path root, Progress progress) {
    PictureFolder found = new PictureFolder(root);
    try {
      found.seen.add(root.toRealPath());
      found.visit(root, progress);
    } catch (IOException e) {
      throw new DataException(
          root + " can't be searched (" + FileErrors.reason(e) + "); check it", e);
    }
    found.pictures.sort(Comparator.comparing(root::relativize));
    return found;
  }

  /** In the order of their names. */
  List<Path> pictures() {
    return pictures;
  }

  /** What was left out, in words that follow "left out: "; empty if there was nothing. */
  String leftOut() {
    List<String> words = new ArrayList<>();
    count(words, ofGan4j, "of gan4j's own");
    count(words, hidden, "hidden");
    count(words, ofPrograms, ofPrograms == 1 ? "folder of a program" : "folders of programs");
    count(words, unreadable, unreadable == 1 ? "unreadable folder" : "unreadable folders");
    otherKinds.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(MOST_KINDS)
        .forEach(kind -> count(words, kind.getValue(), kind.getKey()));
    count(
        words,
        otherKinds.values().stream()
            .sorted(Comparator.reverseOrder())
            .skip(MOST_KINDS)
            .mapToInt(Integer::intValue)
            .sum(),
        "of other kinds");
    boolean needsLibrary = otherKinds.containsKey("." + WEBP);
    return String.join(", ", words)
        + (needsLibrary ? " (.webp needs " + WEBP_LIBRARY + " on the class path)" : "");
  }

  private static void count(List<String> words, int count, String what) {
    if (count > 0) {
      words.add(count + " " + what);
    }
  }

  /** Real folders and files first, so that they and not links to them give the names. */
  private void visit(Path folder, Progress progress) throws IOException {
    if (Signature.isRun(folder)) {
      ofGan4j++;
      return;
    }
    List<Path> content = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(content::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    content.sort(Comparator.comparing(Files::isSymbolicLink).thenComparing(Path::getFileName));
    for (Path each : content) {
      if (Files.isDirectory(each)) {
        folder(each, progress);
      } else {
        file(each);
      }
    }
  }

  private void folder(Path folder, Progress progress) throws IOException {
    String name = folder.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.startsWith(".")) {
      hidden++;
    } else if (OF_PROGRAMS.contains(name)) {
      ofPrograms++;
    } else if (seen.add(folder.toRealPath())) {
      try {
        visit(folder, progress);
      } catch (IOException e) {
        unreadable++;
        progress.note("skipped " + folder + ": " + FileErrors.reason(e));
      }
    }
  }

  private void file(Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    boolean picture =
        name.contains(".")
            && readable.contains(suffix)
            && (Files.isRegularFile(file) || !Files.exists(file));
    if (name.startsWith(".")) {
      hidden++;
    } else if (!picture) {
      otherKinds.merge(name.contains(".") ? "." + suffix : "without a suffix", 1, Integer::sum);
    } else if (Files.exists(file) && !seen.add(file.toRealPath())) {
      return;
    } else if (Signature.isOn(file)) {
      ofGan4j++;
    } else {
      pictures.add(file);
    }
  }
}
