package org.histofm.tiling.tiff;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.histofm.tiling.bytes.ByteSource;

/** The structure of a TIFF, classic or big: its byte order and directories. */
final class TiffFile {
  /** Pages that are looked at; those after are as if they were not there. */
  static final int MAX_DIRECTORIES = 1024;

  private static final int MAX_ENTRIES = 4096;
  private static final int MAX_SUB_DIRECTORIES = 64;

  private final ByteSource bytes;
  private final boolean bigEndian;
  private final boolean big;
  private final Set<Long> seen = new HashSet<>();
  private final List<Directory> pages = new ArrayList<>();

  TiffFile(ByteSource bytes) throws IOException {
    this.bytes = bytes;
    if (bytes.size() < 8) {
      throw TiffProblem.damaged("it has " + bytes.size() + " bytes, too few for a TIFF's header");
    }
    byte[] header = new byte[16];
    bytes.read(0, header, 0, (int) Math.min(16, bytes.size()));
    if (!begins(header)) {
      throw TiffProblem.notATiff("its first bytes are not those of one");
    }
    this.bigEndian = header[0] == 'M';
    this.big = number(header, 2, 2, bigEndian) == 43;
    if (big && (bytes.size() < 16 || number(header, 4, 2, bigEndian) != 8)) {
      throw TiffProblem.damaged("its BigTIFF header is cut off or wrong");
    }
    long next = big ? number(header, 8, 8, bigEndian) : number(header, 4, 4, bigEndian);
    if (next == 0) {
      throw TiffProblem.damaged("it has no page");
    }
    while (next != 0 && pages.size() < MAX_DIRECTORIES) {
      Directory page = new Directory(bytes, bigEndian);
      next = read(next, page);
      pages.add(page);
    }
  }

  /** Whether these are the first bytes of a TIFF. */
  static boolean begins(byte[] start) {
    boolean little = start[0] == 'I' && start[1] == 'I' && start[3] == 0;
    boolean large = start[0] == 'M' && start[1] == 'M' && start[2] == 0;
    int version = little ? start[2] : start[3];
    return (little || large) && (version == 42 || version == 43);
  }

  /** A number without sign in {@code length} bytes. */
  static long number(byte[] from, int at, int length, boolean bigEndian) {
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = value << 8 | from[bigEndian ? at + i : at + length - 1 - i] & 0xff;
    }
    return value;
  }

  boolean bigEndian() {
    return bigEndian;
  }

  /** The pages in the file's order, at least one. */
  List<Directory> pages() {
    return pages;
  }

  /** The pages that hang below {@code page}. */
  List<Directory> below(Directory page) throws IOException {
    List<Directory> below = new ArrayList<>();
    for (long at : page.numbers(Directory.SUB_IFDS, MAX_SUB_DIRECTORIES)) {
      Directory directory = new Directory(bytes, bigEndian);
      read(at, directory);
      below.add(directory);
    }
    return below;
  }

  /** Reads the directory at {@code at}, and says where the next one is, 0 for none. */
  private long read(long at, Directory directory) throws IOException {
    int counted = big ? 8 : 2;
    int pointer = big ? 8 : 4;
    if (at < 8 || at > bytes.size() - counted) {
      throw TiffProblem.damaged(
          "a page is said to be at byte "
              + Long.toUnsignedString(at)
              + ", but the file ends at byte "
              + bytes.size());
    }
    if (!seen.add(at)) {
      throw TiffProblem.damaged("its list of pages leads back to the page at byte " + at);
    }
    byte[] head = new byte[counted];
    bytes.read(at, head, 0, counted);
    long count = number(head, 0, counted, bigEndian);
    if (count < 1 || count > MAX_ENTRIES) {
      throw TiffProblem.damaged(
          "the page at byte " + at + " claims " + Long.toUnsignedString(count) + " entries");
    }
    int entry = big ? 20 : 12;
    int length = (int) count * entry + pointer;
    if (at + counted > bytes.size() - length) {
      throw TiffProblem.damaged("the page at byte " + at + " reaches beyond the file's end");
    }
    byte[] body = new byte[length];
    bytes.read(at + counted, body, 0, length);
    for (int i = 0; i < count; i++) {
      int from = i * entry;
      int type = (int) number(body, from + 2, 2, bigEndian);
      long values = number(body, from + 4, pointer, bigEndian);
      int place = from + 4 + pointer;
      // A value that fits stands in the entry itself.
      boolean here = values >= 0 && values <= pointer && values * Directory.size(type) <= pointer;
      directory.add(
          (int) number(body, from, 2, bigEndian),
          type,
          values,
          here ? at + counted + place : number(body, place, pointer, bigEndian));
    }
    return number(body, length - pointer, pointer, bigEndian);
  }
}
