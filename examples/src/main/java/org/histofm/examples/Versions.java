package org.histofm.examples;

import org.histofm.ApiVersion;
import org.histofm.provenance.Facts;

/** What a run records about the software and the machine. */
final class Versions {
  private Versions() {}

  /** What a number may depend on: it enters the recipe by which a run is resumed. */
  static Facts recorded() {
    return Facts.none().with("histofm", histofm());
  }

  /** The release, as the jar of fm-api says. */
  static String histofm() {
    String version = ApiVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** What no number may depend on. */
  static Facts machine() {
    return Facts.none()
        .with("java", System.getProperty("java.vm.name") + " " + Runtime.version())
        .with(
            "operating system",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + " "
                + System.getProperty("os.arch"))
        .with("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }
}
