package org.gan4j.eval;

import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.cuda.StandInExtension;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The measures on a GPU, which computes distances in single precision whatever its options. */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class CudaEvalTest {
  @Nested
  final class Minibatches extends DeviceImagesContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Window extends ParzenWindowContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Procedure extends ParzenContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Neighbours extends NearestNeighboursContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Classes extends ClassifierContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Digits extends DigitClassifierContract {
    @Override
    double tolerance() {
      return 0.02;
    }

    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Inference extends EncoderContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class FewLabels extends ClassificationContract {
    @Override
    protected Device open() {
      return Device.open(
          "cuda", DeviceOptions.DEFAULT.withMath(DeviceOptions.Math.FP32), notice -> {});
    }
  }

  @Nested
  final class PairwiseDistances extends DistancesContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Annealing extends AnnealedImportanceContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Centroids extends KMeansContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }

  @Nested
  final class Judged extends JudgedSamplerContract {
    /** Differences of logits that TF32 rounds would be noise. */
    @Override
    protected Device open() {
      DeviceOptions exact = DeviceOptions.DEFAULT.withMath(DeviceOptions.Math.FP32);
      return Device.open("cuda", exact, notice -> {});
    }
  }

  @Nested
  final class Table extends MeasuresContract {
    @Override
    protected Device open() {
      return Device.open("cuda");
    }
  }
}
