package org.gan4j.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.device.Device;
import org.gan4j.io.Png;
import org.gan4j.recipe.Noise;
import org.gan4j.recipe.Objective;
import org.gan4j.report.AnimatedGif;
import org.gan4j.report.ToyFigure;
import org.gan4j.theory.Game;
import org.gan4j.theory.Mixture;
import org.gan4j.theory.Rules;
import org.gan4j.theory.Snapshot;
import org.gan4j.theory.Toys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays the paper's game on the line, where everything can be seen. */
@Command(
    name = "toy",
    description = "Play the game in one dimension and draw the paper's Figure 1 of it.",
    footer = {
      "",
      "Examples:",
      "  gan4j toy                             one Gaussian, normal noise",
      "  gan4j toy --target mixture --noise uniform --out pictures",
      "  gan4j toy --objective minimax --k 1 --seed 3",
      "",
      "Writes figure1.png, four moments of the game, and training.gif, all of it."
    })
final class ToyCommand implements Callable<Integer> {
  private static final int MOST_STEPS = 100;
  private static final int FRAMES = 60;
  private static final int HUNDREDTHS = 12;

  /** D's steps before the first panel, where it is only partly right, and before the second. */
  private static final int WARM_UP = 100;

  private static final int INNER_LOOP = 3000;

  /** G's steps down D's gradient to the third panel. */
  private static final int FOLLOWING = 40;

  @Spec private CommandSpec spec;

  @Mixin private DeviceSettings deviceSettings;

  @Option(
      names = "--target",
      paramLabel = "NAME",
      defaultValue = "gaussian",
      description = "gaussian or mixture (default: ${DEFAULT-VALUE}).")
  private String target;

  @Option(
      names = "--noise",
      paramLabel = "NAME",
      defaultValue = "normal",
      description = "uniform or normal (default: ${DEFAULT-VALUE}).")
  private String noise;

  @Option(
      names = "--objective",
      paramLabel = "NAME",
      defaultValue = "non-saturating",
      description = "non-saturating or minimax (default: ${DEFAULT-VALUE}).")
  private String objective;

  @Option(
      names = "--k",
      paramLabel = "K",
      defaultValue = "5",
      description = "Steps of D for each of G (default: ${DEFAULT-VALUE}).")
  private int k;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Steps of G (default: ${DEFAULT-VALUE}).")
  private int iterations;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of all random numbers (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "toy",
      description = "Where the pictures go (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Rules rules = rules();
    PrintWriter printer = spec.commandLine().getOut();
    List<Snapshot> panels = new ArrayList<>();
    List<BufferedImage> frames = new ArrayList<>();
    try (Device device = deviceSettings.open(spec.commandLine().getErr());
        Game game = new Game(device, rules)) {
      Files.createDirectories(out);
      play(game, panels, frames);
    }
    Png.write(out.resolve("figure1.png"), ToyFigure.panels(panels));
    AnimatedGif.write(out.resolve("training.gif"), frames, HUNDREDTHS);
    printer.printf(
        "Jensen-Shannon divergence of p_g from p_data: %.4f at first, %.4f at last%n",
        panels.get(0).divergence(), panels.get(3).divergence());
    printer.println(out.resolve("figure1.png"));
    printer.println(out.resolve("training.gif"));
    return 0;
  }

  private Rules rules() {
    if (k < 1 || k > MOST_STEPS) {
      throw new IllegalArgumentException("--k must be 1 to " + MOST_STEPS + ", not " + k);
    }
    if (iterations < FRAMES || iterations > 1_000_000) {
      throw new IllegalArgumentException(
          "--iterations must be " + FRAMES + " to 1000000, not " + iterations);
    }
    Mixture mixture =
        choose("--target", target, "gaussian", "mixture") == 0 ? Toys.GAUSSIAN : Toys.MIXTURE;
    Noise.Distribution family =
        Noise.Distribution.values()[choose("--noise", noise, "uniform", "normal")];
    Objective goal =
        Objective.OF_LOGITS.get(choose("--objective", objective, "non-saturating", "minimax"));
    return Toys.line(mixture, Toys.noise(family, 1), goal, k, iterations, seed);
  }

  private static int choose(String option, String value, String first, String second) {
    if (!value.equals(first) && !value.equals(second)) {
      throw new IllegalArgumentException(
          option + " must be " + first + " or " + second + ", not " + value);
    }
    return value.equals(first) ? 0 : 1;
  }

  private void play(Game game, List<Snapshot> panels, List<BufferedImage> frames) {
    game.trainDiscriminator(WARM_UP);
    panels.add(Snapshot.of(game, "(a) at first"));
    game.trainDiscriminator(INNER_LOOP);
    panels.add(Snapshot.of(game, "(b) D near its optimum"));
    int done = 0;
    for (int frame = 0; frame <= FRAMES; frame++) {
      // Much happens early on: the frames lie closer there.
      int until = (int) Math.round(iterations * Math.pow((double) frame / FRAMES, 2));
      if (done < FOLLOWING && until >= FOLLOWING) {
        game.play(FOLLOWING - done);
        done = FOLLOWING;
        panels.add(Snapshot.of(game, "(c) G follows D's gradient"));
      }
      game.play(until - done);
      done = until;
      frames.add(ToyFigure.panels(List.of(Snapshot.of(game, done + " iterations"))));
    }
    panels.add(Snapshot.of(game, "(d) at last"));
  }
}
