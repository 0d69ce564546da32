package org.gan4j.eval;

import java.util.function.UnaryOperator;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;

/**
 * What a classifier is told of an example: values, centred and scaled by what the training set has
 * of them, labelled or not, so that their squared norm is 1 on average and one grid of penalties
 * suits them all.
 *
 * @param title for people
 * @param size values of an example
 * @param raw makes [count][size] of [count][width]; may modify what it is given
 * @param mean [size], what is subtracted
 * @param scale what the differences are multiplied with
 */
record Features(String title, int size, UnaryOperator<float[]> raw, double[] mean, double scale) {
  /** Examples that are computed at a time. */
  static final int BLOCK = 1000;

  static Features of(String title, int size, UnaryOperator<float[]> raw, DataSet data) {
    Images train = data.train();
    double[] mean = new double[size];
    double squares = 0;
    for (int first = 0; first < train.count(); first += BLOCK) {
      Images block = train.range(first, Math.min(first + BLOCK, train.count()));
      float[] values = raw.apply(data.scaling().values(block));
      requireFinite(title, values);
      for (int i = 0; i < values.length; i++) {
        mean[i % size] += values[i];
        squares += (double) values[i] * values[i];
      }
    }
    double variance = squares / train.count();
    for (int p = 0; p < size; p++) {
      mean[p] /= train.count();
      variance -= mean[p] * mean[p];
    }
    // What is the same for all examples tells nothing, whatever its scale.
    double scale = variance > 0 ? 1 / Math.sqrt(variance) : 1;
    return new Features(title, size, raw, mean, scale);
  }

  private static void requireFinite(String title, float[] values) {
    if (!Distances.finite(values)) {
      throw new IllegalStateException(
          "values of the " + title + " are not finite, or beyond all bounds: it has diverged");
    }
  }

  /** [count][size] of a set's images from one to before another. */
  float[] values(DataSet data, Images images, int from, int to) {
    float[] values = raw.apply(data.scaling().values(images.range(from, to)));
    requireFinite(title, values);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((values[i] - mean[i % size]) * scale);
    }
    return values;
  }

  /** Weights [size][classes] for the raw values from those, then biases, for these. */
  float[] rawWeights(double[] parameters) {
    int classes = parameters.length / (size + 1);
    float[] weights = new float[size * classes];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (scale * parameters[i]);
    }
    return weights;
  }

  /** The biases [classes] that go with {@link #rawWeights}. */
  float[] rawBiases(double[] parameters) {
    int classes = parameters.length / (size + 1);
    float[] biases = new float[classes];
    for (int c = 0; c < classes; c++) {
      double bias = parameters[size * classes + c];
      for (int p = 0; p < size; p++) {
        bias -= scale * mean[p] * parameters[p * classes + c];
      }
      biases[c] = (float) bias;
    }
    return biases;
  }
}
