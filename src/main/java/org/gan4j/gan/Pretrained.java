package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.gan4j.FormatException;
import org.gan4j.io.OnnxReader;
import org.gan4j.io.Safetensors;
import org.gan4j.layers.LayerSpec;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Recipe;

/**
 * Lets networks begin with what was trained before: a generator with the layers of another, or both
 * networks with all of their weights.
 */
public final class Pretrained {
  private static final String PREFIX = "generator.";

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

  /**
   * Fine-tuning: copies the weights of a trained generator and discriminator into networks of the
   * same layers. Everything else of the recipe may differ, and so may the data: objective, update
   * order, optimisers, schedules, dropout's probabilities are the new ones, velocities and moments
   * begin at 0.
   *
   * @param gan initialised; as it was if anything does not fit
   * @param file a checkpoint, whole or of weights alone; of one replica, for all of {@code gan}'s,
   *     or of as many
   * @throws IllegalArgumentException if layers or examples are of another shape, or the replicas
   *     are others; the message says where they differ
   * @throws FormatException if the file is neither, or damaged
   */
  public static void copyBoth(Gan gan, Path file) {
    int here = gan.recipe().replicas();
    copyBoth(
        gan,
        file,
        there -> {
          if (there != 1 && there != here) {
            throw unlike(
                file,
                "it has "
                    + there
                    + " replicas, here are "
                    + here
                    + ": name one of them, from 0 to "
                    + (there - 1));
          }
          return r -> there == 1 ? 0 : r;
        });
  }

  /**
   * The same from one replica out of many, into all of {@code gan}'s.
   *
   * @param gan initialised; as it was if anything does not fit
   * @param file a checkpoint, whole or of weights alone
   * @param replica which of the file's, from 0
   * @throws IllegalArgumentException if layers or examples are of another shape, or there is no
   *     such replica
   * @throws FormatException if the file is neither, or damaged
   */
  public static void copyBoth(Gan gan, Path file, int replica) {
    copyBoth(gan, file, there -> r -> replica);
  }

  /** All of it from one open file, for another may take its place meanwhile. */
  private static void copyBoth(Gan gan, Path file, IntFunction<IntUnaryOperator> replicas) {
    if (OnnxReader.isOnnx(file)) {
      throw new FormatException(
          file
              + " holds one network for use: a training begins with a checkpoint, or with weights");
    }
    try (Safetensors in = Safetensors.open(file)) {
      SavedNetworks saved = SavedNetworks.of(file, in);
      requireSame(gan, saved);
      IntUnaryOperator from = replicas.apply(saved.recipe().replicas());
      List<Runnable> writes = new ArrayList<>();
      for (int r = 0; r < gan.recipe().replicas(); r++) {
        writes.add(saved.writing(in, "generator.", gan.generator(), from.applyAsInt(r), r));
        writes.add(saved.writing(in, "discriminator.", gan.discriminator(), from.applyAsInt(r), r));
      }
      writes.forEach(Runnable::run);
    }
    gan.beginAverages();
  }

  private static void requireSame(Gan gan, SavedNetworks saved) {
    Path file = saved.file();
    if (!saved.shape().equals(gan.shape())) {
      throw unlike(file, "its examples are of " + saved.shape() + ", here of " + gan.shape());
    }
    Recipe here = gan.recipe();
    requireSame(file, "generator", saved.recipe().generator(), here.generator());
    requireSame(file, "discriminator", saved.recipe().discriminator(), here.discriminator());
    int z = saved.recipe().noise().size();
    if (z != here.noise().size()) {
      throw unlike(file, "its z has " + z + " values, here " + here.noise().size());
    }
  }

  private static void requireSame(
      Path file, String network, List<LayerSpec> there, List<LayerSpec> here) {
    List<String> saved = weighted(there);
    List<String> own = weighted(here);
    if (!saved.equals(own)) {
      throw unlike(file, "its " + network + " is " + saved + ", here " + own);
    }
  }

  /** Layers with weights and their places; the others may differ in their settings. */
  private static List<String> weighted(List<LayerSpec> layers) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      boolean dropout = layers.get(i) instanceof LayerSpec.Dropout;
      all.add(dropout ? "dropout" : layers.get(i).structure());
    }
    return all;
  }

  private static IllegalArgumentException unlike(Path file, String why) {
    return new IllegalArgumentException(
        "the networks in " + file + " can't be gone on with here: " + why);
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
    CheckpointTensors.requireIntact(in, file);
    for (Parameter p : wanted) {
      CheckpointTensors.requireFinite(in, name(p, first), file);
    }
    for (Parameter p : wanted) {
      boolean one = in.info(name(p, first)).shape().get(0) == 1;
      for (int r = 0; r < gan.recipe().replicas(); r++) {
        CheckpointTensors.load(in, name(p, first), one ? 0 : r, p.value(), r);
      }
    }
    gan.beginAverages();
  }

  private static int layer(Parameter p) {
    return Integer.parseInt(p.name().substring(0, p.name().indexOf('.')));
  }

  private static String name(Parameter p, int first) {
    return PREFIX + (layer(p) - first) + p.name().substring(p.name().indexOf('.'));
  }
}
