package org.histofm.benchmarks.peers;

/** A side that is ready to be measured. Confined to one thread; whoever opened it closes it. */
interface Runner extends AutoCloseable {
  /** What it says of itself, such as the precision it chose; may be empty. */
  String described();

  /** Runs once. */
  Measurement measure();

  @Override
  void close();
}
