package org.histofm.backbones.bag;

import java.nio.FloatBuffer;

/** The rows of an open file, as float32; confined to one thread. */
interface BagRows extends AutoCloseable {
  long rows();

  int dim();

  /** Fills {@code target} with whole rows from {@code first} on. */
  void read(long first, FloatBuffer target);

  @Override
  void close();
}
