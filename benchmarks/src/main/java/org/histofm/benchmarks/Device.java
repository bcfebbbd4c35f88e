package org.histofm.benchmarks;

/** The parameter {@code device} of the benchmarks. */
final class Device {
  private Device() {}

  /**
   * Refuses what cannot be run.
   *
   * @throws IllegalArgumentException with the reason
   */
  static void requireCpu(String device) {
    if (!device.equals("cpu")) {
      throw new IllegalArgumentException(
          "device="
              + device
              + " does not run: this release drives the CPU engine only (no CUDA build of libtorch"
              + " 2.7.1 is published as a Maven artifact). Use device=cpu.");
    }
  }
}
