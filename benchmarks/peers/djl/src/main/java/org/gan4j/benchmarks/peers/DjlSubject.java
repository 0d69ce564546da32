package org.gan4j.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Subject;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;

/** Deep Java Library on PyTorch. */
public final class DjlSubject implements Subject {
  @Override
  public String description() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Engine engine = manager.getEngine();
      return "DJL "
          + Engine.getDjlVersion()
          + ", "
          + engine.getEngineName()
          + " "
          + engine.getVersion()
          + " (CPU)";
    }
  }

  /** The engine reads this when it starts. */
  @Override
  public void useThreads(int count) {
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(count));
  }

  @Override
  public boolean offers(Case wanted) {
    return wanted instanceof Case.Iteration i && i.workload().population() == 1
        || wanted instanceof Case.Kernel
        || wanted instanceof Case.Parzen p && !p.productsOnly();
  }

  @Override
  public Work open(Case wanted) {
    if (wanted instanceof Case.Kernel kernel) {
      return new DjlKernel(kernel);
    }
    if (wanted instanceof Case.Parzen parzen) {
      return new DjlParzen(parzen);
    }
    return new DjlTraining(((Case.Iteration) wanted).workload());
  }

  @Override
  public Race.Training enter(Race race) {
    return new DjlTraining(race);
  }

  @Override
  public Tensors iterate(Workload workload, Tensors given) {
    try (DjlTraining training = new DjlTraining(workload, given)) {
      return training.record();
    }
  }
}
