package org.gan4j.benchmarks;

import java.util.ServiceLoader;

/** One library under test. Each is alone in its process and found there by the service loader. */
public interface Subject {
  /**
   * The one on this process's class path.
   *
   * @return the subject
   */
  static Subject here() {
    return ServiceLoader.load(Subject.class).findFirst().orElseThrow();
  }

  /**
   * Which versions of what are at work.
   *
   * @return one line
   */
  String description();

  /**
   * Sets the threads of one operation, where the environment variables of OpenMP and the BLAS
   * libraries do not.
   *
   * @param count ≥ 1
   */
  default void useThreads(int count) {}

  /**
   * Whether this can do something at all.
   *
   * @param wanted the case
   * @return true if {@link #open} takes it
   */
  boolean offers(Case wanted);

  /**
   * Prepares something to be timed.
   *
   * @param wanted a case that this offers
   * @return the work
   */
  Work open(Case wanted);

  /**
   * Makes one iteration with given weights and random numbers, by the code that is timed.
   *
   * @param workload of what
   * @param given parameters (g0.weights, g0.biases … d2.biases), and for each sub-step j of the
   *     iteration zj, xj, and the factors of dropout maskj.0 to maskj.2; the generated examples
   *     precede the real ones
   * @return d_loss, g_loss, the gradient and the value after the iteration of each parameter:
   *     gradient.g0.weights and after.g0.weights, and so on
   */
  Tensors iterate(Workload workload, Tensors given);

  /**
   * Prepares training on real images, by the code that is timed.
   *
   * @param race where it begins
   * @return the training
   */
  Race.Training enter(Race race);

  /** The subject whose own draws are given to the others, and who is the judge of their samples. */
  interface Reference extends Subject {
    /**
     * Makes the first iteration as training does, and tells what went in.
     *
     * @param workload of what
     * @return what {@link Subject#iterate} takes as given, and what it returns
     */
    Tensors record(Workload workload);

    /**
     * MNIST, or its small version where the full one is not at hand.
     *
     * @param folderOrNull MNIST's files; null for the small version
     * @return images to train on, and validation images
     */
    byte[][] images(java.nio.file.Path folderOrNull);

    /**
     * Scores samples by a Gaussian Parzen window.
     *
     * @param samples [{@link Race#SAMPLES}][784]
     * @param validation images that choose σ, and are scored
     * @return nats, the mean over the images at the best σ of the usual grid
     */
    double score(float[] samples, byte[] validation);
  }
}
