package org.gan4j.io;

import java.awt.image.BufferedImage;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes images as PNG files. */
public final class Png {
  private Png() {}

  /**
   * Writes an image, whole or not at all: if anything fails, what {@code file} held before is still
   * there.
   *
   * @param file the file to create or replace; its folder exists
   * @param image 8-bit grey or 8-bit RGB; not modified
   * @throws UncheckedIOException if the file can't be written, with a message that says why
   * @throws IllegalArgumentException if the image is of another kind
   */
  public static void write(Path file, BufferedImage image) {
    SampleModel samples = image.getSampleModel();
    int bands = samples.getNumBands();
    if ((bands != 1 && bands != 3) || samples.getSampleSize(0) != 8) {
      throw new IllegalArgumentException(
          "an image for PNG is 8-bit grey or RGB, not %d bands of %d bits"
              .formatted(bands, samples.getSampleSize(0)));
    }
    try {
      AtomicFiles.write(
          file,
          out -> {
            // ImageIO's own stream for an OutputStream would go through the system's temporary
            // folder.
            try (var stream = new MemoryCacheImageOutputStream(out)) {
              if (!ImageIO.write(image, "png", stream)) {
                throw new IOException("this Java runtime has no PNG writer");
              }
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't write %s: %s; name a folder that can be written and has space"
              .formatted(file, FileErrors.reason(e)),
          e);
    }
  }
}
