package org.histofm.backbones.weights;

import java.util.List;

/**
 * One tensor of a {@link TorchFile}: a view on a storage, which may be larger and shared.
 *
 * @param name path to it in the file: keys of dictionaries and places in lists, joined by dots;
 *     empty if the file is one tensor
 * @param dtype number type
 * @param shape sizes, outermost first; empty for a single number
 * @param strides steps in the storage, in numbers, one a size
 * @param offset first number in the storage
 * @param elements product of the sizes
 * @param storage name of the storage in the archive
 * @param storageElements numbers in the storage
 */
public record TorchTensor(
    String name,
    Dtype dtype,
    List<Long> shape,
    List<Long> strides,
    long offset,
    long elements,
    String storage,
    long storageElements) {
  /** Copies sizes and steps. */
  public TorchTensor {
    shape = List.copyOf(shape);
    strides = List.copyOf(strides);
  }

  /** Whether its numbers stand in the storage in row-major order without gaps. */
  boolean isContiguous() {
    long step = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      if (shape.get(i) != 1 && strides.get(i) != step) {
        return false;
      }
      step *= shape.get(i);
    }
    return true;
  }

  /** Place in the storage of the number with that row-major index. */
  long at(long index) {
    long place = offset;
    for (int i = shape.size() - 1; i >= 0; i--) {
      place += index % shape.get(i) * strides.get(i);
      index /= shape.get(i);
    }
    return place;
  }

  TorchTensor named(String other) {
    return new TorchTensor(
        other, dtype, shape, strides, offset, elements, storage, storageElements);
  }
}
