package org.gan4j.device.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gan4j.device.Device;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions;
import org.junit.jupiter.api.Test;

/** The backend on a machine that has no driver, or not all of the libraries. */
final class WithoutCudaTest {
  @Test
  void everyClassLoads() throws ClassNotFoundException {
    int loaded = 0;
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("org.gan4j")) {
      Class.forName(each.getName(), true, getClass().getClassLoader());
      loaded++;
    }
    assertTrue(loaded > 100, "only " + loaded + " classes were found");
  }

  @Test
  void theReasonIsSaidAndAutoTakesTheCpu() {
    Optional<String> reason = new CudaProvider().unavailable();
    assumeTrue(reason.isPresent(), "CUDA works here");
    assertEquals(1, reason.get().lines().count());
    assertEquals(
        reason.get(), assertThrows(DeviceException.class, () -> Device.cuda(0)).getMessage());
    List<String> notices = new ArrayList<>();
    try (Device device = Device.open("auto", DeviceOptions.DEFAULT, notices::add)) {
      assertTrue(device.description().startsWith("cpu ("), device.description());
    }
    assertEquals(List.of("computing on the CPU: " + reason.get()), notices);
  }

  @Test
  void aMissingFileIsExplained() {
    String driver = Libraries.explain("libcuda.so.1");
    assertTrue(driver.contains("no NVIDIA driver") && driver.contains("install"), driver);
    String products = Libraries.explain("libcublasLt.so.13");
    assertTrue(products.contains("libcublasLt.so.13 was not found, searched in /"), products);
    assertTrue(products.contains("install CUDA 13"), products);
    String dnn = Libraries.explain("libcudnn_ops.so.9");
    assertTrue(dnn.contains("install cuDNN 9"), dnn);
  }
}
