package org.gan4j.benchmarks.subject;

import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Subject;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.gan4j.device.Device;

/** gan4j on the CPU. */
public final class Gan4jSubject implements Subject.Reference {
  @Override
  public String description() {
    try (Device device = Device.cpu()) {
      return "gan4j 0.1.0, " + device.description();
    }
  }

  @Override
  public boolean offers(Case wanted) {
    return true;
  }

  @Override
  public Work open(Case wanted) {
    if (wanted instanceof Case.Iteration iteration) {
      return new Iteration(iteration.workload(), Device.cpu());
    }
    if (wanted instanceof Case.Products products) {
      return new Products(products.workload(), Device.cpu());
    }
    if (wanted instanceof Case.Kernel kernel) {
      return LayerKernel.open(kernel);
    }
    if (wanted instanceof Case.Parzen parzen) {
      return parzen.productsOnly()
          ? new ParzenProducts(parzen)
          : new Likelihoods(parzen, Device.cpu());
    }
    return ((Case.Ceiling) wanted).copy() ? new LargeCopy() : new LargeProduct();
  }

  @Override
  public Tensors record(Workload workload) {
    try (Iteration iteration = new Iteration(workload, Device.cpu())) {
      return iteration.record();
    }
  }

  /** What was given must be what this draws by itself: {@link #record} made it. */
  @Override
  public Tensors iterate(Workload workload, Tensors given) {
    return record(workload);
  }
}
