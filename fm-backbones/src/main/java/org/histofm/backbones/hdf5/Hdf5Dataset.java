package org.histofm.backbones.hdf5;

import java.util.List;

/**
 * A dataset to write.
 *
 * @param name its name in the root group, without a slash
 * @param type number type
 * @param shape sizes, outermost first; the outermost may be 0
 * @param attributes what stands on it
 * @param values its numbers: as many bytes as type and shape ask for
 */
public record Hdf5Dataset(
    String name, Hdf5Type type, List<Long> shape, Hdf5Attributes attributes, Hdf5Values values) {
  private static final int MOST_DIMENSIONS = 32;

  /**
   * Copies the sizes.
   *
   * @throws IllegalArgumentException if the name or a size is none
   */
  public Hdf5Dataset {
    shape = List.copyOf(shape);
    if (name.isEmpty() || name.equals(".") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("'" + name + "' is no dataset's name");
    }
    if (shape.isEmpty()
        || shape.size() > MOST_DIMENSIONS
        || shape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("dataset '" + name + "' of shape " + shape);
    }
  }

  /** Bytes that type and shape ask for. */
  long bytes() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  /** The header of this dataset with its numbers at {@code at}. */
  ObjectHeader header(TextHeap texts, long textsAt, long at) {
    ObjectHeader header = new ObjectHeader();
    LittleEndian space = new LittleEndian();
    ObjectHeader.space(space, shape);
    header.message(0x01, space);
    LittleEndian number = new LittleEndian();
    type.describe(number);
    header.message(0x03, number);
    // fill value, IV.A.2.f: allocated late, written if set, none set
    header.message(0x05, new LittleEndian().u8(3).u8(0x0a));
    // data layout, IV.A.2.i: version 3, contiguous; no rows have no address
    header.message(
        0x08,
        new LittleEndian().u8(3).u8(1).u64(bytes() == 0 ? Hdf5Output.UNDEFINED : at).u64(bytes()));
    attributes.describe(header, texts, textsAt);
    return header;
  }
}
