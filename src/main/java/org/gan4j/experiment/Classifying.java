package org.gan4j.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.eval.Classification;
import org.gan4j.eval.ClassificationResult;
import org.gan4j.gan.Discriminator;
import org.gan4j.gan.Encoder;
import org.gan4j.gan.Gan;
import org.gan4j.gan.HiddenLayers;
import org.gan4j.gan.ImageClassifier;
import org.gan4j.recipe.Labels;
import org.gan4j.run.ClassificationSheet;
import org.gan4j.run.RunFolder;

/**
 * Classifiers on what a run's first discriminator, and its encoder if it has one, make of images:
 * measured beside those on pixels, and one of them kept beside the run. Belongs to the thread of
 * the Gan's device.
 */
public final class Classifying {
  private final Gan gan;
  private final RunFolder folder;

  /**
   * What was found.
   *
   * @param sheet the errors
   * @param file where they are
   * @param classifier where the classifier is that was kept
   */
  public record Found(ClassificationSheet sheet, Path file, Path classifier) {}

  /**
   * Of a trained run.
   *
   * @param gan with the discriminator; not closed by this
   * @param folder of its run
   */
  public Classifying(Gan gan, RunFolder folder) {
    this.gan = gan;
    this.folder = folder;
  }

  /**
   * Measures classifiers, and keeps the errors and a classifier beside the run.
   *
   * @param data that the run was trained on, with labels, validation and test images
   * @param settings what is asked for
   * @param listener hears of each kind of features with each number of labels
   * @return what was found
   * @throws IllegalArgumentException if the data has no labels, they can't be drawn, the recipe has
   *     a condition, there is neither a hidden layer nor an encoder, or the encoder beside the run
   *     is another generator's
   * @throws IllegalStateException if there are no validation or test images
   * @throws org.gan4j.FormatException if the encoder's file is damaged
   */
  public Found classify(
      DataSet data, Classification.Settings settings, Consumer<ClassificationResult.Row> listener) {
    if (gan.isConditional()) {
      throw new IllegalArgumentException(
          "the recipe "
              + gan.recipe().name()
              + " has a condition, which its discriminator is told beside the image: features of"
              + " images alone it has none");
    }
    Classification.require(data, settings);
    List<HiddenLayers> hidden = new ArrayList<>();
    try {
      open(hidden);
      Classification.Found found =
          Classification.measure(gan.device(), data, hidden, settings, listener);
      ClassificationSheet sheet =
          new ClassificationSheet(gan.iteration(), settings.seed(), found.result());
      ImageClassifier.save(
          folder.classifier(), hidden.get(found.hidden()), found.weights(), found.biases());
      return new Found(sheet, folder.writeClassification(sheet), folder.classifier());
    } finally {
      hidden.forEach(HiddenLayers::close);
    }
  }

  /**
   * Measures the classifier that the discriminator of a recipe with labels has become, and keeps
   * the errors and the classifier beside the run.
   *
   * @param data that the run was trained on, with validation and test images
   * @return what was found
   * @throws IllegalArgumentException if the recipe has no labels, or its last layer is not dense
   * @throws IllegalStateException if there are no validation or test images
   */
  public Found classifyByLogits(DataSet data) {
    ImageClassifier.save(folder.classifier(), gan, 0);
    Labels labels = gan.recipe().labels();
    int last = gan.recipe().discriminator().size() - 2;
    try (ImageClassifier classifier = ImageClassifier.open(folder.classifier());
        Discriminator discriminator = Discriminator.of(gan, 0)) {
      ClassificationResult.Row row =
          new ClassificationResult.Row(
              "discriminator, its own classes",
              discriminator.featureSize(last),
              labels.count() == 0 ? data.train().count() : labels.count(),
              labels.count() == 0,
              List.of(0.0),
              List.of(error(classifier, data.validation())),
              List.of(error(classifier, data.test())));
      ClassificationResult result =
          new ClassificationResult(
              labels.classes(), data.validation().count(), data.test().count(), List.of(row), 0, 0);
      ClassificationSheet sheet = new ClassificationSheet(gan.iteration(), labels.draw(), result);
      return new Found(sheet, folder.writeClassification(sheet), folder.classifier());
    }
  }

  /** The share of images whose most probable class is another one. */
  private static double error(ImageClassifier classifier, Images images) {
    float[] probabilities = classifier.predict(images);
    int classes = classifier.classes();
    int wrong = 0;
    for (int i = 0; i < images.count(); i++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = probabilities[i * classes + c] > probabilities[i * classes + best] ? c : best;
      }
      wrong += best == images.label(i) ? 0 : 1;
    }
    return (double) wrong / images.count();
  }

  private void open(List<HiddenLayers> hidden) {
    for (int layer : HiddenLayers.ofDiscriminator(gan)) {
      hidden.add(HiddenLayers.ofDiscriminator(gan, 0, layer));
    }
    Inferring inferring = new Inferring(gan, folder);
    if (inferring.isThere()) {
      try (Encoder encoder = inferring.open()) { // refuses another generator's
        for (int layer : encoder.hiddenLayers()) {
          hidden.add(HiddenLayers.ofEncoder(gan, folder.encoder(), layer));
        }
      }
    }
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException(
          "the discriminator has no hidden layer, and there is no encoder beside the run that has"
              + " one: gan4j infer "
              + folder.path()
              + " trains one");
    }
  }

  /**
   * Opens the classifier beside a run, on the CPU.
   *
   * @param folder of the run
   * @return the classifier; close it
   * @throws IllegalArgumentException if there is none
   * @throws org.gan4j.FormatException if the file is no classifier, or damaged
   */
  public static ImageClassifier open(RunFolder folder) {
    if (!Files.isRegularFile(folder.classifier())) {
      throw new IllegalArgumentException(
          folder.path()
              + " has no classifier: gan4j classify "
              + folder.path()
              + " trains and keeps one");
    }
    return ImageClassifier.open(folder.classifier());
  }
}
