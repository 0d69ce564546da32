package org.gan4j.device.cuda;

import org.gan4j.device.ClassContract;
import org.gan4j.device.ConvolutionContract;
import org.gan4j.device.DataContract;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceOptions;
import org.gan4j.device.DeviceOptions.Math;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of all backends, in single precision. */
@Tag("cuda")
@ExtendWith(StandInExtension.Strict.class)
final class CudaKernelsTest {
  private static Device device() {
    return Device.open("cuda", DeviceOptions.DEFAULT.withMath(Math.FP32), notice -> {});
  }

  @Nested
  final class Random extends RandomContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Parts extends PartsContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Masks extends MaskContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Data extends DataContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Product extends ProductContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Layer extends LayerContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Normalisation extends NormalisationContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Classes extends ClassContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Convolution extends ConvolutionContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Image extends ImageContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Training extends TrainingContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Distance extends DistanceContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Misuse extends MisuseContract {
    @Override
    protected Device open() {
      return device();
    }
  }

  @Nested
  final class Garbage extends GarbageContract {
    @Override
    protected Device open() {
      return device();
    }
  }
}
