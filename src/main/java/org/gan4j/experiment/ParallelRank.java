package org.gan4j.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.DataParallel;
import org.gan4j.gan.DivergenceException;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Training;
import org.gan4j.recipe.Recipe;

/**
 * A rank of a run that several train together, but not the first: that is an {@link Experiment}. It
 * gets the recipe and the networks from the first, and writes nothing.
 */
public final class ParallelRank {
  private ParallelRank() {}

  /**
   * Trains with the other ranks to the end.
   *
   * @param device of this thread; not closed by this
   * @param data the same as the other ranks'
   * @param parallel which rank, from 1
   * @param listener follows the training, and may cancel it for all ranks
   * @return why it ended; empty if rank 0 could not begin
   * @throws IllegalArgumentException if this is the first rank, the data are others, or the host's
   *     memory has no room
   * @throws DivergenceException if the training leaves the finite numbers
   */
  public static Optional<Training.End> train(
      Device device, DataSet data, DataParallel parallel, Training.Listener listener) {
    if (parallel.rank() == 0) {
      throw new IllegalArgumentException("rank 0 is an Experiment: it keeps the run's folder");
    }
    byte[] begun = parallel.begun();
    if (begun.length == 0) {
      return Optional.empty();
    }
    Path file = temporary();
    try {
      Files.write(file, begun);
      Recipe recipe = Checkpoint.recipe(file);
      DataFit.require(recipe, data);
      HostMemory.requireFit(device, recipe, data);
      try (Gan gan = new Gan(device, recipe, data.shape())) {
        Map<String, String> notes = Checkpoint.restore(gan, file);
        // Rank 0 says what its validator says.
        try (Training training = new Training(gan, data, unused -> List.of(), parallel)) {
          training.resume(notes, "rank 0's");
          return Optional.of(training.run(listener));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't write " + file + ": " + e, e);
    } finally {
      delete(file);
    }
  }

  static void requireFirst(DataParallel parallel) {
    if (parallel.rank() != 0) {
      throw new IllegalArgumentException(
          "an experiment is rank 0 of those that train together, not "
              + parallel.rank()
              + ": train with ParallelRank there");
    }
  }

  /** Rank 0 tells the others what they begin with. */
  static void begin(Gan gan, Map<String, String> notes, DataParallel parallel) {
    if (!parallel.isSplit()) {
      return;
    }
    Path file = temporary();
    try {
      Checkpoint.save(file, gan, notes);
      parallel.begin(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + file + ": " + e, e);
    } finally {
      delete(file);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("gan4j-rank", ".safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException("can't make a temporary file: " + e, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("can't remove " + file + ": " + e, e);
    }
  }
}
