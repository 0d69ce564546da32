package org.gan4j.cli;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.gan4j.data.DataSet;
import org.gan4j.data.ImageMask;
import org.gan4j.data.ImageShape;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Generator;
import org.gan4j.recipe.Condition;
import org.gan4j.report.ImageGrid;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Completes images of which a part is hidden. */
@Command(
    name = "complete",
    description =
        "Complete images of which a part is hidden, by a run whose recipe completes images. Each row"
            + " of the picture has an image, what is seen of it, and completions, none of them"
            + " chosen; what is visible is kept to the bit.",
    footer = {
      "",
      "Examples:",
      "  gan4j complete runs/00001-faces-complete --test 0,10,20 --hide left",
      "  gan4j complete runs/00001-faces-complete --image me.png --hide 16,20,32,12 --count 4",
      "  gan4j complete runs/00002-mnist-10k-complete --test 3 --hide mask.png --out three.png"
    })
final class CompleteCommand implements Callable<Integer> {
  private static final int MOST = 1000;

  /** What is hidden is shown in it. */
  private static final float GREY = 128 / 255f;

  @Spec private CommandSpec spec;

  @Mixin private PictureOptions picture = new PictureOptions("completions.png");

  @Mixin private DataOption dataOption;

  @Option(
      names = "--image",
      paramLabel = "FILE.png",
      description = "A picture, of the size of the run's examples.")
  private Path image;

  @Option(
      names = "--test",
      paramLabel = "N",
      split = ",",
      description = "Test images, from 0, with commas between: a row for each.")
  private List<Integer> tests;

  @Option(
      names = "--hide",
      paramLabel = "PART",
      defaultValue = "left",
      description =
          "left, right, top, bottom, top-left and so on, a rectangle x,y,width,height, or the"
              + " .png of a mask whose white is hidden (default: ${DEFAULT-VALUE}).")
  private String hide;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "8",
      description = "Completions of each image (default: ${DEFAULT-VALUE}).")
  private int count;

  @Override
  public Integer call() {
    picture.require(count, MOST);
    if ((image == null) == (tests == null)) {
      throw new IllegalArgumentException("give either --image FILE.png or --test N");
    }
    picture.write(spec, new Rows());
    return 0;
  }

  private ImageMask mask(ImageShape shape) {
    return hide.endsWith(".png")
        ? ImageMask.read(Path.of(hide), shape)
        : ImageMask.hiding(hide, shape);
  }

  private Images images(Gan gan) {
    if (image != null) {
      return Images.ofPicture(gan.shape(), image);
    }
    DataSet data = dataOption.open(gan.recipe(), spec.commandLine().getErr());
    gan.data().require(data);
    int last = data.test().count() - 1;
    for (int test : tests) {
      if (test < 0 || test > last) {
        throw new IllegalArgumentException(
            "--test must be 0 to "
                + last
                + ", the test images of "
                + data.name()
                + ", not "
                + test);
      }
    }
    return data.test().select(tests.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Draws; apart from the command, whose methods are looked at where java.desktop may be missing.
   */
  private final class Rows implements PictureOptions.Drawing {
    @Override
    public BufferedImage draw(Gan gan, long seed) {
      if (!(gan.recipe().condition() instanceof Condition.Mask)) {
        throw new IllegalArgumentException(
            picture.run()
                + " does not complete images: train a recipe whose condition is a mask, such as"
                + " mnist-10k-complete");
      }
      ImageMask mask = mask(gan.shape());
      Images images = images(gan);
      try (Generator generator = Generator.of(gan, 0)) {
        return rows(generator, images, mask.values(), seed);
      }
    }

    /** A row for each image: it, what is seen of it, its completions. */
    private BufferedImage rows(Generator generator, Images images, float[] visible, long seed) {
      int width = visible.length;
      float[] cells = new float[images.count() * (2 + count) * width];
      for (int row = 0; row < images.count(); row++) {
        float[] real = Scaling.UNIT.values(images, row);
        float[] repeated = new float[count * width];
        float[] masks = new float[count * width];
        for (int i = 0; i < count; i++) {
          System.arraycopy(real, 0, repeated, i * width, width);
          System.arraycopy(visible, 0, masks, i * width, width);
        }
        int at = row * (2 + count) * width;
        System.arraycopy(real, 0, cells, at, width);
        for (int p = 0; p < width; p++) {
          cells[at + width + p] = visible[p] == 0 ? GREY : real[p];
        }
        float[] made = generator.complete(repeated, masks, seed + row);
        System.arraycopy(made, 0, cells, at + 2 * width, made.length);
      }
      return new ImageGrid(generator.shape(), images.count(), 2 + count).compose(cells);
    }
  }
}
