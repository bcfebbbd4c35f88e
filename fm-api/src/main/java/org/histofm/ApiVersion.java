package org.histofm;

/** Version of the plugin interface, raised when an old plugin can no longer be called. */
public final class ApiVersion {
  /**
   * The version of this release. A compile-time constant on purpose: javac copies it into a
   * plugin's class file, so an old jar keeps reporting the version it was built with.
   */
  public static final int CURRENT = 1;

  private ApiVersion() {}
}
