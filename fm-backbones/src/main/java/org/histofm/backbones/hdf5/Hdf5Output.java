package org.histofm.backbones.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.histofm.EnvironmentException;

/**
 * Writes HDF5 files of a few datasets, each of any length, in one forward pass.
 *
 * <p><b>Why our own.</b> jHDF writes arrays that are in memory and refuses a dataset without rows;
 * the embeddings of a slide may be neither small nor many. Here every number comes from a spooled
 * file or another {@link Hdf5Values} of known length, so all metadata can be laid out before the
 * first byte is written, and memory does not grow with the number of rows.
 *
 * <p><b>Layout.</b> Everything lies in the order in which it is written, without gaps beyond
 * alignment to 8 bytes (section numbers: HDF5 File Format Specification 3.0):
 *
 * <ol>
 *   <li>superblock of version 2 (II.B), 48 bytes;
 *   <li>the root group: an object header of version 2 (IV.A.1.b) with link info (IV.A.2.c) and
 *       group info (IV.A.2.k) messages that name no index, one hard link (IV.A.2.g) a dataset, and
 *       the file's attributes (IV.A.2.m);
 *   <li>one object header a dataset: dataspace (IV.A.2.b), datatype (IV.A.2.d), fill value
 *       (IV.A.2.f), contiguous data layout (IV.A.2.i), attributes;
 *   <li>one global heap collection (III.E) with the texts of all attributes, if there are any;
 *   <li>the numbers of each dataset, contiguous.
 * </ol>
 *
 * <p>Version 2 of superblock and headers, rather than the older symbol tables, because it takes a
 * third of the structures and every piece of metadata carries a checksum. The HDF5 library reads it
 * from 1.8 (2008) on. Links and attributes stay inside the headers whatever their number, which
 * needs no B-tree. No time is stored, so equal input gives an equal file.
 *
 * <p><b>Lengths.</b> A header's length does not depend on the addresses in it. So headers are laid
 * out once with address 0, to learn the lengths, and once more with the true addresses.
 *
 * <p>A file appears whole or not at all: it is written beside its place, forced to disk and moved.
 *
 * @see <a href="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">HDF5 File
 *     Format Specification, version 3.0</a>
 */
public final class Hdf5Output {
  /** The undefined address. */
  static final long UNDEFINED = -1;

  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  private static final int SUPERBLOCK = 48;
  private static final int ALIGNMENT = 8;

  private Hdf5Output() {}

  /**
   * Writes a file, over an older one.
   *
   * @param root attributes of the file
   * @param datasets the datasets in it, each of its own name
   * @throws IllegalArgumentException if a dataset's numbers are more or fewer than its shape asks
   *     for, two have one name, or an attribute is too long
   * @throws EnvironmentException if the numbers cannot be read or the file cannot be written
   */
  public static void write(Path file, Hdf5Attributes root, List<Hdf5Dataset> datasets) {
    requireDistinct(datasets);
    Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      for (Hdf5Dataset dataset : datasets) {
        requireLength(dataset, dataset.values().bytes());
      }
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, metadata(root, datasets));
        for (Hdf5Dataset dataset : datasets) {
          long start = channel.position();
          dataset.values().writeTo(channel);
          requireLength(dataset, channel.position() - start);
          writeFully(channel, new byte[padding(channel.position())]);
        }
        channel.force(true);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new EnvironmentException(
          file + " could not be written: " + e + ".",
          "Make room and check the folder's permissions.",
          e);
    } finally {
      delete(temporary);
    }
  }

  private static void requireDistinct(List<Hdf5Dataset> datasets) {
    Set<String> names = new LinkedHashSet<>();
    for (Hdf5Dataset dataset : datasets) {
      if (!names.add(dataset.name())) {
        throw new IllegalArgumentException("two datasets are named '" + dataset.name() + "'");
      }
    }
  }

  private static void requireLength(Hdf5Dataset dataset, long found) {
    if (found != dataset.bytes()) {
      throw new IllegalArgumentException(
          "dataset '"
              + dataset.name()
              + "' of shape "
              + dataset.shape()
              + " takes "
              + dataset.bytes()
              + " bytes, its values have "
              + found);
    }
  }

  /** All that stands before the numbers. */
  private static byte[] metadata(Hdf5Attributes root, List<Hdf5Dataset> datasets) {
    long[] addresses = new long[datasets.size()];
    TextHeap heap = new TextHeap();
    List<byte[]> headers = headers(root, datasets, heap, 0, addresses, addresses.clone());
    long at = SUPERBLOCK + aligned(headers.get(0).length);
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = at;
      at += aligned(headers.get(i + 1).length);
    }
    long textsAt = at;
    at += heap.bytes();
    long[] numbersAt = new long[datasets.size()];
    for (int i = 0; i < numbersAt.length; i++) {
      numbersAt[i] = at;
      at += aligned(datasets.get(i).bytes());
    }
    heap = new TextHeap();
    LittleEndian out = superblock(at);
    for (byte[] header : headers(root, datasets, heap, textsAt, addresses, numbersAt)) {
      out.raw(header).align(ALIGNMENT);
    }
    return out.raw(heap.toArray()).toArray();
  }

  private static LittleEndian superblock(long end) {
    LittleEndian out = new LittleEndian();
    out.raw(SIGNATURE).u8(2).u8(8).u8(8).u8(0);
    out.u64(0).u64(UNDEFINED).u64(end).u64(SUPERBLOCK);
    return out.u32(Checksum.of(out.toArray()));
  }

  /** The root group's header, then those of the datasets. */
  private static List<byte[]> headers(
      Hdf5Attributes root,
      List<Hdf5Dataset> datasets,
      TextHeap heap,
      long textsAt,
      long[] addresses,
      long[] numbersAt) {
    ObjectHeader group = new ObjectHeader();
    group.message(0x02, new LittleEndian().u8(0).u8(0).u64(UNDEFINED).u64(UNDEFINED));
    group.message(0x0a, new LittleEndian().u8(0).u8(0));
    for (int i = 0; i < addresses.length; i++) {
      byte[] name = datasets.get(i).name().getBytes(StandardCharsets.UTF_8);
      // a hard link: length of the name in 4 bytes, its character set given as UTF-8
      LittleEndian link = new LittleEndian().u8(1).u8(0x12).u8(1).u32(name.length).raw(name);
      group.message(0x06, link.u64(addresses[i]));
    }
    root.describe(group, heap, textsAt);
    List<byte[]> headers = new ArrayList<>();
    headers.add(group.toArray());
    for (int i = 0; i < addresses.length; i++) {
      headers.add(datasets.get(i).header(heap, textsAt, numbersAt[i]).toArray());
    }
    return headers;
  }

  private static long aligned(long bytes) {
    return bytes + padding(bytes);
  }

  private static int padding(long bytes) {
    return (int) (-bytes & (ALIGNMENT - 1));
  }

  private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // the write has failed for the same reason, and said so
    }
  }
}
