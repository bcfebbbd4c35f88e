package org.histofm.benchmarks.peers;

/** What one of our processes measures. Confined to one thread. */
interface Work extends AutoCloseable {
  /** What decides its speed: the precision and variant it runs in. */
  String described();

  /** Works once and tells the wall time in milliseconds. */
  double millis();

  @Override
  void close();
}
