package org.gan4j.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.gan4j.io.AtomicFiles;
import org.gan4j.io.FileErrors;
import org.gan4j.io.Signature;

/** Writes pictures as an animated GIF that repeats for ever. */
public final class AnimatedGif {
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  /** How often it is shown, in the extension that browsers took over from Netscape: 0, for ever. */
  private static final byte[] FOR_EVER = {1, 0, 0};

  private AnimatedGif() {}

  /**
   * Writes a file, whole or not at all.
   *
   * @param file the file to create or replace; its folder exists
   * @param frames pictures of one size, at least one
   * @param hundredths how long each is shown, in hundredths of a second
   * @throws UncheckedIOException if the file can't be written
   */
  public static void write(Path file, List<BufferedImage> frames, int hundredths) {
    try {
      AtomicFiles.write(
          file,
          out -> {
            try (var stream = new MemoryCacheImageOutputStream(out)) {
              write(stream, frames, hundredths);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("can't write %s: %s".formatted(file, FileErrors.reason(e)), e);
    }
  }

  private static void write(ImageOutputStream out, List<BufferedImage> frames, int hundredths)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (BufferedImage frame : frames) {
        IIOMetadata metadata =
            writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
        metadata.setFromTree(FORMAT, timing(metadata, hundredths));
        writer.writeToSequence(new IIOImage(frame, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
  }

  private static IIOMetadataNode timing(IIOMetadata metadata, int hundredths) {
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode control =
        (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("delayTime", Integer.toString(hundredths));
    IIOMetadataNode repeat = new IIOMetadataNode("ApplicationExtension");
    repeat.setAttribute("applicationID", "NETSCAPE");
    repeat.setAttribute("authenticationCode", "2.0");
    repeat.setUserObject(FOR_EVER.clone());
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    extensions.appendChild(repeat);
    root.appendChild(extensions);
    root.appendChild(Signature.gifComment());
    return root;
  }
}
