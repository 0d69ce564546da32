package org.gan4j.experiment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the limits of Linux's control groups leave to this process, as containers and services have
 * them; both versions of control groups, and every group above the process's own.
 */
final class ContainerMemory {
  /** One version: what its files are called. */
  private enum Version {
    ONE("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "),
    TWO("memory.max", "memory.current", "inactive_file ");

    private final String limit;
    private final String usage;
    private final String unneeded;

    Version(String limit, String usage, String unneeded) {
      this.limit = limit;
      this.usage = usage;
      this.unneeded = unneeded;
    }
  }

  private ContainerMemory() {}

  /**
   * Bytes that are left.
   *
   * @param root of the file system
   * @return {@link Long#MAX_VALUE} where nothing limits them
   */
  static long left(Path root) {
    long left = Long.MAX_VALUE;
    try {
      List<String> groups = Files.readAllLines(root.resolve("proc/self/cgroup"));
      for (String mount : Files.readAllLines(root.resolve("proc/self/mountinfo"))) {
        String[] halves = mount.split(" - ", 2);
        String[] place = halves[0].split(" ");
        String[] kind = halves.length < 2 ? new String[0] : halves[1].split(" ");
        if (place.length < 5 || kind.length < 3) {
          continue;
        }
        if (kind[0].equals("cgroup2")) {
          left = Math.min(left, left(Version.TWO, root, place, group(groups, "")));
        } else if (kind[0].equals("cgroup") && List.of(kind[2].split(",")).contains("memory")) {
          left = Math.min(left, left(Version.ONE, root, place, group(groups, "memory")));
        }
      }
    } catch (IOException e) {
      return left; // No control groups.
    }
    return left;
  }

  /** The process's group among lines such as "4:memory:/user/x"; the top one if it is unnamed. */
  private static String group(List<String> groups, String controller) {
    for (String line : groups) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && List.of(parts[1].split(",")).contains(controller)) {
        return parts[2];
      }
    }
    return "/";
  }

  /** Of the group and those above it, as far as they are mounted. */
  private static long left(Version version, Path root, String[] place, String group) {
    Path top = root.resolve(place[4].substring(1));
    Path mounted = Path.of(place[3]);
    // In a container the group's name may be that outside, of which nothing is mounted.
    Path inside =
        Path.of(group).startsWith(mounted) ? mounted.relativize(Path.of(group)) : Path.of("");
    long left = Long.MAX_VALUE;
    for (Path folder = top.resolve(inside); folder.startsWith(top); folder = folder.getParent()) {
      left = Math.min(left, left(version, folder));
    }
    return left;
  }

  private static long left(Version version, Path folder) {
    try {
      String limit = Files.readString(folder.resolve(version.limit)).strip();
      long usage = Long.parseLong(Files.readString(folder.resolve(version.usage)).strip());
      // What was read from files is given back when memory is short.
      for (String line : Files.readAllLines(folder.resolve("memory.stat"))) {
        if (line.startsWith(version.unneeded)) {
          usage -= Long.parseLong(line.substring(version.unneeded.length()).strip());
        }
      }
      return Math.max(0, Long.parseLong(limit) - Math.max(0, usage));
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // No limit, which version 2 calls "max", or not told.
    }
  }
}
