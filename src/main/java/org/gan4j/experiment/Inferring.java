package org.gan4j.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.eval.Inference;
import org.gan4j.eval.InferenceResult;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.EncoderTraining;
import org.gan4j.gan.Gan;
import org.gan4j.recipe.EncoderSettings;
import org.gan4j.report.Figures;
import org.gan4j.run.InferenceSheet;
import org.gan4j.run.RunFolder;

/**
 * The encoder of a run's first generator: trained, kept beside the run, and measured. Belongs to
 * the thread of the Gan's device, but for {@link #requestStop}.
 */
public final class Inferring {
  /** Minibatches between two looks at what else is wanted. */
  private static final int CHUNK = 50;

  private final Gan gan;
  private final RunFolder folder;
  private volatile boolean stopRequested;

  /** Hears of a training. */
  public interface Listener {
    /**
     * Some minibatches were learnt.
     *
     * @param iteration minibatches so far
     * @param limit how many there will be
     * @param error mean squared error of a value of z in the last one
     */
    void progress(long iteration, long limit, double error);
  }

  /**
   * What was found.
   *
   * @param lines for people
   * @param sheet where the figures are
   * @param picture of some test images: image, reconstruction, the one after gradient steps if
   *     there were any, nearest training example; null where images are no pictures
   */
  public record Found(List<String> lines, Path sheet, Path picture) {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Of a finished generator.
   *
   * @param gan with the generator; not closed by this
   * @param folder of its run
   */
  public Inferring(Gan gan, RunFolder folder) {
    this.gan = gan;
    this.folder = folder;
  }

  /** Ends a training soon, from any thread; nothing of it is kept. */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Whether there is an encoder beside the run, of whichever generator.
   *
   * @return whether {@link #open} may find one
   */
  public boolean isThere() {
    return Files.isRegularFile(folder.encoder());
  }

  /**
   * The settings that the recipe has.
   *
   * @return with layers
   */
  public EncoderSettings settings() {
    return gan.recipe().ofEncoder(gan.shape().size());
  }

  /**
   * Trains an encoder and keeps it beside the run; an older one there is replaced at the end.
   *
   * @param settings {@link #settings}, or others
   * @param data that the run was trained on
   * @param listener hears of it
   * @return false if a stop was requested: then nothing was kept
   * @throws IllegalArgumentException if the recipe has a condition, the encoder's layers do not
   *     lead from an example to z, or the data set is another one
   * @throws org.gan4j.gan.DivergenceException if a weight is no finite number
   */
  public boolean train(EncoderSettings settings, DataSet data, Listener listener) {
    int limit = settings.iterations();
    try (EncoderTraining training = new EncoderTraining(gan, 0, settings, data)) {
      while (training.iteration() < limit) {
        if (stopRequested) {
          return false;
        }
        training.run(Math.min(CHUNK, limit - training.iteration()));
        listener.progress(training.iteration(), limit, training.error());
      }
      training.save(folder.encoder());
      return true;
    }
  }

  /**
   * Opens the encoder beside the run.
   *
   * @return the encoder, on the CPU; close it
   * @throws IllegalArgumentException if there is none, or it is another generator's
   * @throws org.gan4j.FormatException if the file is no encoder, or damaged
   */
  public Encoder open() {
    if (!isThere()) {
      throw new IllegalArgumentException(
          folder.path() + " has no encoder: gan4j infer " + folder.path() + " trains one");
    }
    Encoder encoder = Encoder.open(folder.encoder());
    if (!encoder.isOf(gan, 0)) {
      encoder.close();
      throw new IllegalArgumentException(
          folder.encoder()
              + " belongs to another generator than that of iteration "
              + gan.iteration()
              + " of this run: gan4j infer --again trains one for it");
    }
    return encoder;
  }

  /**
   * Measures an encoder, and keeps the figures and a picture beside the run.
   *
   * @param encoder of this generator
   * @param data that the run was trained on, with test images
   * @param refineSteps gradient steps on z, ≥ 0
   * @return what was found
   * @throws IllegalArgumentException if the encoder is another generator's, the steps are below 0,
   *     or there are no test images
   */
  public Found measure(Encoder encoder, DataSet data, int refineSteps) {
    InferenceResult result = Inference.measure(gan, encoder, data, refineSteps);
    InferenceSheet sheet =
        new InferenceSheet(
            gan.iteration(),
            encoder.iterations(),
            encoder.settings().images(),
            gan.recipe().seed(),
            result);
    Path picture =
        gan.shape().isPicture()
            ? folder.writeReconstructions(Figures.beside(gan, result.shown()))
            : null;
    return new Found(sheet.lines(), folder.writeInference(sheet), picture);
  }
}
