package org.gan4j.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On made-up trees of the system's files. */
class ContainerMemoryTest {
  private static final String ONE =
      "34 30 0:31 %s /sys/fs/cgroup/memory rw - cgroup cgroup rw,%s\n";
  private static final String TWO = "30 22 0:27 %s /sys/fs/cgroup rw - cgroup2 cgroup rw\n";

  @TempDir Path root;

  private void write(String file, String content) throws IOException {
    Files.createDirectories(root.resolve(file).getParent());
    Files.writeString(root.resolve(file), content);
  }

  private void system(String mounts, String groups) throws IOException {
    write("proc/self/mountinfo", "26 1 8:1 / / rw - ext4 /dev/root rw\ncut - x\n" + mounts);
    write("proc/self/cgroup", groups);
  }

  private void two(String folder, String max, long current, long files) throws IOException {
    write(folder + "/memory.max", max + "\n");
    write(folder + "/memory.current", current + "\n");
    write(folder + "/memory.stat", "anon 7\ninactive_file " + files + "\nactive_file 9\n");
  }

  private void one(String folder, long limit, long usage, long files) throws IOException {
    write(folder + "/memory.limit_in_bytes", limit + "\n");
    write(folder + "/memory.usage_in_bytes", usage + "\n");
    write(folder + "/memory.stat", "inactive_file 1\ntotal_inactive_file " + files + "\n");
  }

  @Test
  void nothingLimits() throws IOException {
    assertEquals(Long.MAX_VALUE, ContainerMemory.left(root), "no /proc");
    system("", "0::/\n");
    assertEquals(Long.MAX_VALUE, ContainerMemory.left(root), "no groups");
    system(TWO.formatted("/"), "0::/a\n");
    two("sys/fs/cgroup/a", "max", 500, 0);
    assertEquals(Long.MAX_VALUE, ContainerMemory.left(root));
  }

  @Test
  void versionTwoWithAContainersOwnView() throws IOException {
    system(TWO.formatted("/"), "0::/\n");
    two("sys/fs/cgroup", "1000", 700, 200);
    assertEquals(500, ContainerMemory.left(root));
  }

  @Test
  void theNarrowestOfTheGroupsAboveCounts() throws IOException {
    system(TWO.formatted("/"), "0::/service/job\n");
    two("sys/fs/cgroup/service/job", "9000", 100, 0);
    two("sys/fs/cgroup/service", "1000", 990, 0);
    assertEquals(10, ContainerMemory.left(root));
    two("sys/fs/cgroup/service", "1000", 1200, 0);
    assertEquals(0, ContainerMemory.left(root));
  }

  @Test
  void versionOne() throws IOException {
    String groups = "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/\n";
    // As on the machine, and as in a container that sees its own group alone.
    system(ONE.formatted("/", "cpu") + ONE.formatted("/", "memory"), groups);
    one("sys/fs/cgroup/memory/docker/abc", 1000, 300, 50);
    one("sys/fs/cgroup/memory", 9223372036854771712L, 5000, 0);
    assertEquals(750, ContainerMemory.left(root));
    system(ONE.formatted("/docker/abc", "memory"), groups);
    one("sys/fs/cgroup/memory", 400, 100, 0);
    assertEquals(300, ContainerMemory.left(root));
    system(ONE.formatted("/other", "memory"), groups);
    assertEquals(300, ContainerMemory.left(root), "names of outside");
  }

  @Test
  void here() {
    assertTrue(HostMemory.available() > 0);
    assertTrue(HostMemory.description().contains("iB available"), HostMemory.description());
  }
}
