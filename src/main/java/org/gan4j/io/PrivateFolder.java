package org.gan4j.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of which nobody but this user decides what is in it, so that native libraries may be
 * loaded from there.
 */
public final class PrivateFolder {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path SELF = Path.of("/proc/self");
  private static final Path ROOT = Path.of("/");
  private static final int STICKY = 01000;
  private static final int OTHERS_WRITE = 0002;

  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private PrivateFolder() {}

  /**
   * Makes a folder, with those above it, for this user alone; or looks whether one that is there
   * will do.
   *
   * @param folder absolute
   * @return why libraries can't be loaded from it, in a few words; empty if they can
   */
  public static Optional<String> prepare(Path folder) {
    try {
      Files.createDirectories(folder, OWNERS_ALONE);
      Path real = folder.toRealPath();
      Optional<String> others = writableByOthers(real);
      if (others.isPresent()) {
        return others;
      }
      if (!Files.isWritable(real)) {
        return Optional.of("can't be written");
      }
      return isNoexec(real, Files.readAllLines(MOUNTS, StandardCharsets.UTF_8))
          ? Optional.of("is on a file system that is mounted noexec")
          : Optional.empty();
    } catch (IOException | SecurityException | UnsupportedOperationException e) {
      String why = e instanceof IOException failure ? FileErrors.reason(failure) : e.toString();
      return Optional.of("can't be used (" + why + ")");
    }
  }

  /**
   * Whose process this is.
   *
   * @return the number of the user, who need not have a name
   * @throws IOException if the system does not say
   */
  public static int user() throws IOException {
    return (Integer) Files.getAttribute(SELF, "unix:uid");
  }

  private static Optional<String> writableByOthers(Path real) throws IOException {
    int user = user();
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(real);
    if ((Integer) Files.getAttribute(real, "unix:uid") != user) {
      return Optional.of("belongs to another user");
    }
    if (permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      return Optional.of("can be written by others (empty it and make it yours with chmod 700)");
    }
    // Root, whom a container may see under another number.
    int system = (Integer) Files.getAttribute(ROOT, "unix:uid");
    for (Path above = real.getParent(); above != null; above = above.getParent()) {
      int owner = (Integer) Files.getAttribute(above, "unix:uid");
      int mode = (Integer) Files.getAttribute(above, "unix:mode");
      // In a sticky folder, such as /tmp, only its owner can put another in a folder's place.
      boolean open = (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0;
      if (owner != user && owner != 0 && owner != system || open) {
        return Optional.of("is in " + above + ", where others could put another in its place");
      }
    }
    return Optional.empty();
  }

  /**
   * Whether programs on a folder's file system can't be run.
   *
   * @param real the folder, without symbolic links
   * @param mounts lines of /proc/self/mountinfo
   */
  static boolean isNoexec(Path real, List<String> mounts) {
    int longest = -1;
    boolean noexec = false;
    for (String line : mounts) {
      String[] fields = line.split(" ");
      if (fields.length < 6) {
        continue;
      }
      Path point = Path.of(unescaped(fields[4]));
      // Of two at one place the later one counts.
      if (real.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        noexec = List.of(fields[5].split(",")).contains("noexec");
      }
    }
    return noexec;
  }

  /** The kernel writes blanks and the like as three octal digits. */
  private static String unescaped(String name) {
    return name.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
