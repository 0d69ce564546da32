package org.gan4j.gan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Device;
import org.gan4j.device.StateLayout;
import org.gan4j.gan.CheckpointTensors.Entry;
import org.gan4j.gan.CheckpointTensors.Part;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.recipe.Recipe;

/**
 * A {@link Gan} in a safetensors file: weights and velocities as F32 [R, rows, columns], the
 * training states as I64 [R, words], and as metadata the recipe, the shape of an example and what
 * tells the data set; at the end, as U8 [4], the CRC-32C of all before it, which a tool that saves
 * the file again may leave out. Nothing else is needed to sample, or to go on bit for bit.
 */
public final class Checkpoint {
  private Checkpoint() {}

  /**
   * Writes a checkpoint, atomically.
   *
   * @param file where to; its folder exists
   * @param gan what to save; not modified
   * @param notes what else the caller wants to find again
   * @throws IllegalStateException if the networks have no values yet
   * @throws DivergenceException if a weight or a velocity is no finite number; an older file there
   *     is untouched
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void save(Path file, Gan gan, Map<String, String> notes) {
    save(file, gan, new Part(gan.recipe(), 0), notes);
  }

  /**
   * Writes one replica as a checkpoint of its own, atomically: that of {@link Recipe#ofReplica}.
   *
   * @param file where to; its folder exists
   * @param gan with the replica; not modified
   * @param replica which, from 0
   * @throws IllegalStateException if the networks have no values yet
   * @throws DivergenceException if a weight or a velocity is no finite number; an older file there
   *     is untouched
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void saveReplica(Path file, Gan gan, int replica) {
    save(file, gan, new Part(gan.recipe().ofReplica(replica), replica), Map.of());
  }

  private static void save(Path file, Gan gan, Part part, Map<String, String> notes) {
    gan.requireValues();
    long iteration = gan.iteration();
    Map<String, String> metadata = new LinkedHashMap<>();
    CheckpointHeader.describe(metadata, CheckpointHeader.WHOLE, gan, part.recipe());
    CheckpointHeader.addNotes(metadata, notes);
    CheckpointHeader.addChoices(metadata, gan.device());
    List<Tensor> tensors = new ArrayList<>();
    for (Entry entry : CheckpointTensors.entries(gan)) {
      tensors.add(
          new Tensor(
              CheckpointTensors.info(entry, part.count()),
              sink -> CheckpointTensors.stream(entry, part, iteration, sink)));
    }
    TrainingState state = gan.state();
    tensors.add(
        new Tensor(
            CheckpointTensors.stateInfo(part.recipe(), CheckpointTensors.STATE),
            sink -> sink.write(CheckpointTensors.states(part, state.buffer()))));
    // Rates may be the same in this replica and different in others.
    if (TrainingState.needsTwo(part.recipe())) {
      tensors.add(
          new Tensor(
              CheckpointTensors.stateInfo(part.recipe(), CheckpointTensors.DISCRIMINATOR_STATE),
              sink -> sink.write(CheckpointTensors.states(part, state.discriminator()))));
    }
    CheckpointTensors.addConditions(tensors, gan);
    tensors.add(CheckpointTensors.checksum());
    Safetensors.write(file, metadata, tensors);
  }

  /**
   * Writes the weights of one replica alone, atomically: for use, and half as large. Its metadata
   * say how to rebuild the networks elsewhere: what z is, how bytes become values, each layer with
   * the names, shapes and order of its parameters, and what it computes with them. A {@link
   * Generator} and a {@link Discriminator} open it; no training goes on from it.
   *
   * @param file where to; its folder exists
   * @param gan what to save; not modified
   * @param replica which, from 0; it is the file's only one
   * @throws IllegalArgumentException if there is no such replica
   * @throws IllegalStateException if the networks have no values yet
   * @throws DivergenceException if a weight is no finite number; an older file there is untouched
   * @throws FormatException if the file can't be written; an older one there is untouched
   */
  public static void saveWeights(Path file, Gan gan, int replica) {
    gan.requireValues();
    Recipe recipe = gan.recipe().ofReplica(replica);
    long iteration = gan.iteration();
    Map<String, String> metadata = new LinkedHashMap<>();
    CheckpointHeader.describe(metadata, CheckpointHeader.WEIGHTS, gan, recipe);
    metadata.putAll(Architecture.of(recipe, gan.shape()));
    List<Tensor> tensors = new ArrayList<>();
    for (Entry entry : CheckpointTensors.forUse(gan)) {
      tensors.add(
          new Tensor(
              CheckpointTensors.info(entry, 1),
              sink -> CheckpointTensors.stream(entry, replica, iteration, sink)));
    }
    CheckpointTensors.addConditions(tensors, gan);
    tensors.add(CheckpointTensors.checksum());
    Safetensors.write(file, metadata, tensors);
  }

  /**
   * Makes a Gan of a checkpoint alone.
   *
   * @param device where it shall live
   * @param file the checkpoint
   * @return the networks as they were saved; close them
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static Gan open(Device device, Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      CheckpointHeader.requireFormat(in, file);
      Recipe recipe = CheckpointHeader.recipe(in, file);
      ImageShape shape = CheckpointHeader.shape(in, file);
      CheckpointTensors.requireSize(in, recipe, shape, file);
      Gan gan = new Gan(device, recipe, shape);
      try {
        fill(gan, in, file);
      } catch (RuntimeException e) {
        gan.close();
        throw e;
      }
      return gan;
    }
  }

  /**
   * Puts a checkpoint's values into networks of the same recipe. The recipes may differ in when to
   * stop, what to evaluate, when to draw, the encoder and noise.sample_scale only.
   *
   * @param gan filled; as it was if anything is wrong with the file
   * @param file the checkpoint
   * @return the notes that were saved
   * @throws IllegalArgumentException if the recipe or the shape differs; the message says where
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static Map<String, String> restore(Gan gan, Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      CheckpointHeader.requireFormat(in, file);
      CheckpointHeader.requireSame(gan.recipe(), gan.shape(), in, file);
      fill(gan, in, file);
      return CheckpointHeader.notes(in);
    }
  }

  /**
   * The recipe of a checkpoint.
   *
   * @param file the checkpoint
   * @return its recipe
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static Recipe recipe(Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      CheckpointHeader.requireFormat(in, file);
      return CheckpointHeader.recipe(in, file);
    }
  }

  /**
   * What a reader of a checkpoint should know of the file.
   *
   * @param file the checkpoint
   * @return one line if another tool has saved it again and left out its checksum, else nothing
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static Optional<String> remark(Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      return CheckpointTensors.hasChecksum(in)
          ? Optional.empty()
          : Optional.of(
              file
                  + ": its checksum is gone, another tool has saved it again: damage to it would go"
                  + " unnoticed");
    }
  }

  /**
   * Takes one replica back to a checkpoint of its own, as {@link #saveReplica} writes it, of the
   * same recipe: networks, velocities and sums. The step stays what it is, and the replica goes on
   * with other random numbers and rates, as the recipe's rollback has it.
   *
   * @param gan with the replica; as it was if anything is wrong with the file
   * @param replica which, from 0
   * @param file the checkpoint
   * @return the iteration of the checkpoint
   */
  static long goBack(Gan gan, int replica, Path file) {
    Recipe one = gan.recipe().ofReplica(replica);
    try (Safetensors in = Safetensors.open(file)) {
      CheckpointHeader.requireFormat(in, file);
      CheckpointHeader.requireSame(one, gan.shape(), in, file);
      States states = read(gan, one, in, file);
      for (Entry entry : CheckpointTensors.entries(gan)) {
        CheckpointTensors.load(in, entry.name(), 0, entry.buffer(), replica);
      }
      long[] then = states.ofGenerators.get(0);
      long[] discriminatorThen =
          states.ofDiscriminatorsOrNull == null ? then : states.ofDiscriminatorsOrNull.get(0);
      gan.state().goBack(gan.recipe(), replica, then, discriminatorThen);
      return then[StateLayout.STEP];
    }
  }

  private record States(List<long[]> ofGenerators, List<long[]> ofDiscriminatorsOrNull) {}

  /** Checks all that a file has of networks of a recipe, and reads their states. */
  private static States read(Gan gan, Recipe recipe, Safetensors in, Path file) {
    List<Entry> entries = CheckpointTensors.entries(gan);
    entries.forEach(entry -> in.require(CheckpointTensors.info(entry, recipe.replicas())));
    boolean two = TrainingState.needsTwo(recipe);
    in.require(CheckpointTensors.stateInfo(recipe, CheckpointTensors.STATE));
    if (two) {
      in.require(CheckpointTensors.stateInfo(recipe, CheckpointTensors.DISCRIMINATOR_STATE));
    }
    CheckpointTensors.requireIntact(in, file);
    entries.forEach(entry -> CheckpointTensors.requireFinite(in, entry.name(), file));
    List<long[]> states =
        CheckpointTensors.readStates(
            recipe, TrainingState.Player.GENERATOR, CheckpointTensors.STATE, in, file);
    List<long[]> others =
        two
            ? CheckpointTensors.readStates(
                recipe,
                TrainingState.Player.DISCRIMINATOR,
                CheckpointTensors.DISCRIMINATOR_STATE,
                in,
                file)
            : null;
    CheckpointTensors.requireTogether(states, others, file);
    return new States(states, others);
  }

  /** Everything is checked before the first value changes. */
  private static void fill(Gan gan, Safetensors in, Path file) {
    Recipe recipe = gan.recipe();
    States states = read(gan, recipe, in, file);
    Conditions conditions =
        gan.isConditional() ? CheckpointTensors.readConditions(recipe, in, file) : null;
    for (Entry entry : CheckpointTensors.entries(gan)) {
      for (int i = 0; i < recipe.replicas(); i++) {
        CheckpointTensors.load(in, entry.name(), i, entry.buffer(), i);
      }
    }
    gan.state().take(states.ofGenerators, states.ofDiscriminatorsOrNull);
    gan.data(CheckpointHeader.data(in));
    gan.conditions(conditions);
    gan.device().keepTo(CheckpointHeader.choices(in));
  }
}
