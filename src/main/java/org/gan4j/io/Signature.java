package org.gan4j.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;

/**
 * By what gan4j knows the pictures and the folders that it wrote itself, so that it does not take
 * them for training examples.
 */
public final class Signature {
  private static final String PROGRAM = "gan4j";
  private static final String PNG = "javax_imageio_png_1.0";

  /** A picture's signature comes before its pixels. */
  private static final int WITHIN_BYTES = 1 << 12;

  /** As it stands in a PNG file, and as a comment in a GIF file. */
  private static final List<String> SIGNATURES =
      List.of("tEXtSoftware\0" + PROGRAM, "\u0021\u00fe\u0005" + PROGRAM + "\0");

  /** The configuration in the folder of a run. */
  public static final String RUN_CONFIG = "config.yaml";

  /** The measurements beside it, once there are any. */
  public static final String RUN_METRICS = "metrics.jsonl";

  /** The newest checkpoint beside them, once there is one. */
  public static final String RUN_CHECKPOINT = "checkpoint-latest.safetensors";

  private Signature() {}

  /**
   * Signs a PNG file that is about to be written.
   *
   * @param metadata of the image; modified
   * @throws IIOInvalidTreeException never, as the JDK's writer takes it
   */
  public static void signPng(IIOMetadata metadata) throws IIOInvalidTreeException {
    IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
    entry.setAttribute("keyword", "Software");
    entry.setAttribute("value", PROGRAM);
    IIOMetadataNode texts = new IIOMetadataNode("tEXt");
    texts.appendChild(entry);
    IIOMetadataNode root = new IIOMetadataNode(PNG);
    root.appendChild(texts);
    metadata.mergeTree(PNG, root);
  }

  /**
   * The signature for a GIF image's metadata.
   *
   * @return a node to append to the image's tree
   */
  public static IIOMetadataNode gifComment() {
    IIOMetadataNode comment = new IIOMetadataNode("CommentExtension");
    comment.setAttribute("value", PROGRAM);
    IIOMetadataNode comments = new IIOMetadataNode("CommentExtensions");
    comments.appendChild(comment);
    return comments;
  }

  /**
   * Whether gan4j wrote a picture.
   *
   * @param file of any kind
   * @return false also if it can't be read
   */
  public static boolean isOn(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(WITHIN_BYTES), StandardCharsets.ISO_8859_1);
      return SIGNATURES.stream().anyMatch(start::contains);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether gan4j keeps a run in a folder.
   *
   * @param folder any
   * @return whether it has a run's checkpoint, or its configuration and measurements
   */
  public static boolean isRun(Path folder) {
    return Files.exists(folder.resolve(RUN_CHECKPOINT))
        || (Files.exists(folder.resolve(RUN_CONFIG)) && Files.exists(folder.resolve(RUN_METRICS)));
  }
}
