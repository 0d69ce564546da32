package org.gan4j.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.device.Device;
import org.gan4j.eval.ClassificationResult.Row;
import org.gan4j.gan.HiddenLayers;
import org.gan4j.gan.LabelDraw;
import org.gan4j.layers.Checks;

/**
 * Learning from few labels (the paper's section 7, 4): whether what trained networks make of
 * examples is better to classify by than pixels, where only some of the training examples have a
 * label. The classifier is multinomial logistic regression in all cases. Labels are drawn at random
 * from the training set, as many of each class; of the penalties, from the strongest on until three
 * in a row are no better, the one with the fewest errors on the validation set is taken; the test
 * set is looked at once, at the end.
 */
public final class Classification {
  /** In the place of a number of labels: those of all training examples. */
  public static final int ALL = 0;

  /** From the strongest on, each a start for the next. */
  private static final double[] PENALTIES = {1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7};

  /** So many weaker penalties that are no better end the search. */
  private static final int PATIENCE = 3;

  private final Device device;
  private final DataSet data;
  private final Settings settings;

  /**
   * What is asked for.
   *
   * @param labels numbers of labels, or {@link #ALL}
   * @param draws of labels, 1 to 1,000; of all labels there is one
   * @param seed decides them
   */
  public record Settings(List<Integer> labels, int draws, long seed) {
    /** Checks what can be checked without the data. */
    public Settings {
      labels = labels.stream().distinct().toList();
      if (labels.isEmpty() || labels.stream().anyMatch(n -> n < 0)) {
        throw new IllegalArgumentException("labels must be numbers above 0, at least one");
      }
      Checks.range("draws", draws, 1, 1000);
    }
  }

  /**
   * What was found.
   *
   * @param result the errors
   * @param hidden number of the hidden layers of the classifier to keep, from 0
   * @param weights [values that leave them][classes] of that classifier
   * @param biases [classes]
   */
  public record Found(ClassificationResult result, int hidden, float[] weights, float[] biases) {}

  /** One draw's classifier. */
  private record Fit(double penalty, double[] parameters, double validationError) {}

  /** A classifier that may be the one to keep. */
  private record Candidate(
      int row, int draw, int hidden, int labels, double error, Features features, double[] fit) {
    boolean isBetterThan(Candidate other) {
      return other == null
          || labels > other.labels
          || labels == other.labels && error < other.error;
    }
  }

  private Classification(Device device, DataSet data, Settings settings) {
    this.device = device;
    this.data = data;
    this.settings = settings;
  }

  /**
   * Measures, on pixels and on hidden layers.
   *
   * @param device that computes the classifiers
   * @param data with labels, and with validation and test images
   * @param hidden at least one; of them the classifier is kept that learnt from the most labels,
   *     and of several the one with the fewest errors on validation examples
   * @param settings what is asked for
   * @param listener hears of each row when it is there
   * @return what was found
   * @throws IllegalArgumentException if the data has no labels or one class only, the labels can't
   *     be drawn, or there are no hidden layers
   * @throws IllegalStateException if there are no validation or test images, or features are not
   *     finite
   */
  public static Found measure(
      Device device,
      DataSet data,
      List<HiddenLayers> hidden,
      Settings settings,
      Consumer<Row> listener) {
    require(data, settings);
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException("there are no hidden layers to classify by");
    }
    return new Classification(device, data, settings).measure(hidden, listener);
  }

  /**
   * Refuses data from which labels can't be drawn.
   *
   * @param data any data set
   * @param settings what is asked for
   * @throws IllegalArgumentException if it has no labels or one class only, or the labels can't be
   *     drawn, as many of each class
   * @throws IllegalStateException if there are no validation or test images
   */
  public static void require(DataSet data, Settings settings) {
    LabelDraw.require(data, 0);
    data.validation();
    data.test();
    settings.labels.forEach(labels -> LabelDraw.require(data, labels));
  }

  private Found measure(List<HiddenLayers> hidden, Consumer<Row> listener) {
    List<Row> rows = new ArrayList<>();
    int width = data.shape().size();
    rows(Features.of("pixels", width, values -> values, data), -1, null, rows, listener);
    Candidate best = null;
    for (int i = 0; i < hidden.size(); i++) {
      HiddenLayers layers = hidden.get(i);
      Features features = Features.of(layers.title(), layers.size(), layers::features, data);
      best = rows(features, i, best, rows, listener);
    }
    ClassificationResult result =
        new ClassificationResult(
            data.train().classes(),
            data.validation().count(),
            data.test().count(),
            rows,
            best.row,
            best.draw);
    return new Found(
        result, best.hidden, best.features.rawWeights(best.fit), best.features.rawBiases(best.fit));
  }

  /** Adds the rows of one kind of features; the better of its classifiers and an earlier one. */
  private Candidate rows(
      Features features, int hidden, Candidate bestOrNull, List<Row> rows, Consumer<Row> listener) {
    Candidate best = bestOrNull;
    try (LabelledFeatures validation = open(features, data.validation(), false);
        LabelledFeatures test = open(features, data.test(), false)) {
      for (int labels : settings.labels) {
        int draws = labels == ALL ? 1 : settings.draws;
        int count = labels == ALL ? data.train().count() : labels;
        List<Fit> fits = new ArrayList<>();
        for (int draw = 0; draw < draws; draw++) {
          Fit fit = fit(features, drawn(labels, draw), validation);
          Candidate candidate =
              new Candidate(
                  rows.size(), draw, hidden, count, fit.validationError, features, fit.parameters);
          best = candidate.isBetterThan(best) ? candidate : best;
          fits.add(fit);
        }
        Row row =
            new Row(
                features.title(),
                features.size(),
                count,
                labels == ALL,
                fits.stream().map(Fit::penalty).toList(),
                fits.stream().map(Fit::validationError).toList(),
                fits.stream().map(each -> test.error(each.parameters)).toList());
        rows.add(row);
        listener.accept(row);
      }
    }
    return best;
  }

  private LabelledFeatures open(Features features, Images images, boolean learns) {
    return new LabelledFeatures(device, data, images, features, learns);
  }

  private Images drawn(int labels, int draw) {
    Images train = data.train();
    return labels == ALL ? train : train.select(LabelDraw.draw(train, labels, settings.seed, draw));
  }

  private Fit fit(Features features, Images labelled, LabelledFeatures validation) {
    try (LabelledFeatures train = open(features, labelled, true)) {
      Fit best = null;
      double[] at = train.zeros();
      int worse = 0;
      for (double penalty : PENALTIES) {
        at = LogisticRegression.fit(train, penalty, at);
        double error = validation.error(at);
        if (best == null || error < best.validationError) {
          best = new Fit(penalty, at, error);
          worse = 0;
        } else if (++worse == PATIENCE) {
          break;
        }
      }
      return best;
    }
  }
}
