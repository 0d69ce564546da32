package org.gan4j.benchmarks.peers;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.gan4j.benchmarks.Case.Parzen;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;

/** A Parzen window's log-likelihoods in libtorch, some images at a time. */
final class LibtorchParzen implements Work {
  /** Distances that are held at once. */
  private static final int MOST = 10_000_000;

  private static final Scalar TWICE_AWAY = new Scalar(-2);

  private final Parzen parzen;
  private final Tensor samples;
  private final Tensor validation = images(1, Parzen.VALIDATION);
  private final Tensor test = images(2, Parzen.TEST);
  private float[] ofValidation;
  private float[] ofTest;

  LibtorchParzen(Parzen parzen) {
    this.parzen = parzen;
    this.samples = Tensor.create(parzen.window(), parzen.samples(), Parzen.WIDTH);
  }

  private static Tensor images(long seed, int count) {
    return Tensor.create(Parzen.scaled(Parzen.images(seed, count)), count, Parzen.WIDTH);
  }

  @Override
  public void run() {
    ofValidation = means(validation, Parzen.VALIDATION, Parzen.grid());
    ofTest = means(test, Parzen.TEST, Parzen.SIGMA);
  }

  @SuppressWarnings("try") // The scope frees, when it is closed, what was made within it.
  private float[] means(Tensor images, int count, double... sigmas) {
    double[] sums = new double[sigmas.length];
    int step = Math.max(1, MOST / parzen.samples());
    for (int first = 0; first < count; first += step) {
      try (PointerScope ignored = new PointerScope()) {
        add(images.narrow(0, first, Math.min(step, count - first)), sums, sigmas);
      }
    }
    float[] means = new float[sigmas.length];
    for (int k = 0; k < means.length; k++) {
      means[k] = (float) (sums[k] / count - parzen.constant(sigmas[k]));
    }
    return means;
  }

  private void add(Tensor some, double[] sums, double[] sigmas) {
    Tensor norms = samples.mul(samples).sum(1);
    Tensor distances = torch.mm(some, samples.t()).mul_(TWICE_AWAY);
    distances.add_(norms).add_(some.mul(some).sum(1).unsqueeze(1));
    for (int k = 0; k < sigmas.length; k++) {
      Scalar precision = new Scalar(-0.5 / (sigmas[k] * sigmas[k]));
      sums[k] += torch.logsumexp(distances.mul(precision), 1).sum().item_float();
    }
  }

  @Override
  public Tensors outputs() {
    return new Tensors().put("validation", ofValidation).put("test", ofTest);
  }
}
