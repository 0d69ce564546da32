package org.gan4j.gan;

import java.nio.file.Path;
import java.util.List;
import org.gan4j.device.Buffers;
import org.gan4j.io.FormatException;
import org.gan4j.io.Safetensors;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;

/** Lets a generator begin with the layers of one that was trained before. */
public final class Pretrained {
  private static final String PREFIX = "generator.";
  private static final int CHUNK = 1 << 18;

  private Pretrained() {}

  /**
   * Copies the weights of a trained generator into the last layers of another, as many as it has.
   * The layers before them keep their values, all velocities too, and nothing of the checkpoint's
   * discriminator is used.
   *
   * @param gan initialised; as it was if anything does not fit
   * @param file the checkpoint of the other; of one replica, for all of {@code gan}'s, or of as
   *     many
   * @throws IllegalArgumentException if its layers are not those at the end of {@code gan}'s
   *     generator; the message says where they differ
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static void copyGenerator(Gan gan, Path file) {
    Recipe trained = Checkpoint.recipe(file);
    List<LayerSpec> target = gan.recipe().generator();
    List<LayerSpec> source = trained.generator();
    int first = target.size() - source.size();
    if (first < 0) {
      throw misfit(
          file, "it has " + source.size() + " layers, more than the " + target.size() + " here");
    }
    for (int i = 0; i < source.size(); i++) {
      if (!source.get(i).structure().equals(target.get(first + i).structure())) {
        throw misfit(
            file,
            "its layer "
                + i
                + " is "
                + source.get(i).structure()
                + ", but layer "
                + (first + i)
                + " here is "
                + target.get(first + i).structure());
      }
    }
    if (trained.replicas() != 1 && trained.replicas() != gan.recipe().replicas()) {
      throw misfit(
          file, "it has " + trained.replicas() + " replicas, here are " + gan.recipe().replicas());
    }
    try (Safetensors in = Safetensors.open(file)) {
      copy(gan, in, file, first);
    }
  }

  private static IllegalArgumentException misfit(Path file, String why) {
    return new IllegalArgumentException(
        "the generator in "
            + file
            + " does not fit the last layers of this one: "
            + why
            + "; give the run of a recipe with those layers");
  }

  /** Everything is checked before the first value changes. */
  private static void copy(Gan gan, Safetensors in, Path file, int first) {
    List<Parameter> wanted =
        gan.generator().parameters().stream().filter(p -> layer(p) >= first).toList();
    for (Parameter p : wanted) {
      List<Long> shape = in.info(name(p, first)).shape();
      if (shape.get(1) != p.rows() || shape.get(2) != p.columns()) {
        throw misfit(
            file,
            "its layer "
                + (layer(p) - first)
                + " takes "
                + shape.get(1)
                + " values, but layer "
                + layer(p)
                + " here takes "
                + p.rows());
      }
    }
    Checkpoint.requireIntact(in, file);
    for (Parameter p : wanted) {
      Checkpoint.requireFinite(in, name(p, first), file);
    }
    for (Parameter p : wanted) {
      boolean one = in.info(name(p, first)).shape().get(0) == 1;
      for (int r = 0; r < gan.recipe().replicas(); r++) {
        long from = one ? 0 : (long) r * p.size();
        for (int at = 0; at < p.size(); at += CHUNK) {
          float[] part = new float[Math.min(CHUNK, p.size() - at)];
          in.read(name(p, first), from + at, part, 0, part.length);
          Buffers.write(p.value().view(at, part.length), r, part);
        }
      }
    }
  }

  private static int layer(Parameter p) {
    return Integer.parseInt(p.name().substring(0, p.name().indexOf('.')));
  }

  private static String name(Parameter p, int first) {
    return PREFIX + (layer(p) - first) + p.name().substring(p.name().indexOf('.'));
  }
}
