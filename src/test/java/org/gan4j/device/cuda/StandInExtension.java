package org.gan4j.device.cuda;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives the stand-in its usual settings before every test, for tests of other packages. */
public final class StandInExtension implements BeforeEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    StandIn.reset();
  }
}
