package org.histofm.backbones.weights;

import java.util.List;

/**
 * One tensor of a {@link SafetensorsFile}.
 *
 * @param name name in the file
 * @param dtype number type in the file
 * @param shape sizes, outermost first; empty for a single number
 * @param elements product of the sizes
 * @param position first byte, counted from the start of the file
 * @param bytes length in bytes
 */
public record TensorEntry(
    String name, Dtype dtype, List<Long> shape, long elements, long position, long bytes) {
  /** Copies {@code shape}. */
  public TensorEntry {
    shape = List.copyOf(shape);
  }
}
