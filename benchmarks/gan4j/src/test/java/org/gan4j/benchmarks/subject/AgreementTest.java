package org.gan4j.benchmarks.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gan4j.benchmarks.Tensors;
import org.gan4j.device.DeviceException;
import org.gan4j.device.DeviceOptions.Math;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTest {
  @TempDir Path folder;

  private static Tensors tensors(float a, float b, float c) {
    return new Tensors().put("a", a, 1).put("b", b, 1).put("c", c, 1);
  }

  @Test
  void everyTensorThatDiffersIsNamed() {
    Agreement found = Agreement.of("x", Math.TF32, tensors(1, 2, 3), tensors(1, 4, Float.NaN));
    assertEquals(List.of("b", "c"), found.beyond());
    assertEquals("c", found.where());
    assertFalse(found.agrees());
    assertTrue(Agreement.of("x", Math.TF32, tensors(1, 2, 3), tensors(1, 2, 3.01f)).agrees());
  }

  @Test
  void aDifferenceIsWrittenAndFails() throws IOException {
    Path json = folder.resolve("agreement.json");
    Agreement good = Agreement.of("good", Math.TF32, tensors(1, 2, 3), tensors(1, 2, 3));
    Agreement bad = Agreement.of("bad", Math.TF32, tensors(1, 2, 3), tensors(1, Float.NaN, 3));
    Agreement.write(json, List.of(good));
    assertTrue(Files.readString(json).startsWith("{\n  \"agrees\": true,"));
    Agreement.requireAgreement(List.of(good));
    Agreement.write(json, List.of(good, bad));
    String message =
        assertThrows(
                IllegalStateException.class, () -> Agreement.requireAgreement(List.of(good, bad)))
            .getMessage();
    assertTrue(message.contains("bad") && !message.contains("good"), message);
    String written = Files.readString(json);
    assertTrue(written.startsWith("{\n  \"agrees\": false,"), written);
    assertTrue(written.contains("\"id\": \"good\", \"agrees\": true"), written);
    assertTrue(written.contains("\"largest\": null, \"in\": \"b\""), written);
  }

  @Test
  void whatIsOnlyTriedOutIsWrittenAndDecidesNothing() throws IOException {
    Path json = folder.resolve("agreement.json");
    List<Agreement> all =
        List.of(
            Agreement.of("good", Math.FP32, tensors(1, 2, 3), tensors(1, 2, 3)),
            Agreement.of("far", Math.BF16, tensors(1, 2, 3), tensors(1, Float.NaN, 3)),
            Agreement.failed("none", Math.BF16, new DeviceException("no algorithm")));
    Agreement.write(json, all);
    Agreement.requireAgreement(all);
    String written = Files.readString(json);
    assertTrue(written.startsWith("{\n  \"agrees\": true,"), written);
    assertTrue(written.contains("\"id\": \"far\", \"agrees\": false"), written);
    assertTrue(written.contains("\"error\": \"" + DeviceException.class.getName()), written);
  }
}
