package org.gan4j.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.data.Vectors;
import org.gan4j.experiment.Inferring;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.io.Printable;
import org.gan4j.recipe.Condition;
import org.gan4j.report.Figures;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Draws samples of a run's generator. */
@Command(
    name = "sample",
    description =
        "Draw samples of a run's generator into a picture; none is chosen, but with --by, by the"
            + " run's discriminator.",
    footer = {
      "",
      "Examples:",
      "  gan4j sample mnist                        the published model: nothing to train",
      "  gan4j sample runs/00001-mnist-10k",
      "  gan4j sample runs/00001-mnist-10k --count 400 --seed 5 --out many.png",
      "  gan4j sample runs/00001-mnist-10k --interpolate --count 8",
      "  gan4j sample runs/00002-mnist-10k-conditional --class 7 --count 64",
      "  gan4j sample runs/00002-mnist-10k-conditional --class all",
      "  gan4j sample runs/00001-mnist-10k --between one.png two.png    after gan4j infer",
      "  gan4j sample runs/00001-mnist-10k --by rejection    judged by the discriminator"
    })
final class SampleCommand implements Callable<Integer> {
  private static final int MOST = 10_000;
  private static final int STEPS = 10;
  private static final String ALL = "all";

  @Spec private CommandSpec spec;

  @Mixin private PictureOptions picture = new PictureOptions("samples.png");

  @Mixin private DataOption dataOption;

  @Mixin private JudgedOption judged;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "100",
      description = "Samples, or lines with --interpolate (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--interpolate", description = "Walk along straight lines in z, one in each row.")
  private boolean interpolate;

  @Option(
      names = "--class",
      paramLabel = "C",
      description =
          "Of a run with classes: samples of one, from 0; or all, a row for each. Without it they"
              + " are as frequent as in the training set.")
  private String asked;

  @Option(
      names = "--condition",
      paramLabel = "FILE.csv",
      description =
          "Of a run with conditions: samples for the vectors in this file, one on each line, a row"
              + " for each.")
  private Path condition;

  @Option(
      names = "--between",
      arity = "2",
      paramLabel = "A.png B.png",
      hideParamSyntax = true,
      description =
          "A walk between two images of the size of the run's examples, along the line between what"
              + " the run's encoder infers of them; gan4j infer trains that.")
  private List<Path> between;

  @Override
  public Integer call() {
    picture.require(count, MOST);
    if (between != null
        && (between.size() != 2 || interpolate || asked != null || condition != null)) {
      throw new IllegalArgumentException(
          "--between takes two pictures, and goes with neither --interpolate, --class nor"
              + " --condition");
    }
    if (asked != null && interpolate) {
      throw new IllegalArgumentException(
          "--class and --interpolate exclude each other: with the latter each row has its class");
    }
    if (condition != null && (asked != null || interpolate)) {
      throw new IllegalArgumentException("--condition goes with neither --class nor --interpolate");
    }
    judged.require();
    if (!judged.isAsked() && !dataOption.words().isEmpty()) {
      throw new IllegalArgumentException(
          "--data and --conditions are about --by, and nothing else looks at data here; samples for"
              + " vectors are drawn with --condition");
    }
    if (judged.isAsked()
        && (between != null || interpolate || asked != null || condition != null)) {
      throw new IllegalArgumentException(
          "--by goes with neither --between, --interpolate, --class nor --condition");
    }
    picture.write(spec, new Samples());
    return 0;
  }

  /**
   * Draws; apart from the command, whose methods are looked at where java.desktop may be missing.
   */
  private final class Samples implements PictureOptions.Drawing {
    @Override
    public BufferedImage draw(Gan gan, long seed) {
      if (between != null) {
        return walk(gan);
      }
      if (judged.isAsked()) {
        DataSet data = dataOption.open(gan.recipe(), spec.commandLine().getErr());
        float[][] drawn =
            judged.draw(gan, data, data.validation(), count, seed, spec.commandLine().getOut());
        return Figures.square(gan, drawn[0]);
      }
      return interpolate ? Figures.interpolation(gan, count, STEPS, seed) : samples(gan, seed);
    }

    @Override
    public BufferedImage draw(Generator generator, long seed) {
      boolean other = interpolate || asked != null || condition != null || between != null;
      if (other || judged.isAsked()) {
        throw new IllegalArgumentException(
            "a published model is sampled by --count and --seed: the other options are for runs");
      }
      return Figures.samples(generator, count, seed);
    }

    /** Through the codes of two images. */
    private BufferedImage walk(Gan gan) {
      try (Encoder encoder = new Inferring(gan, RunFolder.at(picture.run())).open()) {
        String name = gan.recipe().data();
        Scaling rule = gan.data().scaling().orElseGet(() -> DataSets.rule(name));
        int width = gan.shape().size();
        float[] images = new float[2 * width];
        for (int i = 0; i < 2; i++) {
          float[] values = rule.values(Images.ofPicture(gan.shape(), between.get(i)), 0);
          System.arraycopy(values, 0, images, i * width, width);
        }
        return Figures.walk(gan, images, encoder.encode(images), STEPS);
      }
    }

    private BufferedImage samples(Gan gan, long chosen) {
      if (condition != null) {
        return ofVectors(gan, Vectors.read(condition), chosen);
      }
      if (asked == null) {
        return Figures.samples(gan, count, chosen);
      }
      if (!(gan.recipe().condition() instanceof Condition.Classes classes)) {
        throw new IllegalArgumentException(
            "--class is for a run whose recipe has classes as its condition; "
                + picture.run()
                + " has none");
      }
      if (asked.equals(ALL)) {
        return Figures.conditions(gan, Math.max(1, count / classes.count()), chosen);
      }
      if (!asked.matches("[0-9]{1,9}") || Integer.parseInt(asked) >= classes.count()) {
        throw new IllegalArgumentException(
            "--class must be 0 to "
                + (classes.count() - 1)
                + ", or "
                + ALL
                + ", not "
                + Printable.quoted(asked));
      }
      return Figures.samples(gan, count, chosen, Integer.parseInt(asked));
    }

    /** A row for each vector. */
    private BufferedImage ofVectors(Gan gan, Vectors wanted, long chosen) {
      int width = gan.recipe().condition().width();
      if (width == 0 || gan.recipe().condition() instanceof Condition.Mask) {
        throw new IllegalArgumentException(
            "--condition is for a run whose recipe has classes or values as its condition; "
                + picture.run()
                + " has none");
      }
      if (wanted.width() != width) {
        throw new IllegalArgumentException(
            condition
                + " has vectors of "
                + wanted.width()
                + " numbers, but the run's condition has "
                + width);
      }
      int columns = Math.max(1, count / wanted.count());
      if (wanted.count() > MOST) {
        throw new IllegalArgumentException(condition + " has more than " + MOST + " vectors");
      }
      return Figures.conditions(gan, wanted.values(), columns, chosen);
    }
  }
}
