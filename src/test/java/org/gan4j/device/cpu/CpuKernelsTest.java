package org.gan4j.device.cpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.gan4j.device.ClassContract;
import org.gan4j.device.ConvolutionContract;
import org.gan4j.device.DataContract;
import org.gan4j.device.Device;
import org.gan4j.device.DistanceContract;
import org.gan4j.device.GarbageContract;
import org.gan4j.device.ImageContract;
import org.gan4j.device.LayerContract;
import org.gan4j.device.MaskContract;
import org.gan4j.device.MisuseContract;
import org.gan4j.device.NormalisationContract;
import org.gan4j.device.PartsContract;
import org.gan4j.device.ProductContract;
import org.gan4j.device.RandomContract;
import org.gan4j.device.TrainingContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of all backends, once for every instruction set that this processor has. */
@ParameterizedClass(name = "instruction set {0}")
@ValueSource(ints = {0, 1, 2})
final class CpuKernelsTest {
  private final int set;

  CpuKernelsTest(int set) {
    this.set = set;
  }

  @BeforeEach
  void use() {
    assumeTrue(set <= NativeKernels.bestInstructionSet(), "the processor lacks it");
    NativeKernels.useInstructionSet(set);
  }

  @AfterEach
  void restore() {
    NativeKernels.useInstructionSet(NativeKernels.bestInstructionSet());
  }

  @Nested
  final class Random extends RandomContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Parts extends PartsContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Masks extends MaskContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Data extends DataContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Product extends ProductContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Layer extends LayerContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Normalisation extends NormalisationContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Classes extends ClassContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Convolution extends ConvolutionContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Image extends ImageContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Training extends TrainingContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Distance extends DistanceContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Misuse extends MisuseContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }

  @Nested
  final class Garbage extends GarbageContract {
    @Override
    protected Device open() {
      return Device.cpu();
    }
  }
}
