package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gan4j.data.DataSet;
import org.gan4j.device.Device;
import org.gan4j.device.Philox;
import org.gan4j.eval.Copies;
import org.gan4j.eval.Copying;
import org.gan4j.eval.Distances;
import org.gan4j.eval.LikelihoodGap;
import org.gan4j.layers.RandomStreams;
import org.gan4j.run.CheckSheet;

/**
 * How often the tests of copying find copies of training examples that were planted among new
 * images, and how often they give an alarm where none were: on images of a data set, which each
 * draw deals anew to training examples, tests, samples and validation examples.
 */
public final class CopyStudy {
  private static final String RANKS = "copying";
  private static final String FEW = "copies";
  private static final String GAP = "likelihood_gap";

  private static final String EXACT = "exact";
  private static final double[] SHARES = {0, 0.01, 0.05, 0.2};

  /** Of a value, between 0 and 1. */
  private static final double NOISE = 0.05;

  private static final String NOISY = "with noise of 0.05";

  private final int width;
  private final long seed;
  private final float[][] between;
  private final float[][] noisy;
  private final int parts;

  /** Who alarmed, how often. */
  private final Map<String, int[]> alarms = new LinkedHashMap<>();

  /**
   * Computes all distances once.
   *
   * @param device that computes
   * @param data whose training images are taken
   * @param images how many of the first of them, ≥ 200
   * @param seed of what is drawn
   * @throws IllegalArgumentException if there are too few images
   */
  public CopyStudy(Device device, DataSet data, int images, long seed) {
    if (images < 200 || images > data.train().count()) {
      throw new IllegalArgumentException(
          "the study of copies needs 200 to " + data.train().count() + " images, not " + images);
    }
    this.width = data.shape().size();
    this.seed = seed;
    this.parts = images / 20;
    float[] points = data.scaling().values(data.train().range(0, images));
    float[] blurred = points.clone();
    Philox random = new Philox(seed, RandomStreams.CHECKS.site(4), 0);
    for (int i = 0; i < blurred.length; i++) {
      blurred[i] += (float) (NOISE * random.nextNormal());
    }
    this.between = Distances.within(device, points, width);
    this.noisy = Distances.between(device, blurred, points, width);
  }

  /** Who is what in a draw: the images' numbers. */
  private record Deal(int[] training, int[] tests, int[] samples, int[] validation) {}

  /**
   * Draws and counts alarms.
   *
   * @param draws of the tests by ranks, ≥ 1
   * @param gapDraws of the likelihood gap, which takes longer: the first of them, 0 to draws
   * @return a row for each test, kind of copies and share
   */
  public List<CheckSheet.Copied> run(int draws, int gapDraws) {
    alarms.clear();
    for (int draw = 0; draw < draws; draw++) {
      Deal deal = deal(draw);
      double[] tests = nearest(deal.tests, deal.training);
      for (String kind : List.of(EXACT, NOISY)) {
        for (double share : SHARES) {
          count(deal, tests, kind, share, draw < gapDraws);
        }
      }
    }
    List<CheckSheet.Copied> rows = new ArrayList<>();
    for (String test : List.of(RANKS, FEW, GAP)) {
      for (String kind : List.of(EXACT, NOISY)) {
        for (double share : SHARES) {
          int of = test.equals(GAP) ? gapDraws : draws;
          int[] found = alarms.getOrDefault(key(test, kind, share), new int[1]);
          rows.add(new CheckSheet.Copied(test, kind, share, of, found[0]));
        }
      }
    }
    return rows;
  }

  private static String key(String test, String kind, double share) {
    return test + kind + share;
  }

  /** 13 twentieths to train on, 3 each of tests and samples, 1 to validate with. */
  private Deal deal(int draw) {
    int count = 20 * parts;
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = Philox.shuffled(i, count, seed, draw);
    }
    return new Deal(
        Arrays.copyOfRange(order, 0, 13 * parts),
        Arrays.copyOfRange(order, 13 * parts, 16 * parts),
        Arrays.copyOfRange(order, 16 * parts, 19 * parts),
        Arrays.copyOfRange(order, 19 * parts, count));
  }

  /**
   * Each sample's squared distances to all images. The first are copies of the first training
   * examples, which are in no order.
   */
  private List<float[]> samples(Deal deal, String kind, double share) {
    List<float[]> samples = new ArrayList<>();
    for (int i = 0; i < deal.samples.length; i++) {
      boolean copy = i < Math.round(share * deal.samples.length);
      int image = copy ? deal.training[i] : deal.samples[i];
      boolean blur = copy && kind.equals(NOISY);
      samples.add(blur ? noisy[image] : between[image]);
    }
    return samples;
  }

  private void count(Deal deal, double[] tests, String kind, double share, boolean gap) {
    List<float[]> samples = samples(deal, kind, share);
    double[] distances =
        samples.stream().mapToDouble(sample -> least(sample, deal.training)).toArray();
    alarm(RANKS, kind, share, Copying.of(distances, tests).z() < Copying.ALARM);
    alarm(FEW, kind, share, Copies.of(distances, tests).log10p() < Copies.ALARM);
    if (gap) {
      Optional<LikelihoodGap> found =
          LikelihoodGap.of(
              toSamples(deal.training, samples),
              toSamples(deal.tests, samples),
              toSamples(deal.validation, samples),
              width);
      alarm(GAP, kind, share, found.map(each -> each.z() > LikelihoodGap.ALARM).orElse(false));
    }
  }

  private void alarm(String test, String kind, double share, boolean sounds) {
    alarms.computeIfAbsent(key(test, kind, share), name -> new int[1])[0] += sounds ? 1 : 0;
  }

  private double[] nearest(int[] images, int[] training) {
    return Arrays.stream(images).mapToDouble(image -> least(between[image], training)).toArray();
  }

  private static double least(float[] squared, int[] training) {
    float least = Float.POSITIVE_INFINITY;
    for (int image : training) {
      least = Math.min(least, squared[image]);
    }
    return Math.sqrt(least);
  }

  private static float[][] toSamples(int[] examples, List<float[]> samples) {
    float[][] squared = new float[examples.length][samples.size()];
    for (int j = 0; j < samples.size(); j++) {
      float[] all = samples.get(j);
      for (int i = 0; i < examples.length; i++) {
        squared[i][j] = all[examples[i]];
      }
    }
    return squared;
  }
}
