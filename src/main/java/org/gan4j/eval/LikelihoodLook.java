package org.gan4j.eval;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.gan.DeviceImages;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.recipe.LikelihoodMonitor;

/**
 * The authors' monitor of a training: the mean log-likelihood of the whole validation set under a
 * Gaussian Parzen window of few samples and one σ. The noise is the same at every look, and nobody
 * else's: what is between two looks is the networks' doing, and training draws as without it.
 *
 * <p>Belongs to the thread of its device: see {@link org.gan4j.device.Device}.
 */
public final class LikelihoodLook implements AutoCloseable {
  private final Gan gan;
  private final double sigma;
  private final DeviceImages validation;
  private final Sampler sampler;

  /**
   * Copies the validation set to the device and makes room for the samples.
   *
   * @param gan whose generators; not closed by this
   * @param data with the validation set
   * @param settings how many samples, and σ
   */
  public LikelihoodLook(Gan gan, DataSet data, LikelihoodMonitor settings) {
    this.gan = gan;
    this.sigma = settings.sigma();
    this.validation = new DeviceImages(gan.device(), data.validation(), data.scaling());
    try {
      this.sampler = new Sampler(gan, settings.samples());
    } catch (RuntimeException e) {
      validation.close();
      throw e;
    }
  }

  /**
   * Looks at the generators as they are now.
   *
   * @return the mean log-likelihood for each replica, nats
   * @throws NonFiniteSamplesException if a sample is NaN or infinite
   */
  public List<Double> look() {
    DeviceBuffer samples = sampler.draw(gan.recipe().seed(), Sampler.Stream.MONITOR);
    List<Double> means = new ArrayList<>();
    try (ParzenWindow window = new ParzenWindow(gan.device(), samples, gan.shape().size())) {
      for (double[][] replica : window.logLikelihoods(validation, sigma)) {
        means.add(ParzenScore.mean(replica[0]));
      }
    }
    return means;
  }

  @Override
  public void close() {
    sampler.close();
    validation.close();
  }
}
