package org.gan4j;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;

/** Loads and initialises every class of the library, and then asks for the CPU device. */
final class LoadAll {
  /** It is there to load the native libraries. */
  private static final String NATIVE = "org.gan4j.device.cpu.NativeKernels";

  private LoadAll() {}

  /** The first argument is the folder of the classes, the others are packages to leave out. */
  public static void main(String[] args) throws IOException {
    List<String> left = List.of(args).subList(1, args.length);
    for (String name : names(Path.of(args[0]))) {
      if (left.stream().noneMatch(name::startsWith)) {
        load(name);
      }
    }
    try (Device device = Device.cpu()) {
      System.out.println("device: " + device.description());
    } catch (DeviceException e) {
      System.out.println("no device: " + e.getMessage());
    }
  }

  private static void load(String name) {
    try {
      Class.forName(name, !name.equals(NATIVE), LoadAll.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      System.out.println("not loaded: " + name + ": " + e);
    }
  }

  private static List<String> names(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .map(file -> classes.relativize(file).toString())
          .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
          .map(file -> file.replace(".class", "").replace(File.separatorChar, '.'))
          .sorted()
          .toList();
    }
  }
}
