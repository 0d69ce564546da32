package org.gan4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A disk that is soon full. Only root may make one; for others the test is skipped. */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  /**
   * Makes the disk.
   *
   * @param folder where; created
   * @param kilobytes what it holds
   */
  public SmallDisk(Path folder, int kilobytes) throws IOException {
    this(folder, kilobytes, "rw");
  }

  /** With an option of mount's more. */
  public SmallDisk(Path folder, int kilobytes, String option) throws IOException {
    this.folder = Files.createDirectories(folder);
    assumeTrue(System.getProperty("user.name").equals("root"), "only root may mount");
    String size = "size=" + kilobytes + "k," + option;
    assumeTrue(run("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString()), "no tmpfs");
  }

  public Path folder() {
    return folder;
  }

  /** Leaves no more than some kilobytes of room. */
  public void fill(int kilobytesLeft) throws IOException {
    Files.deleteIfExists(folder.resolve("filling"));
    long room = folder.toFile().getUsableSpace() - kilobytesLeft * 1024L;
    Files.write(folder.resolve("filling"), new byte[(int) Math.max(room, 0)]);
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
  }

  private static boolean run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.onExit().orTimeout(10, TimeUnit.SECONDS).join().exitValue() == 0;
  }
}
