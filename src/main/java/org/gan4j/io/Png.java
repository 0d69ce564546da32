package org.gan4j.io;

import java.awt.image.BufferedImage;
import java.awt.image.SampleModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as PNG, with gan4j's {@link Signature}. */
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
    requireKind(image);
    try {
      AtomicFiles.write(file, out -> write(image, out));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't write %s: %s; name a folder that can be written and has space"
              .formatted(file, FileErrors.reason(e)),
          e);
    }
  }

  /**
   * An image as the content of a PNG file.
   *
   * @param image 8-bit grey or 8-bit RGB; not modified
   * @return the bytes
   * @throws IllegalArgumentException if the image is of another kind
   */
  public static byte[] encode(BufferedImage image) {
    requireKind(image);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(image, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void requireKind(BufferedImage image) {
    SampleModel samples = image.getSampleModel();
    int bands = samples.getNumBands();
    if ((bands != 1 && bands != 3) || samples.getSampleSize(0) != 8) {
      throw new IllegalArgumentException(
          "an image for PNG is 8-bit grey or RGB, not %d bands of %d bits"
              .formatted(bands, samples.getSampleSize(0)));
    }
  }

  private static void write(BufferedImage image, OutputStream out) throws IOException {
    // ImageIO's own stream for an OutputStream would go through the system's temporary folder.
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      write(image, stream);
    }
  }

  private static void write(BufferedImage image, ImageOutputStream out) throws IOException {
    ImageTypeSpecifier type = ImageTypeSpecifier.createFromRenderedImage(image);
    Iterator<ImageWriter> writers = ImageIO.getImageWriters(type, "png");
    if (!writers.hasNext()) {
      throw new IOException("this Java runtime has no PNG writer");
    }
    ImageWriter writer = writers.next();
    try {
      writer.setOutput(out);
      IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
      Signature.signPng(metadata);
      writer.write(null, new IIOImage(image, null, metadata), null);
    } finally {
      writer.dispose();
    }
  }
}
