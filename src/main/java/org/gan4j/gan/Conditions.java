package org.gan4j.gan;

import java.util.Arrays;
import org.gan4j.data.DataSet;
import org.gan4j.data.Images;
import org.gan4j.data.Scaling;
import org.gan4j.recipe.Condition;

/**
 * The conditions that a conditional generator is given where nobody asks for others: those of the
 * training set, as often as they occur there. Immutable.
 */
public final class Conditions {
  /** The most of them; they stand for those of a larger training set. */
  static final int MOST = 10_000;

  /** Steps around the unit interval by it are spread evenly, however many there are. */
  private static final double GOLDEN = 0.6180339887498949;

  private final float[] rows;
  private final int width;
  private final double[] upTo;

  /**
   * Some conditions.
   *
   * @param rows [n][width]
   * @param width values of one, ≥ 1
   * @param weights how often each is wanted: ≥ 0, and their sum above 0
   */
  Conditions(float[] rows, int width, double[] weights) {
    this.rows = rows;
    this.width = width;
    this.upTo = weights.clone();
    for (int i = 1; i < upTo.length; i++) {
      upTo[i] += upTo[i - 1];
    }
  }

  /**
   * Those of a training set.
   *
   * @param train with what the condition is about
   * @param condition not none
   */
  static Conditions of(Images train, Condition condition) {
    int width = condition.width();
    if (condition instanceof Condition.Classes) {
      float[] classes = new float[width * width];
      for (int c = 0; c < width; c++) {
        classes[c * width + c] = 1;
      }
      return new Conditions(
          classes, width, Arrays.stream(train.classCounts()).asDoubleStream().toArray());
    }
    if (condition instanceof Condition.Mask) {
      return hidden(width);
    }
    float[] all = train.conditions();
    int count = Math.min(train.count(), MOST);
    float[] some = new float[count * width];
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * train.count() / count);
      System.arraycopy(all, from * width, some, i * width, width);
    }
    double[] weights = new double[count];
    Arrays.fill(weights, 1);
    return new Conditions(some, width, weights);
  }

  /** The mask of images of which nothing is visible: p(x). */
  static Conditions hidden(int width) {
    return new Conditions(new float[width], width, new double[] {1});
  }

  /**
   * The condition of every training example, for a device; null without a condition.
   *
   * @throws IllegalArgumentException if the data does not have what the condition is about
   */
  static float[] training(DataSet data, Condition condition) {
    if (condition instanceof Condition.Classes classes) {
      requireWidth(data, "classes", data.train().classes(), classes.count());
      return data.train().oneHotLabels();
    }
    if (condition instanceof Condition.Values values) {
      requireWidth(data, "values for each example", data.train().conditionWidth(), values.size());
      return data.train().conditions();
    }
    if (condition instanceof Condition.Mask && !data.scaling().equals(Scaling.UNIT)) {
      throw new IllegalArgumentException(
          "each image of "
              + data.name()
              + " is scaled by its own mean and norm, which would tell what a mask hides: take"
              + " data whose values are byte / 255");
    }
    return null;
  }

  private static void requireWidth(DataSet data, String what, int found, int wanted) {
    if (found != wanted) {
      throw new IllegalArgumentException(
          "the recipe's condition is of "
              + wanted
              + " "
              + what
              + ", but "
              + data.name()
              + " has "
              + (found == 0 ? "none" : String.valueOf(found)));
    }
  }

  /**
   * Values of one condition.
   *
   * @return ≥ 1
   */
  public int width() {
    return width;
  }

  /**
   * How many different ones there are.
   *
   * @return the classes; or the training examples, at most 10,000 of them
   */
  public int count() {
    return upTo.length;
  }

  /**
   * One of them, for several samples.
   *
   * @param index which, from 0: the class, if they are classes
   * @param copies samples, ≥ 1
   * @return [copies][width]
   * @throws IllegalArgumentException if there is none of that number
   */
  public float[] only(int index, int copies) {
    if (index < 0 || index >= count()) {
      throw new IllegalArgumentException(
          "there is no condition of number " + index + ": they go from 0 to " + (count() - 1));
    }
    float[] values = new float[Math.multiplyExact(copies, width)];
    for (int i = 0; i < copies; i++) {
      System.arraycopy(rows, index * width, values, i * width, width);
    }
    return values;
  }

  /**
   * The conditions of samples as often as the training set has them, the same ones whenever they
   * are asked for: any run of samples has about those proportions.
   *
   * @param first number of a sample, from 0
   * @param samples how many, ≥ 1
   * @return [samples][width]
   */
  public float[] inProportion(int first, int samples) {
    float[] values = new float[Math.multiplyExact(samples, width)];
    for (int i = 0; i < samples; i++) {
      System.arraycopy(rows, indexOf(first + i) * width, values, i * width, width);
    }
    return values;
  }

  /**
   * Which condition {@link #inProportion} gives to a sample.
   *
   * @param sample from 0
   * @return from 0 to {@link #count} − 1
   */
  public int indexOf(int sample) {
    double place = (sample + 0.5) * GOLDEN;
    double wanted = (place - Math.floor(place)) * upTo[upTo.length - 1];
    int found = Arrays.binarySearch(upTo, wanted);
    int index = found < 0 ? -found - 1 : found + 1;
    return Math.min(index, upTo.length - 1);
  }

  /** [count][width + 1]: each with its weight, as a checkpoint keeps them. */
  float[] table() {
    float[] table = new float[count() * (width + 1)];
    for (int i = 0; i < count(); i++) {
      System.arraycopy(rows, i * width, table, i * (width + 1), width);
      table[i * (width + 1) + width] = (float) (upTo[i] - (i == 0 ? 0 : upTo[i - 1]));
    }
    return table;
  }

  /**
   * From what {@link #table} gave.
   *
   * @throws IllegalArgumentException if that can't be
   */
  static Conditions ofTable(float[] table, int width) {
    int count = table.length / (width + 1);
    float[] rows = new float[count * width];
    double[] weights = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      System.arraycopy(table, i * (width + 1), rows, i * width, width);
      weights[i] = table[i * (width + 1) + width];
      if (!(weights[i] >= 0)) {
        throw new IllegalArgumentException("a condition can't occur " + weights[i] + " times");
      }
      sum += weights[i];
    }
    if (!(sum > 0 && Double.isFinite(sum))) {
      throw new IllegalArgumentException("no condition ever occurs");
    }
    return new Conditions(rows, width, weights);
  }
}
