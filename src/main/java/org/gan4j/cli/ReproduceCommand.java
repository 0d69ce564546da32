package org.gan4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSets;
import org.gan4j.device.Device;
import org.gan4j.experiment.Reproduction;
import org.gan4j.experiment.Reproduction.Part;
import org.gan4j.experiment.Reproduction.Piece;
import org.gan4j.experiment.Reproduction.Task;
import org.gan4j.experiment.Table1Runs;
import org.gan4j.io.AtomicFiles;
import org.gan4j.recipe.Recipes;
import org.gan4j.report.ReproductionPage;
import org.gan4j.report.ReproductionPage.Figure;
import org.gan4j.report.Table1;
import org.gan4j.run.RunFolder;
import org.gan4j.run.RunRecord.Picture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the paper's table and figures from nothing, by the commands that make one each. */
@Command(
    name = "reproduce",
    description =
        "Say how long the paper's Table 1 and Figures 1 to 3 take on this machine, then make them:"
            + " train what is missing, draw, and put all on one page beside the paper's figures.",
    footer = {
      "",
      "Examples:",
      "  gan4j reproduce --plan                      what it would do, and how long that takes",
      "  gan4j reproduce --quick                     by the small recipes, in minutes",
      "  gan4j reproduce --only table1,figure3 --data ~/data --replicas 3",
      "",
      "Ctrl-C saves; the same command again goes on. TFD is not public: without its file it is left",
      "out, and the page says so. Data that is missing is downloaded where it can be; if another",
      "run than TFD's has to be left out, the exit code is 1."
    })
final class ReproduceCommand implements Callable<Integer> {
  private static final String FIGURE1 = "figure1";

  @Spec private CommandSpec spec;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = "table1, figure1, figure2, figure3, with commas between (default: all).")
  private List<String> only = List.of();

  @Option(names = "--quick", description = "By the small recipes.")
  private boolean quick;

  @Option(
      names = "--plan",
      description =
          "Say what there is to do and how long it takes; do nothing but download what data is"
              + " missing.")
  private boolean planOnly;

  @Option(names = "--replicas", paramLabel = "R", description = "As of gan4j train.")
  private Integer replicas;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of every run, in place of its recipe's.")
  private Integer epochs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "reproduction",
      description = "Where all of it goes (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    only.forEach(word -> parts.add(Part.of(word)));
    if (parts.isEmpty()) {
      parts.addAll(EnumSet.allOf(Part.class));
    }
    dataOption.requireFolder();
    List<Task> tasks = plan(parts);
    if (planOnly) {
      return 0;
    }
    AtomicFiles.createFolder(out.toAbsolutePath());
    write(parts, tasks);
    if (parts.contains(Part.FIGURE1) && !Files.exists(figure1())) {
      int code = command(List.of("toy", "--out", out.resolve(FIGURE1).toString()));
      if (code != 0) {
        return code;
      }
      write(parts, tasks);
    }
    for (Task task : tasks) {
      int code = task.seconds().isPresent() ? make(task.piece()) : 0;
      if (code != 0) {
        return code;
      }
      write(parts, tasks);
    }
    printer().println(out.resolve("reproduction.html"));
    printer().flush();
    return tasks.stream().anyMatch(this::isMissed) ? Failure.FAILED : 0;
  }

  /** TFD is not public, so that most are without it. */
  private boolean isMissed(Task task) {
    boolean isTfd = DataSets.folds(Recipes.get(task.piece().recipe()).data()).size() > 1;
    return task.seconds().isEmpty() && !isTfd;
  }

  private PrintWriter printer() {
    return spec.commandLine().getOut();
  }

  private PrintWriter messages() {
    return spec.commandLine().getErr();
  }

  private Table1Runs runs() {
    return new Table1Runs(out.resolve("runs"), optional(replicas), optional(epochs));
  }

  private static OptionalInt optional(Integer valueOrNull) {
    return valueOrNull == null ? OptionalInt.empty() : OptionalInt.of(valueOrNull);
  }

  private RunFolder run(Piece piece) {
    return runs().run(Recipes.get(piece.recipe()));
  }

  private Path figure1() {
    return out.resolve(FIGURE1).resolve("figure1.png");
  }

  /** Says what there is to do. */
  private List<Task> plan(Set<Part> parts) {
    List<Task> tasks = new ArrayList<>();
    double seconds = 0;
    try (Device device = deviceSettings.open(messages())) {
      Reproduction reproduction =
          new Reproduction(device, runs(), recipe -> dataOption.open(recipe, messages()));
      for (Piece piece : Reproduction.pieces(parts, quick)) {
        Task task = reproduction.task(piece);
        tasks.add(task);
        seconds += task.seconds().orElse(0.0);
        printer().printf("%-20s %10s  %s%n", piece.recipe(), time(task.seconds()), task.why());
        printer().flush();
      }
    }
    printer()
        .printf(
            "about %s in all: training as measured just now, without scores and pictures%n",
            time(Optional.of(seconds)));
    printer().flush();
    return tasks;
  }

  private static String time(Optional<Double> seconds) {
    if (seconds.isEmpty()) {
      return "–";
    }
    double minutes = seconds.get() / 60;
    return minutes < 90
        ? String.format(Locale.ROOT, "%.0f min", Math.ceil(minutes))
        : String.format(Locale.ROOT, "%.1f h", minutes / 60);
  }

  /** Trains a run where it is not finished, and draws what a stop at the end has left undone. */
  private int make(Piece piece) {
    List<String> words = new ArrayList<>(List.of("table1", "--train", piece.recipe()));
    words.addAll(dataOption.words());
    if (replicas != null) {
      words.addAll(List.of("--replicas", replicas.toString()));
    }
    if (epochs != null) {
      words.addAll(List.of("--epochs", epochs.toString()));
    }
    int code = command(words);
    RunFolder run = run(piece);
    if (code == 0 && !Files.exists(run.figure3())) {
      List<String> figures = new ArrayList<>(List.of("figures", run.path().toString()));
      figures.addAll(dataOption.words());
      code = command(figures);
    }
    return code;
  }

  /** Runs another command with this one's device. */
  private int command(List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.addAll(deviceSettings.words());
    return Main.call(spec, out.resolve("runs"), all);
  }

  /** The page with what there is by now. */
  private void write(Set<Part> parts, List<Task> tasks) throws IOException {
    List<Piece> finished = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (Task task : tasks) {
      if (!run(task.piece()).scores().isEmpty()) {
        finished.add(task.piece());
      } else {
        String why = task.seconds().isPresent() ? "not finished" : task.why();
        remarks.add(task.piece().recipe() + ": " + why);
      }
    }
    if (quick) {
      remarks.add("Made by the small recipes: compare nothing here with the paper's figures.");
    }
    Table1 table = parts.contains(Part.TABLE1) ? table(finished) : null;
    if (table != null) {
      AtomicFiles.write(out.resolve("table1.md"), table.markdown());
      AtomicFiles.write(out.resolve("table1.json"), table.json());
    }
    List<Figure> figures = new ArrayList<>();
    for (Part part : parts) {
      if (part != Part.TABLE1) {
        figures.add(figure(part, finished));
      }
    }
    AtomicFiles.write(
        out.resolve("reproduction.html"), ReproductionPage.of(table, figures, remarks));
  }

  private Table1 table(List<Piece> finished) {
    return new Table1(
        Table1Runs.scores(
            finished.stream()
                .filter(piece -> piece.parts().contains(Part.TABLE1))
                .map(this::run)
                .toList()));
  }

  private Figure figure(Part part, List<Piece> finished) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    if (part == Part.FIGURE1) {
      add(pictures, figure1(), "p_data black, p_g green, D blue");
    }
    for (Piece piece : finished) {
      if (piece.parts().contains(part)) {
        RunFolder run = run(piece);
        add(pictures, part == Part.FIGURE2 ? run.figure2() : run.figure3(), piece.panel());
      }
    }
    String paper =
        switch (part) {
          case FIGURE1 ->
              "four panels of a game on the line, from an early state to p_g = p_data and D = 1/2.";
          case FIGURE2 ->
              "random samples of MNIST, TFD and CIFAR-10 (fully connected, and convolutional); last"
                  + " column: the training example nearest to the sample beside it.";
          default -> "digits from linear interpolation between coordinates of z.";
        };
    return new Figure("Figure " + part.word().substring("figure".length()), paper, pictures);
  }

  private static void add(List<Picture> pictures, Path file, String caption) throws IOException {
    if (Files.isRegularFile(file)) {
      pictures.add(new Picture(caption, Files.readAllBytes(file)));
    }
  }
}
