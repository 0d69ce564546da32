package org.gan4j.run;

/** The version of the jar that runs. */
public final class Version {
  private Version() {}

  /**
   * What runs.
   *
   * @return the version, or "(unpackaged)" when run from a folder of classes
   */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }
}
