package org.gan4j.benchmarks.peers;

import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Subject;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** ND4J on its native backend. */
public final class Nd4jSubject implements Subject {
  static {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
  }

  @Override
  public String description() {
    return "ND4J 1.0.0-M2.1, nd4j-native, OpenBLAS 0.3.19";
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
      return new Nd4jKernel(kernel);
    }
    if (wanted instanceof Case.Parzen parzen) {
      return new Nd4jParzen(parzen);
    }
    return new Nd4jTraining(((Case.Iteration) wanted).workload());
  }

  @Override
  public Race.Training enter(Race race) {
    return new Nd4jTraining(race);
  }

  @Override
  public Tensors iterate(Workload workload, Tensors given) {
    return new Nd4jTraining(workload, given).record();
  }
}
