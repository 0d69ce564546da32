package org.gan4j.benchmarks.subject;

import java.nio.file.Path;
import java.util.Optional;
import org.gan4j.benchmarks.Case;
import org.gan4j.benchmarks.Race;
import org.gan4j.benchmarks.Subject;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.benchmarks.Work;
import org.gan4j.benchmarks.Workload;
import org.gan4j.data.DataLocation;
import org.gan4j.data.DataSet;
import org.gan4j.data.DataSets;
import org.gan4j.data.Images;
import org.gan4j.data.Progress;
import org.gan4j.data.Scaling;
import org.gan4j.device.Buffers;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceArena;
import org.gan4j.device.DeviceBuffer;
import org.gan4j.device.DeviceOptions;
import org.gan4j.eval.Parzen;
import org.gan4j.io.Version;
import org.gan4j.recipe.Evaluation;
import org.gan4j.recipe.Recipes;

/** gan4j on the CPU, in single precision or, where the driver says so, with products in bf16. */
public final class Gan4jSubject implements Subject.Reference {
  private static final boolean BF16 = "bf16".equals(System.getProperty("gan4j.benchmarks.math"));

  /** Opens the device that is measured. */
  static Device device() {
    DeviceOptions.CpuMath math = BF16 ? DeviceOptions.CpuMath.BF16 : DeviceOptions.CpuMath.FP32;
    return Device.open("cpu", DeviceOptions.DEFAULT.withCpuMath(math), notice -> {});
  }

  @Override
  public String description() {
    try (Device device = device()) {
      return "gan4j "
          + Version.current()
          + Version.revision().map(text -> " (" + text + ")").orElse("")
          + ", "
          + device.description();
    }
  }

  @Override
  public boolean offers(Case wanted) {
    // What has no products of a network is the same.
    return !BF16 || wanted instanceof Case.Iteration;
  }

  @Override
  public Work open(Case wanted) {
    if (wanted instanceof Case.Iteration iteration) {
      return new Iteration(iteration.workload(), device());
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
    try (Iteration iteration = new Iteration(workload, device())) {
      return iteration.record();
    }
  }

  @Override
  public Race.Training enter(Race race) {
    return new Iteration(race);
  }

  @Override
  public byte[][] images(Path folderOrNull) {
    DataSet data =
        folderOrNull == null
            ? DataSets.open("mnist-10k", DataLocation.standard(Optional.empty()), Progress.NONE)
            : DataSets.open(
                "mnist", DataLocation.standard(Optional.of(folderOrNull)), Progress.NONE);
    int validation = Math.min(Case.Parzen.VALIDATION, data.validation().count());
    return new byte[][] {bytes(data.train()), bytes(data.validation().range(0, validation))};
  }

  private static byte[] bytes(Images images) {
    byte[] all = new byte[images.count() * images.shape().size()];
    images.pixels().get(all);
    return all;
  }

  @Override
  public double score(float[] samples, byte[] validation) {
    Images images = Images.of(RecipeOf.GREY, validation);
    DataSet data = new DataSet("race", "race", "MNIST", images, images, images, Scaling.UNIT);
    Evaluation usual = Recipes.get("mnist").evaluation();
    try (Device device = Device.cpu();
        DeviceArena arena = device.arena(1);
        Parzen parzen = new Parzen(device, data, usual)) {
      DeviceBuffer buffer = arena.floats(samples.length);
      arena.freeze();
      Buffers.write(buffer, 0, samples);
      return parzen.validation(buffer).get(0).mean();
    }
  }

  /** What was given must be what this draws by itself: {@link #record} made it. */
  @Override
  public Tensors iterate(Workload workload, Tensors given) {
    return record(workload);
  }
}
