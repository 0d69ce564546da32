package org.gan4j.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.gan4j.data.ImageMask;
import org.gan4j.data.Images;
import org.gan4j.gan.Generator;

/**
 * How a generator completes test images of which a part is hidden, beside anchors that are told the
 * same visible part.
 */
final class Completions {
  /** Completions of an image; their mean is the best guess. */
  static final int EACH = 100;

  /** The most test images, chosen as {@link MeasureContext#some} does. */
  static final int MOST = 500;

  private static final double GREY_LEVELS = 255.0 * 255;

  private final MeasureContext context;
  private final Images images;
  private final float[] real;
  private final int width;
  private final Anchors anchors;

  /**
   * What one part came to; errors are mean squared errors of the hidden values, in grey levels².
   *
   * @param error of the mean of the completions
   * @param spread standard deviation of a value over completions, in grey levels
   * @param guesses of the anchors, by their names: their errors
   * @param completed the first completion of each image, [count][width]
   * @param anchored what the anchors made of the images, by their names
   */
  private record Part(
      double error,
      double spread,
      Map<String, Double> guesses,
      float[] completed,
      Map<String, float[]> anchored) {}

  Completions(MeasureContext context) {
    this.context = context;
    this.images = MeasureContext.some(context.testImages(), MOST);
    this.real = context.data().scaling().values(images);
    this.width = context.width();
    this.anchors = new Anchors(context);
  }

  /** Their mean error over some parts; each part's, and the anchors', as a note. */
  MeasureResult error(Generator generator, Map<String, ImageMask> parts) {
    double sum = 0;
    StringJoiner notes = new StringJoiner("; ");
    for (Map.Entry<String, ImageMask> each : parts.entrySet()) {
      Part part = part(generator, each.getValue(), EACH);
      sum += part.error;
      StringJoiner others = new StringJoiner(", ");
      part.guesses.forEach((name, error) -> others.add(text("%s %.0f", name, error)));
      notes.add(text("%s %.0f (%s; ± %.1f)", each.getKey(), part.error, others, part.spread));
    }
    return MeasureResult.of(sum / parts.size(), notes + text("; %d images", images.count()));
  }

  /** The share of first completions in which the classifier sees the image's own class. */
  MeasureResult agreement(Generator generator, Map<String, ImageMask> parts) {
    Classifier classifier = context.classifier();
    double sum = 0;
    StringJoiner notes = new StringJoiner("; ");
    for (Map.Entry<String, ImageMask> each : parts.entrySet()) {
      Part part = part(generator, each.getValue(), 1);
      double share = share(classifier, part.completed);
      sum += share;
      StringJoiner others = new StringJoiner(", ");
      part.anchored.forEach(
          (name, guess) -> others.add(text("%s %.3f", name, share(classifier, guess))));
      notes.add(text("%s %.3f (%s)", each.getKey(), share, others));
    }
    return MeasureResult.of(
        sum / parts.size(), notes + text("; whole images %.3f", share(classifier, real)));
  }

  private double share(Classifier classifier, float[] points) {
    int[] seen = classifier.classes(points);
    int right = 0;
    for (int i = 0; i < seen.length; i++) {
      right += seen[i] == images.label(i) ? 1 : 0;
    }
    return (double) right / seen.length;
  }

  private Part part(Generator generator, ImageMask mask, int completions) {
    float[] visible = repeated(mask.values(), images.count());
    double[] sum = new double[real.length];
    double[] squares = new double[real.length];
    float[] first = null;
    for (int i = 0; i < completions; i++) {
      float[] made = generator.complete(real, visible, context.seed() + i);
      first = first == null ? made : first;
      for (int p = 0; p < made.length; p++) {
        sum[p] += made[p];
        squares[p] += (double) made[p] * made[p];
      }
    }
    double variance = 0;
    float[] mean = new float[real.length];
    for (int p = 0; p < mean.length; p++) {
      double value = sum[p] / completions;
      mean[p] = (float) value;
      variance += Math.max(0, squares[p] / completions - value * value);
    }
    Map<String, float[]> anchored = anchors.complete(real, mask);
    Map<String, Double> guesses = new LinkedHashMap<>();
    anchored.forEach((name, guess) -> guesses.put(name, error(guess, mask)));
    double hidden = (double) mask.hidden() * images.count();
    return new Part(
        error(mean, mask), Math.sqrt(GREY_LEVELS * variance / hidden), guesses, first, anchored);
  }

  private double error(float[] guess, ImageMask mask) {
    double sum = 0;
    for (int i = 0; i < guess.length; i++) {
      // What is visible is the same in both.
      double difference = (double) guess[i] - real[i];
      sum += difference * difference;
    }
    return GREY_LEVELS * sum / ((double) mask.hidden() * images.count());
  }

  private static float[] repeated(float[] row, int count) {
    float[] all = new float[Math.multiplyExact(row.length, count)];
    for (int i = 0; i < count; i++) {
      System.arraycopy(row, 0, all, i * row.length, row.length);
    }
    return all;
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /** Guesses that need no generator: each takes the hidden part from an image that it chooses. */
  private record Anchors(MeasureContext context) {
    Map<String, float[]> complete(float[] real, ImageMask mask) {
      float[] visible = mask.values();
      double[] mean = context.data().train().meanImage();
      float[] meanImage = new float[visible.length];
      for (int i = 0; i < meanImage.length; i++) {
        meanImage[i] = (float) mean[i];
      }
      Map<String, float[]> guesses = new LinkedHashMap<>();
      guesses.put("mean image", nearest(real, visible, meanImage));
      guesses.put("k-means", nearest(real, visible, context.centroids()));
      guesses.put("nearest neighbour", neighbours(real, visible));
      return guesses;
    }

    /** Of the candidate whose visible part is nearest. */
    private static float[] nearest(float[] real, float[] visible, float[] candidates) {
      int width = visible.length;
      float[] completed = real.clone();
      for (int at = 0; at < real.length; at += width) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < candidates.length; c += width) {
          double distance = 0;
          for (int i = 0; i < width; i++) {
            double difference = visible[i] * (real[at + i] - candidates[c + i]);
            distance += difference * difference;
          }
          if (distance < least) {
            least = distance;
            best = c;
          }
        }
        take(completed, at, candidates, best, visible);
      }
      return completed;
    }

    /** The same among all training examples, on the device. */
    private float[] neighbours(float[] real, float[] visible) {
      float[] seen = real.clone();
      for (int i = 0; i < seen.length; i++) {
        seen[i] *= visible[i % visible.length];
      }
      List<Integer> found = new ArrayList<>();
      context.visibleNeighbours(seen, visible).forEach(each -> found.add(each.index()));
      float[] completed = real.clone();
      for (int row = 0; row < found.size(); row++) {
        float[] example = context.data().scaling().values(context.data().train(), found.get(row));
        take(completed, row * visible.length, example, 0, visible);
      }
      return completed;
    }

    private static void take(float[] to, int at, float[] from, int first, float[] visible) {
      for (int i = 0; i < visible.length; i++) {
        if (visible[i] == 0) {
          to[at + i] = from[first + i];
        }
      }
    }
  }
}
