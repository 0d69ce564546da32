package org.gan4j.gan;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.FormatException;
import org.gan4j.data.ImageShape;
import org.gan4j.device.Buffers;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.StateLayout;
import org.gan4j.io.Printable;
import org.gan4j.io.Safetensors;
import org.gan4j.io.Safetensors.DType;
import org.gan4j.io.Safetensors.Tensor;
import org.gan4j.io.Safetensors.TensorInfo;
import org.gan4j.layers.Network;
import org.gan4j.layers.Parameter;
import org.gan4j.recipe.Optimiser;
import org.gan4j.recipe.Recipe;

/** The tensors of a {@link Checkpoint}'s file: written, checked and read. */
final class CheckpointTensors {
  static final String STATE = "state";

  /** Only where the discriminator has a state of its own. */
  static final String DISCRIMINATOR_STATE = "discriminator_state";

  /** Only with a condition: [n][width + 1], each with how often the training set has it. */
  private static final String CONDITIONS = "conditions";

  /** Of every parameter, only where its network learns by Adam. */
  private static final List<String> MOMENTS = List.of(".first_moment", ".second_moment");

  /** Of every parameter, only where its network is used with an average of its weights. */
  static final String AVERAGE = ".average";

  /** The narrowest type is laid out last, so that this covers everything. */
  private static final TensorInfo CHECKSUM = new TensorInfo("checksum", DType.U8, Integer.BYTES);

  /** What the names of all tensors begin with, but for the checksum's. */
  private static final List<String> TENSORS =
      List.of(
          "generator.",
          "discriminator.",
          "encoder.",
          "classifier.",
          STATE,
          DISCRIMINATOR_STATE,
          CONDITIONS);

  private static final int CHUNK = 1 << 18;

  private CheckpointTensors() {}

  /**
   * What of a Gan is saved.
   *
   * @param recipe that the file will have
   * @param first of as many replicas as this recipe has
   */
  record Part(Recipe recipe, int first) {
    int count() {
      return recipe.replicas();
    }
  }

  /** A tensor of networks and where its values are. */
  record Entry(String name, Parameter parameter, DeviceBuffer buffer) {}

  static List<Entry> entries(Gan gan) {
    List<Entry> entries = new ArrayList<>();
    add(entries, "generator.", gan.generator());
    add(entries, "discriminator.", gan.discriminator());
    if (gan.generatorForUse() != gan.generator()) {
      entries.addAll(values("generator.", AVERAGE, gan.generatorForUse()));
    }
    if (gan.discriminatorForUse() != gan.discriminator()) {
      entries.addAll(values("discriminator.", AVERAGE, gan.discriminatorForUse()));
    }
    return entries;
  }

  /** What the networks are used with, under the names of their values. */
  static List<Entry> forUse(Gan gan) {
    List<Entry> entries = new ArrayList<>(values("generator.", gan.generatorForUse()));
    entries.addAll(values("discriminator.", gan.discriminatorForUse()));
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

  /** The parameters alone. */
  static List<Entry> values(String prefix, Network network) {
    return values(prefix, "", network);
  }

  private static List<Entry> values(String prefix, String end, Network network) {
    return network.parameters().stream()
        .map(p -> new Entry(prefix + p.name() + end, p, p.value()))
        .toList();
  }

  static TensorInfo info(Entry entry, int replicas) {
    Parameter p = entry.parameter;
    return new TensorInfo(entry.name, DType.F32, replicas, p.rows(), p.columns());
  }

  static void addConditions(List<Tensor> tensors, Gan gan) {
    if (gan.isConditional()) {
      float[] table = gan.conditions().table();
      tensors.add(
          new Tensor(
              conditionsInfo(gan.recipe(), gan.conditions().count()),
              sink -> sink.write(table, 0, table.length)));
    }
  }

  static TensorInfo stateInfo(Recipe recipe, String name) {
    return new TensorInfo(name, DType.I64, recipe.replicas(), stateWords(recipe));
  }

  /**
   * Without those of rollbacks, pauses and Adam, as long as nothing goes back, pauses or learns by
   * it: so they were before there was any of these.
   */
  static int stateWords(Recipe recipe) {
    boolean adam =
        recipe.ofGenerator() instanceof Optimiser.Adam
            || recipe.ofDiscriminator() instanceof Optimiser.Adam;
    boolean goesBack = recipe.rollback() != null;
    if (TrainingState.isCoordinated(recipe) || goesBack) {
      return adam && goesBack ? StateLayout.SAVED : StateLayout.ADAM_BEGIN;
    }
    return adam ? StateLayout.LEAD : StateLayout.ADAM_BETA1;
  }

  static void stream(Entry entry, Part saved, long iteration, Safetensors.Sink sink)
      throws IOException {
    for (int r = saved.first; r < saved.first + saved.count(); r++) {
      stream(entry, r, iteration, sink);
    }
  }

  static void stream(Entry entry, int r, long iteration, Safetensors.Sink sink) throws IOException {
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

  static ByteBuffer states(Part saved, DeviceBuffer buffer) {
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

  static boolean hasChecksum(Safetensors in) {
    return in.names().contains(CHECKSUM.name());
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

  /** Keeps a damaged recipe from allocating what the file does not hold. */
  static void requireSize(Safetensors in, Recipe recipe, ImageShape shape, Path file) {
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

  /** The same of a network beside a run, whose tensors' names begin so. */
  static void requireCount(Safetensors in, String prefix, long needed, Path file) {
    long held =
        in.names().stream()
            .filter(name -> name.startsWith(prefix))
            .mapToLong(name -> in.info(name).elements())
            .sum();
    if (held != needed) {
      throw new FormatException(
          file + ": its recipe and its tensors do not match: the file is damaged");
    }
  }

  /** Writes the values of such a network, or of its first layers. */
  static Consumer<Network> weights(Path file, String prefix) {
    return network -> {
      try (Safetensors in = Safetensors.open(file)) {
        requireParameters(in, network, prefix, 1, file);
        load(in, prefix, 0, network, 0);
      }
    };
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

  static List<long[]> readStates(
      Recipe recipe, TrainingState.Player player, String name, Safetensors in, Path file) {
    int count = stateWords(recipe);
    ByteBuffer bytes =
        ByteBuffer.allocate(recipe.replicas() * count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    in.read(name, 0, bytes);
    bytes.flip();
    List<long[]> states = new ArrayList<>();
    for (int r = 0; r < recipe.replicas(); r++) {
      long[] words = new long[StateLayout.WORDS];
      bytes.asLongBuffer().position(r * count).get(words, 0, count);
      if (!TrainingState.fits(words, recipe, player, r)) {
        throw contradiction(file);
      }
      states.add(words);
    }
    return states;
  }

  /** Both networks are in the same iteration of the same epoch. */
  static void requireTogether(List<long[]> states, List<long[]> othersOrNull, Path file) {
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

  /** Fails where a file lacks a network's parameters, or one of them is not finite. */
  static void requireParameters(
      Safetensors in, Network network, String prefix, int replicas, Path file) {
    requireParameters(in, network, prefix, "", replicas, file);
  }

  /** The same of what has a name that ends so. */
  static void requireParameters(
      Safetensors in, Network network, String prefix, String end, int replicas, Path file) {
    for (Parameter p : network.parameters()) {
      String name = prefix + p.name() + end;
      in.require(new TensorInfo(name, DType.F32, replicas, p.rows(), p.columns()));
      requireFinite(in, name, file);
    }
  }

  /** Reads one replica's values into another's of a network that the file has been checked for. */
  static void load(Safetensors in, String prefix, int from, Network network, int to) {
    load(in, prefix, "", from, network, to);
  }

  /** The same of what has a name that ends so. */
  static void load(Safetensors in, String prefix, String end, int from, Network network, int to) {
    for (Parameter p : network.parameters()) {
      load(in, prefix + p.name() + end, from, p.value(), to);
    }
  }

  /**
   * Reads one replica's values of a parameter, or of what an optimiser keeps of it, which the file
   * has been checked for.
   *
   * @param from which replica in the file, from 0
   * @param to which replica of the buffer, from 0; modified
   */
  static void load(Safetensors in, String name, int from, DeviceBuffer buffer, int to) {
    long length = buffer.length();
    for (long at = 0; at < length; at += CHUNK) {
      float[] part = new float[(int) Math.min(CHUNK, length - at)];
      in.read(name, from * length + at, part, 0, part.length);
      Buffers.write(buffer.view(at, part.length), to, part);
    }
  }
}
