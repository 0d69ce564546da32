package org.gan4j.benchmarks.peers;

import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A Parzen window's log-likelihoods in ND4J, some images at a time. */
final class Nd4jParzen implements Work {
  /** Distances that are held at once. */
  private static final int MOST = 10_000_000;

  private final Parzen parzen;
  private final INDArray samples;
  private final INDArray[] validation;
  private final INDArray[] test;
  private final INDArray distances;
  private final INDArray exponents;
  private float[] ofValidation;
  private float[] ofTest;

  Nd4jParzen(Parzen parzen) {
    this.parzen = parzen;
    this.samples = Nd4jArrays.of(parzen.window(), parzen.samples(), Parzen.WIDTH);
    this.validation = images(1, Parzen.VALIDATION);
    this.test = images(2, Parzen.TEST);
    // Every part has as many rows as the first of the test images.
    this.distances = Nd4jArrays.zeros(test[0].rows(), parzen.samples());
    this.exponents = Nd4jArrays.zeros(test[0].rows(), parzen.samples());
  }

  private INDArray[] images(long seed, int count) {
    float[] all = Parzen.scaled(Parzen.images(seed, count));
    int rows = Math.min(Parzen.VALIDATION, Math.max(1, MOST / parzen.samples()));
    INDArray[] parts = new INDArray[count / rows];
    for (int i = 0; i < parts.length; i++) {
      int size = rows * Parzen.WIDTH;
      float[] part = java.util.Arrays.copyOfRange(all, i * size, (i + 1) * size);
      parts[i] = Nd4jArrays.of(part, rows, Parzen.WIDTH);
    }
    return parts;
  }

  @Override
  public void run() {
    ofValidation = means(validation, Parzen.VALIDATION, Parzen.grid());
    ofTest = means(test, Parzen.TEST, Parzen.SIGMA);
  }

  private float[] means(INDArray[] images, int count, double... sigmas) {
    double[] sums = new double[sigmas.length];
    for (INDArray some : images) {
      add(some, sums, sigmas);
    }
    float[] means = new float[sigmas.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = (float) (sums[k] / count - parzen.constant(sigmas[k]));
    }
    return means;
  }

  private void add(INDArray some, double[] sums, double[] sigmas) {
    Nd4jLayer.product(distances, some, samples, false, true);
    distances.muli(-2);
    distances.addiRowVector(samples.mul(samples).sum(1).reshape(1, samples.rows()));
    distances.addiColumnVector(some.mul(some).sum(true, 1));
    for (int k = 0; k < sigmas.length; k++) {
      exponents.assign(distances).muli(-0.5 / (sigmas[k] * sigmas[k]));
      INDArray most = exponents.max(true, 1);
      exponents.subiColumnVector(most);
      Transforms.exp(exponents, false);
      INDArray sum = exponents.sum(true, 1);
      sums[k] += Transforms.log(sum, false).addi(most).sumNumber().doubleValue();
    }
  }

  @Override
  public Tensors outputs() {
    return new Tensors().put("validation", ofValidation).put("test", ofTest);
  }
}
