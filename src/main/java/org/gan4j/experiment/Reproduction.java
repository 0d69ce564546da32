package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gan4j.FormatException;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Report;
import org.gan4j.gan.Trainer;
import org.gan4j.io.Printable;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.Recipes;
import org.gan4j.recipe.Stop;
import org.gan4j.run.RunFolder;

/** Which runs the paper's table and figures are made of, and how long those will take here. */
public final class Reproduction {
  /** What the paper shows of its experiments. */
  public enum Part {
    /** Log-likelihoods. */
    TABLE1,
    /** The toy game. */
    FIGURE1,
    /** Samples, and the training examples nearest to them. */
    FIGURE2,
    /** Samples along lines in z. */
    FIGURE3;

    /**
     * The name that command lines have.
     *
     * @return in lower case
     */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The part of that name.
     *
     * @param word as {@link #word} gives it
     * @return the part
     * @throws IllegalArgumentException if there is none, with those that there are
     */
    public static Part of(String word) {
      return Arrays.stream(values())
          .filter(part -> part.word().equals(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "the paper has no "
                          + Printable.quoted(word)
                          + " here; there are "
                          + Arrays.stream(values())
                              .map(Part::word)
                              .collect(Collectors.joining(", "))));
    }
  }

  /**
   * A run that parts are read from.
   *
   * @param recipe its name
   * @param panel what it is in figures 2 and 3
   * @param parts that are read from it
   */
  public record Piece(String recipe, String panel, Set<Part> parts) {}

  /**
   * What is to be done for a run.
   *
   * @param piece the run
   * @param seconds that its training will take here; 0 if it is finished, empty if it can't be had
   * @param why what there is to say of it
   */
  public record Task(Piece piece, Optional<Double> seconds, String why) {}

  private static final List<Piece> WHOLE =
      List.of(
          new Piece("mnist", "a) MNIST", Set.of(Part.TABLE1, Part.FIGURE2, Part.FIGURE3)),
          new Piece("mnist-gaussian", "a) MNIST, Gaussian z", Set.of(Part.TABLE1)),
          new Piece("tfd", "b) TFD", Set.of(Part.TABLE1, Part.FIGURE2)),
          new Piece("cifar10-fc", "c) CIFAR-10, fully connected", Set.of(Part.FIGURE2)),
          new Piece("cifar10-conv", "d) CIFAR-10, convolutional", Set.of(Part.FIGURE2)));

  private static final List<Piece> QUICK =
      List.of(
          new Piece(
              "mnist-10k",
              "a) 10,000 digits of MNIST",
              Set.of(Part.TABLE1, Part.FIGURE2, Part.FIGURE3)),
          new Piece("tfd-small", "b) TFD, small networks", Set.of(Part.TABLE1, Part.FIGURE2)),
          new Piece(
              "cifar10-fc-small",
              "c) CIFAR-10, small networks, fully connected",
              Set.of(Part.FIGURE2)),
          new Piece(
              "cifar10-conv-small",
              "d) CIFAR-10, small networks, convolutional",
              Set.of(Part.FIGURE2)));

  private static final int WARM_UP = 2;
  private static final long MOST_AT_ONCE = 16;
  private static final double MEASURED_SECONDS = 2;

  private final Table1Runs runs;
  private final Function<Recipe, DataSet> data;
  private final Device device;

  /**
   * For a device and the data that there are.
   *
   * @param device that will compute; not closed by this
   * @param runs where the runs are, and how they differ from their recipes
   * @param data opens a recipe's data; throws {@link FormatException} if they can't be had
   */
  public Reproduction(Device device, Table1Runs runs, Function<Recipe, DataSet> data) {
    this.device = device;
    this.runs = runs;
    this.data = data;
  }

  /**
   * The runs that some parts are read from.
   *
   * @param parts any
   * @param quick whether by the small recipes
   * @return in the order of the paper
   */
  public static List<Piece> pieces(Set<Part> parts, boolean quick) {
    return (quick ? QUICK : WHOLE)
        .stream().filter(piece -> piece.parts.stream().anyMatch(parts::contains)).toList();
  }

  /**
   * Finds out what is to be done for a run: opens its data and measures some iterations.
   *
   * @param piece the run
   * @return what, and how long it takes
   */
  public Task task(Piece piece) {
    List<Plan> plans = runs.missing(Recipes.get(piece.recipe));
    if (plans.isEmpty()) {
      return new Task(piece, Optional.of(0.0), "finished");
    }
    double seconds = 0;
    List<String> words = new ArrayList<>();
    for (Plan plan : plans) {
      try {
        DataSet set = data.apply(plan.recipe());
        HostMemory.requireFit(device, plan.recipe(), set);
        long rest = rest(plan, set);
        double each = secondsPerIteration(plan.recipe(), set);
        seconds += rest * each;
        words.add(
            String.format(
                Locale.ROOT,
                "%s: %d iterations of %.1f ms",
                plan.recipe().name(),
                rest,
                1000 * each));
      } catch (FormatException | IllegalArgumentException e) {
        return new Task(piece, Optional.empty(), "left out: " + e.getMessage());
      }
    }
    return new Task(piece, Optional.of(seconds), String.join("; ", words));
  }

  /** Iterations that are still to be trained. */
  private static long rest(Plan plan, DataSet data) {
    Stop stop = plan.recipe().stop();
    long byEpochs =
        stop.epochs() == 0
            ? Long.MAX_VALUE
            : stop.epochs() * Gan.iterationsPerEpoch(plan.recipe(), data);
    long limit = Math.min(byEpochs, stop.iterations() == 0 ? Long.MAX_VALUE : stop.iterations());
    RunFolder run = RunFolder.at(plan.path());
    List<Report> reports = run.isSaved() ? run.metrics().reports() : List.of();
    long done = reports.isEmpty() ? 0 : reports.get(reports.size() - 1).iteration();
    return Math.max(0, limit - done);
  }

  /** Of training alone. */
  private double secondsPerIteration(Recipe recipe, DataSet set) {
    try (Gan gan = new Gan(device, recipe, set.shape())) {
      gan.initialise(set);
      try (Trainer trainer = new Trainer(gan, set)) {
        trainer.run(WARM_UP);
        trainer.totals();
        double seconds = 0;
        double least = Double.POSITIVE_INFINITY;
        // The fastest of some: whatever else the machine does makes them slower, never faster.
        for (long some = 1; seconds < MEASURED_SECONDS; some = Math.min(2 * some, MOST_AT_ONCE)) {
          long started = System.nanoTime();
          trainer.run(some);
          trainer.totals();
          double taken = (System.nanoTime() - started) * 1e-9;
          seconds += taken;
          least = Math.min(least, taken / some);
        }
        return least;
      }
    }
  }
}
