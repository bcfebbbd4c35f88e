package org.histofm.backbones.program;

import java.nio.FloatBuffer;

/** Where a program's parameters come from. Read by one thread. */
public interface ParameterSource extends AutoCloseable {
  /** SHA-256 of the parameters, or of what they are drawn from, in hexadecimal. */
  String hash();

  /** Whether they are random: then every output carries the 'untrained' notice. */
  boolean random();

  /**
   * Reads a parameter as float32, row-major; narrower formats are widened exactly.
   *
   * @param spec its name and shape
   * @param target receives exactly {@code spec.count()} values from its position on, which moves
   *     behind the last one
   * @throws org.histofm.InputException if there is no such parameter or it has another shape
   */
  void read(ParameterSpec spec, FloatBuffer target);

  /** Ends reading; a source that holds nothing open does nothing. */
  @Override
  default void close() {}
}
