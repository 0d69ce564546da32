package org.gan4j.gan;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataIdentity;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.io.FormatException;
import org.gan4j.io.Printable;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeFields;

/**
 * A {@link Gan} in a safetensors file: weights and velocities as F32 [R, rows, columns], the
 * training states as I64 [R, words], and as metadata the recipe, the shape of an example and what
 * tells the data set; at the end, as U8 [4], the CRC-32C of all before it, which a tool that saves
 * the file again may leave out. Nothing else is needed to sample, or to go on bit for bit.
 */
public final class Checkpoint {
  static final String FORMAT = "format";
  private static final String THIS_FORMAT = "gan4j-checkpoint-2";

  /** What is for use alone. */
  private static final String WEIGHTS_FORMAT = "gan4j-weights-1";

  private static final String SHAPE = "shape";
  private static final String TRAINING_SET = "training_set";
  private static final String VALIDATION_SET = "validation_set";
  private static final String TEST_SET = "test_set";
  private static final String RECIPE = "recipe.";
  private static final String NOTE = "note.";
  private static final String STATE = "state";

  /** Only with a condition: [n][width + 1], each with how often the training set has it. */
  private static final String CONDITIONS = "conditions";

  /** Only where the discriminator's optimiser is not the generator's. */
  private static final String DISCRIMINATOR_STATE = "discriminator_state";

  /** Of every parameter, only where its network learns by Adam. */
  private static final List<String> MOMENTS = List.of(".first_moment", ".second_moment");

  /** The narrowest type is laid out last, so that this covers everything. */
  private static final TensorInfo CHECKSUM = new TensorInfo("checksum", DType.U8, Integer.BYTES);

  private static final int CHUNK = 1 << 18;

  /** In a message; another recipe altogether would fill the screen. */
  private static final int SHOWN_DIFFERENCES = 8;

  /** Fields of a recipe that do not decide what an iteration does. */
  private static final List<String> FREE = List.of("stop.", "evaluation.", "samples_every");

  /** What the names of all tensors begin with, but for the checksum's. */
  private static final List<String> TENSORS =
      List.of("generator.", "discriminator.", STATE, DISCRIMINATOR_STATE);

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

  /**
   * What of a Gan is saved.
   *
   * @param recipe that the file will have
   * @param first of as many replicas as this recipe has
   */
  private record Part(Recipe recipe, int first) {
    int count() {
      return recipe.replicas();
    }
  }

  private static void save(Path file, Gan gan, Part part, Map<String, String> notes) {
    gan.requireValues();
    long iteration = gan.iteration();
    Map<String, String> metadata = new LinkedHashMap<>();
    describe(metadata, THIS_FORMAT, gan, part.recipe);
    notes.forEach((name, value) -> metadata.put(NOTE + name, value));
    List<Tensor> tensors = new ArrayList<>();
    for (Entry entry : entries(gan)) {
      tensors.add(
          new Tensor(info(entry, part.count()), sink -> stream(entry, part, iteration, sink)));
    }
    TrainingState state = gan.state();
    tensors.add(
        new Tensor(
            stateInfo(part.recipe, STATE), sink -> sink.write(states(part, state.buffer()))));
    // Rates may be the same in this replica and different in others.
    if (!part.recipe.ofGenerator().equals(part.recipe.ofDiscriminator())) {
      tensors.add(
          new Tensor(
              stateInfo(part.recipe, DISCRIMINATOR_STATE),
              sink -> sink.write(states(part, state.discriminator()))));
    }
    addConditions(tensors, gan);
    tensors.add(checksum());
    Safetensors.write(file, metadata, tensors);
  }

  private static void addConditions(List<Tensor> tensors, Gan gan) {
    if (gan.isConditional()) {
      float[] table = gan.conditions().table();
      tensors.add(
          new Tensor(
              conditionsInfo(gan.recipe(), gan.conditions().count()),
              sink -> sink.write(table, 0, table.length)));
    }
  }

  static void describe(Map<String, String> metadata, String format, Gan gan, Recipe recipe) {
    metadata.put(FORMAT, format);
    metadata.put(SHAPE, gan.shape().toString());
    DataIdentity data = gan.data();
    metadata.put(TRAINING_SET, data.training());
    if (!data.validation().isEmpty()) {
      metadata.put(VALIDATION_SET, data.validation());
      metadata.put(TEST_SET, data.test());
    }
    RecipeFields.of(recipe).forEach((path, value) -> metadata.put(RECIPE + path, value));
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
    describe(metadata, WEIGHTS_FORMAT, gan, recipe);
    metadata.putAll(Architecture.of(recipe, gan.shape()));
    List<Tensor> tensors = new ArrayList<>();
    for (Entry entry : entries(gan)) {
      Parameter p = entry.parameter;
      if (entry.buffer == p.value()) {
        tensors.add(
            new Tensor(
                new TensorInfo(entry.name, DType.F32, 1, p.rows(), p.columns()),
                sink -> stream(entry, replica, iteration, sink)));
      }
    }
    addConditions(tensors, gan);
    tensors.add(checksum());
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
      requireFormat(in, file);
      Recipe recipe = recipe(in, file);
      ImageShape shape = shape(in, file);
      requireSize(in, recipe, shape, file);
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
   * stop and what to evaluate only.
   *
   * @param gan filled; as it was if anything is wrong with the file
   * @param file the checkpoint
   * @return the notes that were saved
   * @throws IllegalArgumentException if the recipe or the shape differs; the message says where
   * @throws FormatException if the file is not a whole checkpoint of this library
   */
  public static Map<String, String> restore(Gan gan, Path file) {
    try (Safetensors in = Safetensors.open(file)) {
      requireFormat(in, file);
      requireSame(gan, in, file);
      fill(gan, in, file);
      return withPrefix(in.metadata(), NOTE);
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
      requireFormat(in, file);
      return recipe(in, file);
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
      return hasChecksum(in)
          ? Optional.empty()
          : Optional.of(
              file
                  + ": its checksum is gone, another tool has saved it again: damage to it would go"
                  + " unnoticed");
    }
  }

  private static boolean hasChecksum(Safetensors in) {
    return in.names().contains(CHECKSUM.name());
  }

  private record Entry(String name, Parameter parameter, DeviceBuffer buffer) {}

  private static List<Entry> entries(Gan gan) {
    List<Entry> entries = new ArrayList<>();
    add(entries, "generator.", gan.generator());
    add(entries, "discriminator.", gan.discriminator());
    return entries;
  }

  private static void add(List<Entry> entries, String prefix, Network network) {
    for (Parameter p : network.parameters()) {
      entries.add(new Entry(prefix + p.name(), p, p.value()));
      entries.add(new Entry(prefix + p.name() + ".velocity", p, p.velocity()));
      for (int i = 0; i < p.moments().size(); i++) {
        entries.add(new Entry(prefix + p.name() + MOMENTS.get(i), p, p.moments().get(i)));
      }
    }
  }

  private static TensorInfo info(Entry entry, int replicas) {
    Parameter p = entry.parameter;
    return new TensorInfo(entry.name, DType.F32, replicas, p.rows(), p.columns());
  }

  private static TensorInfo stateInfo(Recipe recipe, String name) {
    return new TensorInfo(name, DType.I64, recipe.replicas(), stateWords(recipe));
  }

  /** Without Adam's, as long as nothing learns by it: so they were before there was Adam. */
  static int stateWords(Recipe recipe) {
    boolean adam =
        recipe.ofGenerator() instanceof Optimiser.Adam
            || recipe.ofDiscriminator() instanceof Optimiser.Adam;
    return adam ? StateLayout.WORDS : StateLayout.ADAM_BETA1;
  }

  private static void stream(Entry entry, Part saved, long iteration, Safetensors.Sink sink)
      throws java.io.IOException {
    for (int r = saved.first; r < saved.first + saved.count(); r++) {
      stream(entry, r, iteration, sink);
    }
  }

  private static void stream(Entry entry, int r, long iteration, Safetensors.Sink sink)
      throws java.io.IOException {
    DeviceBuffer buffer = entry.buffer;
    float[] chunk = new float[(int) Math.min(CHUNK, buffer.length())];
    for (long at = 0; at < buffer.length(); at += chunk.length) {
      int count = (int) Math.min(chunk.length, buffer.length() - at);
      float[] part = count == chunk.length ? chunk : new float[count];
      Buffers.read(buffer, r, at, part);
      if (firstNotFinite(part) >= 0) {
        throw new DivergenceException(
            String.format(
                "training diverged by iteration %d in replica %d: %s is not finite at value %d;"
                    + " it is not saved",
                iteration, r, entry.name, at + firstNotFinite(part)),
            iteration,
            r);
      }
      sink.write(part, 0, count);
    }
  }

  private static ByteBuffer states(Part saved, DeviceBuffer buffer) {
    int count = stateWords(saved.recipe);
    ByteBuffer bytes =
        ByteBuffer.allocate(saved.count() * count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long[] words = new long[StateLayout.WORDS];
    for (int r = saved.first; r < saved.first + saved.count(); r++) {
      Buffers.read(buffer, r, words);
      for (int i = 0; i < count; i++) {
        bytes.putLong(words[i]);
      }
    }
    return bytes.flip();
  }

  /** Covers whatever else its file has. */
  static Tensor checksum() {
    return new Tensor(CHECKSUM, sink -> sink.write(bytes(sink.checksum())));
  }

  private static ByteBuffer bytes(long crc) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc)
        .flip();
  }

  /** Weights of a flipped bit would be trained on and scored as if they were the run's. */
  static void requireIntact(Safetensors in, Path file) {
    if (!hasChecksum(in)) {
      requireNothingElse(in, file);
      return;
    }
    in.require(CHECKSUM);
    ByteBuffer saved = ByteBuffer.allocate(Integer.BYTES);
    in.read(CHECKSUM.name(), 0, saved);
    if (!saved.flip().equals(bytes(in.checksumBefore(CHECKSUM.name())))) {
      throw new FormatException(
          file
              + ": its checksum does not match: the file is damaged, use an intact copy of it (a"
              + " tool that saves it again has to leave out the tensor checksum)");
    }
  }

  /** A checksum that is not there was left out; one whose name is damaged would be a stranger. */
  private static void requireNothingElse(Safetensors in, Path file) {
    for (String name : in.names()) {
      if (TENSORS.stream().noneMatch(name::startsWith)) {
        throw new FormatException(
            file
                + " has a tensor "
                + Printable.quoted(name)
                + " and no checksum: the file is damaged, use an intact copy of it");
      }
    }
  }

  /** A checkpoint with weights for use, whole or of these alone. */
  static void requireWeights(Safetensors in, Path file) {
    if (!in.metadata().getOrDefault(FORMAT, "").equals(WEIGHTS_FORMAT)) {
      requireFormat(in, file);
    }
  }

  private static void requireFormat(Safetensors in, Path file) {
    String found = in.metadata().getOrDefault(FORMAT, "none");
    if (found.equals(WEIGHTS_FORMAT)) {
      throw new FormatException(
          file
              + " holds weights alone, for use: it can be sampled from, but training goes on from"
              + " the checkpoints of its run only");
    }
    if (!found.equals(THIS_FORMAT)) {
      throw new FormatException(
          file
              + " is a safetensors file, but not a checkpoint that this version of gan4j reads"
              + " (format "
              + found
              + ", not "
              + THIS_FORMAT
              + ")");
    }
    if (!in.metadata().containsKey(TRAINING_SET)) {
      throw new FormatException(
          file + ": this checkpoint does not say what it was trained on: the file is damaged");
    }
  }

  private static Recipe recipe(Safetensors in, Path file) {
    return recipe(in.metadata(), file);
  }

  /** From metadata. */
  static Recipe recipe(Map<String, String> metadata, Path file) {
    try {
      return RecipeFields.recipe(withPrefix(metadata, RECIPE));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the recipe in this checkpoint can't be read: " + e.getMessage(), e);
    }
  }

  private static ImageShape shape(Safetensors in, Path file) {
    return shape(in.metadata(), file);
  }

  /** From metadata. */
  static ImageShape shape(Map<String, String> metadata, Path file) {
    String[] sides = metadata.getOrDefault(SHAPE, "").split("x", -1);
    try {
      if (sides.length != 3) {
        throw new IllegalArgumentException("a shape has 3 sides, not " + sides.length);
      }
      return new ImageShape(
          Integer.parseInt(sides[0]), Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the shape of an example is missing or damaged in this checkpoint", e);
    }
  }

  /** Keeps a damaged recipe from allocating what the file does not hold. */
  private static void requireSize(Safetensors in, Recipe recipe, ImageShape shape, Path file) {
    long held =
        in.names().stream()
            .filter(name -> !name.equals(CONDITIONS))
            .map(in::info)
            .filter(tensor -> tensor.dtype() == DType.F32)
            .mapToLong(TensorInfo::elements)
            .sum();
    long needed;
    try {
      needed = Gan.savedValues(recipe, shape);
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the recipe in this checkpoint is damaged: " + e.getMessage(), e);
    }
    if (held % recipe.replicas() != 0 || held / recipe.replicas() != needed) {
      throw new FormatException(
          file
              + ": the recipe and the tensors in this checkpoint do not match: the file is damaged;"
              + " use an intact copy of it");
    }
  }

  private static void requireSame(Gan gan, Safetensors in, Path file) {
    // Not the metadata as they are: a field that an earlier version lacked has its default.
    Map<String, String> there = RecipeFields.of(recipe(in, file));
    Map<String, String> here = RecipeFields.of(gan.recipe());
    there.keySet().removeIf(Checkpoint::isFree);
    here.keySet().removeIf(Checkpoint::isFree);
    List<String> differences = RecipeFields.differences(there, here);
    if (!differences.isEmpty()) {
      int shown = Math.min(differences.size(), SHOWN_DIFFERENCES);
      int more = differences.size() - shown;
      throw new IllegalArgumentException(
          file
              + " was made by another recipe ("
              + String.join("; ", differences.subList(0, shown))
              + (more > 0 ? "; and " + more + " more" : "")
              + "); only stop, evaluation and samples_every may change");
    }
    if (!gan.shape().equals(shape(in, file))) {
      throw new IllegalArgumentException(
          file + " holds networks for examples of " + shape(in, file) + ", not " + gan.shape());
    }
  }

  private static boolean isFree(String path) {
    return FREE.stream().anyMatch(path::startsWith);
  }

  /** Everything is checked before the first value changes. */
  private static void fill(Gan gan, Safetensors in, Path file) {
    List<Entry> entries = entries(gan);
    entries.forEach(entry -> in.require(info(entry, gan.recipe().replicas())));
    boolean two = gan.state().hasTwo();
    in.require(stateInfo(gan.recipe(), STATE));
    if (two) {
      in.require(stateInfo(gan.recipe(), DISCRIMINATOR_STATE));
    }
    requireIntact(in, file);
    entries.forEach(entry -> requireFinite(in, entry.name, file));
    Recipe recipe = gan.recipe();
    List<long[]> states = readStates(recipe, recipe.ofGenerator(), STATE, in, file);
    List<long[]> others =
        two ? readStates(recipe, recipe.ofDiscriminator(), DISCRIMINATOR_STATE, in, file) : null;
    requireTogether(states, others, file);
    Conditions conditions = gan.isConditional() ? readConditions(recipe, in, file) : null;
    entries.forEach(entry -> load(in, entry));
    gan.state().take(states, others);
    Map<String, String> metadata = in.metadata();
    gan.data(
        new DataIdentity(
            metadata.get(TRAINING_SET),
            metadata.getOrDefault(VALIDATION_SET, ""),
            metadata.getOrDefault(TEST_SET, "")));
    gan.conditions(conditions);
  }

  private static TensorInfo conditionsInfo(Recipe recipe, long count) {
    return new TensorInfo(CONDITIONS, DType.F32, count, recipe.condition().width() + 1);
  }

  static Conditions readConditions(Recipe recipe, Safetensors in, Path file) {
    List<Long> shape = in.info(CONDITIONS).shape();
    long count = shape.isEmpty() ? 1 : Math.min(shape.get(0), Conditions.MOST);
    TensorInfo info = conditionsInfo(recipe, count);
    in.require(info);
    requireFinite(in, CONDITIONS, file);
    float[] table = new float[Math.toIntExact(info.elements())];
    in.read(CONDITIONS, 0, table, 0, table.length);
    try {
      return Conditions.ofTable(table, recipe.condition().width());
    } catch (IllegalArgumentException e) {
      throw new FormatException(
          file + ": the conditions in this checkpoint are damaged: " + e.getMessage(), e);
    }
  }

  private static List<long[]> readStates(
      Recipe recipe, Optimiser optimiser, String name, Safetensors in, Path file) {
    int count = stateWords(recipe);
    ByteBuffer bytes =
        ByteBuffer.allocate(recipe.replicas() * count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    in.read(name, 0, bytes);
    bytes.flip();
    List<long[]> states = new ArrayList<>();
    for (int r = 0; r < recipe.replicas(); r++) {
      long[] words = new long[StateLayout.WORDS];
      bytes.asLongBuffer().position(r * count).get(words, 0, count);
      if (!TrainingState.fits(words, recipe, optimiser, r)) {
        throw contradiction(file);
      }
      states.add(words);
    }
    return states;
  }

  /** Both networks are in the same iteration of the same epoch. */
  private static void requireTogether(List<long[]> states, List<long[]> othersOrNull, Path file) {
    for (int r = 0; othersOrNull != null && r < states.size(); r++) {
      for (int word : List.of(StateLayout.STEP, StateLayout.ITERATIONS_PER_EPOCH)) {
        if (states.get(r)[word] != othersOrNull.get(r)[word]) {
          throw contradiction(file);
        }
      }
    }
  }

  private static FormatException contradiction(Path file) {
    return new FormatException(
        file
            + ": the training state in this checkpoint contradicts its recipe: the file is"
            + " damaged, use an intact copy of it");
  }

  /** The first value that is NaN or infinite; -1 if there is none. */
  static int firstNotFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  /** Fails where a tensor has a value that is NaN or infinite. */
  static void requireFinite(Safetensors in, String name, Path file) {
    long length = in.info(name).shape().stream().reduce(1L, Math::multiplyExact);
    for (long at = 0; at < length; at += CHUNK) {
      float[] part = new float[(int) Math.min(CHUNK, length - at)];
      in.read(name, at, part, 0, part.length);
      requireFinite(name, at, part, file);
    }
  }

  /** Fails where one of a tensor's values, all there are, is NaN or infinite. */
  static void requireFinite(String name, float[] values, Path file) {
    requireFinite(name, 0, values, file);
  }

  private static void requireFinite(String name, long at, float[] part, Path file) {
    int where = firstNotFinite(part);
    if (where >= 0) {
      throw new FormatException(
          file
              + ": "
              + name
              + " is not finite at value "
              + (at + where)
              + ": the networks in this checkpoint have diverged; use an older one");
    }
  }

  private static void load(Safetensors in, Entry entry) {
    DeviceBuffer buffer = entry.buffer;
    long length = buffer.length();
    for (int r = 0; r < buffer.replicas(); r++) {
      for (long at = 0; at < length; at += CHUNK) {
        float[] part = new float[(int) Math.min(CHUNK, length - at)];
        in.read(entry.name, r * length + at, part, 0, part.length);
        Buffers.write(buffer.view(at, part.length), r, part);
      }
    }
  }

  private static Map<String, String> withPrefix(Map<String, String> all, String prefix) {
    Map<String, String> found = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), value);
          }
        });
    return found;
  }
}
