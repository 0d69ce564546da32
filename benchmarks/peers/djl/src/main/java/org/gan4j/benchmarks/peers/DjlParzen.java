package org.gan4j.benchmarks.peers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;

/** A Parzen window's log-likelihoods in DJL, some images at a time. */
final class DjlParzen implements Work {
  /** Distances that are held at once. */
  private static final int MOST = 10_000_000;

  private static final int[] ROWS = {1};

  private final Parzen parzen;
  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray samples;
  private final NDArray validation = images(1, Parzen.VALIDATION);
  private final NDArray test = images(2, Parzen.TEST);
  private float[] ofValidation;
  private float[] ofTest;

  DjlParzen(Parzen parzen) {
    this.parzen = parzen;
    this.samples = manager.create(parzen.window(), new Shape(parzen.samples(), Parzen.WIDTH));
  }

  private NDArray images(long seed, int count) {
    return manager.create(
        Parzen.scaled(Parzen.images(seed, count)), new Shape(count, Parzen.WIDTH));
  }

  @Override
  public void run() {
    ofValidation = means(validation, Parzen.VALIDATION, Parzen.grid());
    ofTest = means(test, Parzen.TEST, Parzen.SIGMA);
  }

  private float[] means(NDArray images, int count, double... sigmas) {
    double[] sums = new double[sigmas.length];
    int step = Math.max(1, MOST / parzen.samples());
    for (int first = 0; first < count; first += step) {
      try (NDManager temporary = manager.newSubManager()) {
        NDArray some = images.get(first + ":" + Math.min(count, first + step));
        some.attach(temporary);
        add(temporary, some, sums, sigmas);
      }
    }
    float[] means = new float[sigmas.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = (float) (sums[k] / count - parzen.constant(sigmas[k]));
    }
    return means;
  }

  private void add(NDManager temporary, NDArray some, double[] sums, double[] sigmas) {
    NDArray squares = samples.square();
    squares.attach(temporary);
    NDArray turned = samples.transpose();
    turned.attach(temporary);
    NDArray distances = some.matMul(turned).muli(-2);
    distances.addi(squares.sum(ROWS)).addi(some.square().sum(ROWS, true));
    for (int k = 0; k < sigmas.length; k++) {
      NDArray exponents = distances.mul(-0.5 / (sigmas[k] * sigmas[k]));
      // DJL has no log-sum-exp.
      NDArray most = exponents.max(ROWS, true);
      NDArray sum = exponents.subi(most).exp().sum(ROWS, true);
      sums[k] += sum.log().addi(most).sum().getFloat();
      exponents.close();
    }
  }

  @Override
  public Tensors outputs() {
    return new Tensors().put("validation", ofValidation).put("test", ofTest);
  }

  @Override
  public void close() {
    manager.close();
  }
}
