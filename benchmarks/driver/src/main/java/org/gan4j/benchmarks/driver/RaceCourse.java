package org.gan4j.benchmarks.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.gan4j.benchmarks.Case;

/**
 * How long each library trains mnist until its samples score {@link Finish#GOAL} nats: for each
 * seed the same weights at the start, the same layers and updates, each library's own random
 * numbers. gan4j goes first, and is the judge of everybody's samples.
 */
final class RaceCourse {
  private static final int EPOCHS = 40;

  /** What the others get beyond the epochs that gan4j needed; their luck is not gan4j's. */
  private static final int MORE = 5;

  private static final double SECONDS = 900;

  private final Processes processes;
  private final Path folder;
  private final boolean quick;
  private final Path images;
  private final Path validation;

  /**
   * @param folder for files between processes
   * @param quick one epoch of the small data set
   */
  RaceCourse(Processes processes, Path folder, boolean quick) {
    this.processes = processes;
    this.folder = folder;
    this.quick = quick;
    this.images = folder.resolve("images");
    this.validation = folder.resolve("validation");
  }

  /**
   * Makes the images; needed before anybody runs.
   *
   * @param data MNIST's folder, where this is not quick
   */
  void prepare(Optional<Path> data, Threads threads) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("images", images.toString(), validation.toString()));
    if (!quick) {
      arguments.add(data.orElseThrow().toAbsolutePath().toString());
    }
    processes.run(Library.GAN4J, threads, arguments.toArray(String[]::new));
  }

  /**
   * Lets one library train.
   *
   * @param ofGan4j what gan4j needed with this seed; empty while it is gan4j's turn
   */
  Finish run(Library library, int seed, Threads threads, Threads judges, Optional<Finish> ofGan4j)
      throws IOException, InterruptedException {
    int most =
        quick ? 1 : ofGan4j.flatMap(Finish::goal).map(goal -> goal.number() + MORE).orElse(EPOCHS);
    String id = new Case.Iteration(Group.standard("mnist", false)).id();
    Path samples = Files.createDirectory(folder.resolve("samples"));
    try {
      processes.run(
          library,
          threads,
          "race",
          id,
          images.toString(),
          samples.toString(),
          Integer.toString(most),
          Double.toString(SECONDS),
          Integer.toString(seed));
      return new Finish(library, seed, threads, judged(judges, samples));
    } finally {
      Folders.delete(samples);
    }
  }

  private List<Finish.Epoch> judged(Threads judges, Path samples)
      throws IOException, InterruptedException {
    Properties seconds = Session.load(samples.resolve("seconds.properties"));
    Path scored = folder.resolve("scores.properties");
    processes.run(
        Library.GAN4J,
        judges,
        "scores",
        validation.toString(),
        samples.toString(),
        "1",
        Integer.toString(seconds.size()),
        scored.toString());
    Properties scores = Session.load(scored);
    List<Finish.Epoch> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= seconds.size(); epoch++) {
      String name = Integer.toString(epoch);
      epochs.add(
          new Finish.Epoch(
              epoch,
              Double.parseDouble(seconds.getProperty(name)),
              Double.parseDouble(scores.getProperty(name))));
    }
    return epochs;
  }
}
