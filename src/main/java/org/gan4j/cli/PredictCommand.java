package org.gan4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gan4j.data.Images;
import org.gan4j.experiment.Classifying;
import org.gan4j.gan.ImageClassifier;
import org.gan4j.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells the class of pictures by a run's classifier. */
@Command(
    name = "predict",
    description =
        "Print how probable each class is for an image, by the classifier that gan4j classify kept"
            + " beside a run.",
    footer = {
      "",
      "Examples:",
      "  gan4j predict runs/00001-mnist-10k --image seven.png",
      "  gan4j predict runs/00001-mnist-10k --image one.png --image two.png",
      "",
      "An image has the size of the run's examples, and looks like them: MNIST's digits are white on",
      "black."
    })
final class PredictCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The folder of a run.")
  private Path run;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE.png",
      description = "A picture of the size of the run's examples; may be given more than once.")
  private List<Path> images;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (ImageClassifier classifier = Classifying.open(RunFolder.open(run))) {
      for (Path image : images) {
        float[] each = classifier.predict(Images.ofPicture(classifier.shape(), image));
        out.printf("%s: class %d%n", image, mostProbable(each));
        for (int c = 0; c < each.length; c++) {
          out.printf(Locale.ROOT, "  %d  %.4f%n", c, each[c]);
        }
      }
    }
    out.flush();
    return 0;
  }

  private static int mostProbable(float[] probabilities) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }
}
