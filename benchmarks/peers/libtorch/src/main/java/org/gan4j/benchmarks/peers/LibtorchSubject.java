package org.gan4j.benchmarks.peers;

import org.bytedeco.pytorch.global.torch;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Subject;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;

/** libtorch by its JavaCPP preset. */
public final class LibtorchSubject implements Subject {
  @Override
  public String description() {
    return "JavaCPP pytorch 2.10.0-1.5.13, OpenBLAS 0.3.31";
  }

  @Override
  public void useThreads(int count) {
    torch.set_num_threads(count);
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
      return new LibtorchKernel(kernel);
    }
    if (wanted instanceof Case.Parzen parzen) {
      return new LibtorchParzen(parzen);
    }
    return new LibtorchTraining(((Case.Iteration) wanted).workload());
  }

  @Override
  public Race.Training enter(Race race) {
    return new LibtorchTraining(race);
  }

  @Override
  public Tensors iterate(Workload workload, Tensors given) {
    return new LibtorchTraining(workload, given).record();
  }
}
