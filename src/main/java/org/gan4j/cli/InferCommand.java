package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.experiment.Inferring;
import org.gan4j.gan.Checkpoint;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.EncoderSettings;
import org.gan4j.recipe.Recipe;
import org.gan4j.recipe.RecipeFields;
import org.gan4j.recipe.RecipeYaml;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Infers z from x for a run's generator. */
@Command(
    name = "infer",
    description =
        "Train an encoder, which infers z from an image, for a run's finished generator (the first"
            + " replica's), and keep it beside the run; or take the one that is there. Then measure"
            + " it on test images.",
    footer = {
      "",
      "Examples:",
      "  gan4j infer runs/00001-mnist-10k",
      "  gan4j infer runs/00001-mnist-10k --refine 100",
      "  gan4j infer runs/00001-mnist-10k --again --set encoder.images=16",
      "",
      "The run folder then has encoder.safetensors, infer.json and reconstructions.png, each row of",
      "which shows a test image, its reconstruction, the one after gradient steps on z if --refine",
      "asked for them, and the nearest training example. gan4j sample --between needs the encoder."
    })
final class InferCommand implements Callable<Integer> {
  private static final int MOST_STEPS = 100_000;
  private static final long LINE_NANOS = 5_000_000_000L;

  @Spec private CommandSpec spec;

  @Mixin private RunOption run;

  @Mixin private DataOption dataOption;

  @Mixin private DeviceOption deviceOption;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Minibatches to learn from (default: as the recipe's encoder has it).")
  private Integer iterations;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Change a field of the recipe's encoder, such as encoder.images=16, or of the device: "
              + DeviceOptions.FIELDS
              + "; may be given several times.")
  private List<String> assignments = List.of();

  @Option(names = "--again", description = "Train anew, though there is an encoder beside the run.")
  private boolean again;

  @Option(
      names = "--refine",
      paramLabel = "N",
      defaultValue = "0",
      description = "Gradient steps on z for each test image, from its code (default: none).")
  private int refine;

  @Override
  public Integer call() {
    if (refine < 0 || refine > MOST_STEPS) {
      throw new IllegalArgumentException("--refine must be 0 to " + MOST_STEPS + ", not " + refine);
    }
    if (iterations != null && iterations < 1) {
      throw new IllegalArgumentException("--iterations must be 1 or more, not " + iterations);
    }
    for (String assignment : DeviceOption.only(false, assignments)) {
      if (!assignment.startsWith("encoder.") && !assignment.startsWith("encoder=")) {
        throw new IllegalArgumentException(
            "infer --set changes encoder.… and fields of the device, not " + assignment);
      }
    }
    RunFolder folder = run.folder();
    Path checkpoint = run.checkpoint();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    DataSet data = dataOption.open(Checkpoint.recipe(checkpoint), err);
    try (Device device = deviceOption.open(DeviceOption.only(true, assignments), err);
        Gan gan = Opened.gan(device, checkpoint, err)) {
      gan.data().require(data);
      data.test(); // there must be some, before anything is trained
      out.printf("checkpoint: %s, iteration %d%n", checkpoint, gan.iteration());
      out.flush();
      Inferring inferring = new Inferring(gan, folder);
      EncoderSettings settings = settings(gan, inferring);
      if ((again || !inferring.isThere()) && !train(inferring, settings, data, out, err)) {
        return Failure.INTERRUPTED;
      }
      try (Encoder encoder = inferring.open()) {
        requireAsAsked(gan, settings, encoder.settings());
        out.printf("encoder: %s, %d iterations%n", folder.encoder(), encoder.iterations());
        out.flush();
        Inferring.Found found = inferring.measure(encoder, data, refine);
        found.lines().forEach(out::println);
        out.println(found.sheet());
        if (found.picture() != null) {
          out.println(found.picture());
        }
      }
    }
    out.flush();
    return 0;
  }

  /** The settings of the recipe, and what the command changes of them. */
  private EncoderSettings settings(Gan gan, Inferring inferring) {
    Recipe recipe = gan.recipe().withEncoder(inferring.settings());
    EncoderSettings settings =
        RecipeYaml.with(recipe, DeviceOption.only(false, assignments))
            .ofEncoder(gan.shape().size());
    return iterations == null ? settings : settings.withIterations(iterations);
  }

  private void requireAsAsked(Gan gan, EncoderSettings wanted, EncoderSettings there) {
    if (iterations == null && DeviceOption.only(false, assignments).isEmpty()) {
      return;
    }
    List<String> differences =
        RecipeFields.differences(
            RecipeFields.of(gan.recipe().withEncoder(there)),
            RecipeFields.of(gan.recipe().withEncoder(wanted)));
    if (!differences.isEmpty()) {
      throw new IllegalArgumentException(
          "the encoder beside the run was trained by other settings, "
              + differences.get(0)
              + ": --again trains another");
    }
  }

  private boolean train(
      Inferring inferring,
      EncoderSettings settings,
      DataSet data,
      PrintWriter out,
      PrintWriter err) {
    try (GracefulStop stop = new GracefulStop(inferring::requestStop, err)) {
      boolean done;
      try (Display display = new Display(out)) {
        done = inferring.train(settings, data, display);
      }
      if (!done) {
        stop.saved("interrupted: nothing of the encoder was kept; infer begins anew");
      }
      return done;
    }
  }

  /** A bar on a terminal, plain lines elsewhere. */
  private static final class Display implements Inferring.Listener, AutoCloseable {
    private final PrintWriter out;
    private final LiveLine live = Terminal.isInteractive() ? new LiveLine() : null;
    private final long begun = System.nanoTime();
    private long lineAt = begun;
    private ProgressBar bar;

    Display(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void progress(long iteration, long limit, double error) {
      String text = String.format(Locale.ROOT, "error of z %.4f", error);
      long now = System.nanoTime();
      if (live != null) {
        bar = bar == null ? live.iterations(0, limit) : bar;
        bar.stepTo(iteration);
        bar.setExtraMessage(text);
      } else if (iteration == limit || now - lineAt > LINE_NANOS) {
        double speed = iteration / ((now - begun) / 1e9);
        out.printf(
            Locale.ROOT,
            "iteration %d/%d  %.1f it/s  ETA %s  %s%n",
            iteration,
            limit,
            speed,
            LiveLine.clock((limit - iteration) / speed),
            text);
        out.flush();
        lineAt = now;
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
