package org.gan4j.experiment;

import java.util.ArrayList;
import java.util.List;
import org.gan4j.data.DataSet;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.eval.Diversity;
import org.gan4j.eval.LikelihoodLook;
import org.gan4j.eval.Parzen;
import org.gan4j.eval.ParzenScore;
import org.gan4j.gan.Gan;
import org.gan4j.gan.Sampler;
import org.gan4j.gan.Validation;
import org.gan4j.recipe.Evaluation;
import org.gan4j.run.ScoreSheet;

/** Scores the generators of a {@link Gan}: on the validation set while they train, and at last. */
public final class Scorer implements AutoCloseable {
  private final Gan gan;
  private final Parzen parzen;
  private final Sampler sampler;
  private final Diversity diversity;
  private final LikelihoodLook lookOrNull;

  /**
   * Copies the examples to the device and makes room for samples.
   *
   * @param gan whose generators; not closed by this
   * @param data with the examples
   * @param evaluation how many samples, and the bandwidths to choose from
   */
  public Scorer(Gan gan, DataSet data, Evaluation evaluation) {
    this(gan, data, evaluation, null);
  }

  /**
   * The same with samples of given conditions.
   *
   * @param gan whose generators; not closed by this
   * @param data with the examples
   * @param evaluation how many samples, and the bandwidths to choose from
   * @param conditionsOrNull [samples][width of the condition]; null for those of the training set,
   *     as often as they occur there
   * @throws IllegalArgumentException if there are other conditions than the generators take
   */
  public Scorer(Gan gan, DataSet data, Evaluation evaluation, float[] conditionsOrNull) {
    this.gan = gan;
    this.diversity = new Diversity(data, evaluation.samples());
    this.parzen = new Parzen(gan.device(), data, evaluation);
    try {
      this.sampler = new Sampler(gan, evaluation.samples(), conditionsOrNull);
      try {
        boolean looks = evaluation.monitor().everyEpochs() > 0;
        this.lookOrNull = looks ? new LikelihoodLook(gan, data, evaluation.monitor()) : null;
      } catch (RuntimeException e) {
        sampler.close();
        throw e;
      }
    } catch (RuntimeException e) {
      parzen.close();
      throw e;
    }
  }

  /**
   * Scores the generators as they are now on the validation set.
   *
   * @return one score for each replica
   */
  public List<Validation> validation() {
    DeviceBuffer samples = sampler.draw(gan.recipe().seed(), Sampler.Stream.VALIDATION);
    List<ParzenScore> scores = parzen.validation(samples);
    List<Double> diversities = diversity.of(samples);
    List<Validation> validation = new ArrayList<>();
    for (int r = 0; r < scores.size(); r++) {
      ParzenScore score = scores.get(r);
      validation.add(new Validation(score.mean(), score.sigma(), diversities.get(r)));
    }
    return validation;
  }

  /**
   * The mean log-likelihood of the validation set by the settings' monitor.
   *
   * @return of each replica, nats
   * @throws IllegalStateException if the settings have no monitor
   */
  public List<Double> monitor() {
    if (lookOrNull == null) {
      throw new IllegalStateException("there is no monitor: set evaluation.monitor.every_epochs");
    }
    return lookOrNull.look();
  }

  /**
   * Scores the generators as they are now on the test set, and the training set beside them.
   *
   * @return the Parzen score of every replica and of the training set
   */
  public ScoreSheet test() {
    long seed = gan.recipe().seed();
    List<ParzenScore> scores = parzen.test(sampler.draw(seed, Sampler.Stream.TEST));
    return new ScoreSheet(gan.iteration(), seed, scores, parzen.trainingSet());
  }

  @Override
  public void close() {
    if (lookOrNull != null) {
      lookOrNull.close();
    }
    sampler.close();
    parzen.close();
  }
}
