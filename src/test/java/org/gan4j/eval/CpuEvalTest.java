package org.gan4j.eval;

import org.gan4j.device.Device;
import org.junit.jupiter.api.Nested;

/** The measures on the CPU. */
final class CpuEvalTest {
  @Nested
  final class Minibatches extends DeviceImagesContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Window extends ParzenWindowContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Procedure extends ParzenContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Neighbours extends NearestNeighboursContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Classes extends ClassifierContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Digits extends DigitClassifierContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Inference extends EncoderContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class FewLabels extends ClassificationContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class PairwiseDistances extends DistancesContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Centroids extends KMeansContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Judged extends JudgedSamplerContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Table extends MeasuresContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }
}
