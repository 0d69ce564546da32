package org.gan4j.device.cuda;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives the stand-in its usual settings before every test. */
public class StandInExtension implements BeforeEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    StandIn.reset();
  }

  /** For tests in which it has nothing to refuse. */
  public static final class Strict extends StandInExtension implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) {
      StandIn.assertNoViolation();
    }
  }
}
