package org.histofm.tiling.dicom;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** Writes small DICOM whole-slide images, sound ones until told otherwise. */
final class DicomWriter {
  enum Table {
    BASIC,
    EMPTY,
    EXTENDED
  }

  String syntax = Uids.EXPLICIT_LITTLE_ENDIAN;
  String sopClass = Uids.WHOLE_SLIDE;
  String imageType = "ORIGINAL\\PRIMARY\\VOLUME\\NONE";
  String series = "1.2.3";
  String frameOfReference = "1.2.4";
  String photometric = "RGB";
  String spacing = "0.0005\\0.00025";
  float volumeWidth;
  float volumeHeight;
  int columns = 32;
  int rows = 24;
  int width;
  int height;
  int samples = 3;
  int allocated = 8;
  boolean planar;
  boolean undefinedLengths;
  Table table = Table.BASIC;
  int fragmentsPerFrame = 1;
  List<int[]> positions = List.of();
  byte[] first = new byte[0]; // elements before all others
  final List<byte[]> frames = new ArrayList<>();
  final Map<Integer, byte[]> extra = new TreeMap<>(Integer::compareUnsigned);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  DicomWriter(int width, int height) {
    this.width = width;
    this.height = height;
  }

  /** Cuts {@code rgb}, [height, width, 3], to frames; what lies outside is {@code padding}. */
  DicomWriter rawFrames(byte[] rgb, int padding) {
    frames.clear();
    for (int top = 0; top < height; top += rows) {
      for (int left = 0; left < width; left += columns) {
        byte[] frame = new byte[columns * rows * samples];
        for (int y = 0; y < rows; y++) {
          for (int x = 0; x < columns; x++) {
            for (int c = 0; c < samples; c++) {
              boolean inside = left + x < width && top + y < height;
              int value =
                  inside ? rgb[((top + y) * width + left + x) * samples + c] & 0xff : padding;
              int at =
                  planar ? c * columns * rows + y * columns + x : (y * columns + x) * samples + c;
              frame[at] = (byte) value;
            }
          }
        }
        frames.add(frame);
      }
    }
    return this;
  }

  /** The same frames as JPEG streams. */
  DicomWriter jpegFrames() throws IOException {
    syntax = Uids.JPEG_BASELINE;
    for (int i = 0; i < frames.size(); i++) {
      byte[] raw = frames.get(i);
      BufferedImage image =
          new BufferedImage(
              columns,
              rows,
              samples == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
      for (int k = 0; k < columns * rows; k++) {
        int[] pixel = new int[samples];
        for (int c = 0; c < samples; c++) {
          pixel[c] = raw[k * samples + c] & 0xff;
        }
        image.getRaster().setPixel(k % columns, k / columns, pixel);
      }
      ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
      ImageIO.write(image, "jpeg", jpeg);
      frames.set(i, jpeg.toByteArray());
    }
    return this;
  }

  Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  byte[] bytes() {
    out.reset();
    out.writeBytes(new byte[128]);
    out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
    element(Tags.MEDIA_SOP_CLASS, "UI", uid(sopClass), true);
    element(Tags.TRANSFER_SYNTAX, "UI", uid(syntax), true);
    boolean explicit = !syntax.equals(Uids.IMPLICIT_LITTLE_ENDIAN);
    out.writeBytes(first);
    element(Tags.IMAGE_TYPE, "CS", text(imageType), explicit);
    element(Tags.SOP_CLASS, "UI", uid(sopClass), explicit);
    element(Tags.SERIES, "UI", uid(series), explicit);
    element(Tags.FRAME_OF_REFERENCE, "UI", uid(frameOfReference), explicit);
    element(
        Tags.DIMENSION_ORGANIZATION_TYPE,
        "CS",
        text(positions.isEmpty() ? "TILED_FULL" : "TILED_SPARSE"),
        explicit);
    element(Tags.SAMPLES_PER_PIXEL, "US", u16(samples), explicit);
    element(Tags.PHOTOMETRIC, "CS", text(photometric), explicit);
    element(Tags.PLANAR_CONFIGURATION, "US", u16(planar ? 1 : 0), explicit);
    element(Tags.FRAMES, "IS", text(String.valueOf(frames.size())), explicit);
    element(Tags.ROWS, "US", u16(rows), explicit);
    element(Tags.COLUMNS, "US", u16(columns), explicit);
    element(Tags.BITS_ALLOCATED, "US", u16(allocated), explicit);
    element(Tags.BITS_STORED, "US", u16(allocated), explicit);
    element(Tags.VOLUME_WIDTH, "FL", f32(volumeWidth), explicit);
    element(Tags.VOLUME_HEIGHT, "FL", f32(volumeHeight), explicit);
    element(Tags.TOTAL_COLUMNS, "UL", i32(width), explicit);
    element(Tags.TOTAL_ROWS, "UL", i32(height), explicit);
    extra.forEach((tag, value) -> element(tag, "UL", value, explicit));
    groups(explicit);
    pixelData(explicit);
    return out.toByteArray();
  }

  private void groups(boolean explicit) {
    if (!spacing.isEmpty()) {
      byte[] measures = inner(() -> element(Tags.PIXEL_SPACING, "DS", text(spacing), explicit));
      byte[] group = inner(() -> sequence(Tags.PIXEL_MEASURES, List.of(measures), explicit));
      sequence(Tags.SHARED_GROUPS, List.of(group), explicit);
    }
    if (!positions.isEmpty()) {
      List<byte[]> items = new ArrayList<>();
      for (int[] at : positions) {
        byte[] plane =
            inner(
                () -> {
                  element(Tags.COLUMN_POSITION, "SL", i32(at[0] + 1), explicit);
                  element(Tags.ROW_POSITION, "SL", i32(at[1] + 1), explicit);
                });
        items.add(inner(() -> sequence(Tags.PLANE_POSITION_SLIDE, List.of(plane), explicit)));
      }
      sequence(Tags.PER_FRAME_GROUPS, items, explicit);
    }
  }

  private byte[] inner(Runnable writing) {
    byte[] before = out.toByteArray();
    out.reset();
    writing.run();
    byte[] written = out.toByteArray();
    out.reset();
    out.writeBytes(before);
    return written;
  }

  private void pixelData(boolean explicit) {
    boolean raw = syntax.equals(Uids.EXPLICIT_LITTLE_ENDIAN) || !explicit;
    if (raw) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      frames.forEach(all::writeBytes);
      element(Tags.PIXEL_DATA, "OB", all.toByteArray(), explicit);
      return;
    }
    ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    ByteBuffer offsets = ByteBuffer.allocate(8 * frames.size()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer lengths = ByteBuffer.allocate(8 * frames.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (byte[] frame : frames) {
      offsets.putLong(fragments.size());
      lengths.putLong(frame.length);
      int part = (frame.length / fragmentsPerFrame + 1) & ~1;
      for (int i = 0; i < fragmentsPerFrame; i++) {
        int from = i * part;
        int to = i + 1 == fragmentsPerFrame ? frame.length : from + part;
        int padded = to - from + (to - from & 1);
        fragments.writeBytes(tag(Tags.ITEM));
        fragments.writeBytes(i32(padded));
        fragments.write(frame, from, to - from);
        fragments.writeBytes(new byte[padded - (to - from)]);
      }
    }
    if (table == Table.EXTENDED) {
      element(Tags.EXTENDED_OFFSETS, "OV", offsets.array(), explicit);
      element(Tags.EXTENDED_LENGTHS, "OV", lengths.array(), explicit);
    }
    out.writeBytes(tag(Tags.PIXEL_DATA));
    out.writeBytes(new byte[] {'O', 'B', 0, 0});
    out.writeBytes(i32(-1));
    out.writeBytes(tag(Tags.ITEM));
    out.writeBytes(i32(table == Table.BASIC ? 4 * frames.size() : 0));
    if (table == Table.BASIC) {
      for (int i = 0; i < frames.size(); i++) {
        out.writeBytes(i32((int) offsets.getLong(8 * i)));
      }
    }
    out.writeBytes(fragments.toByteArray());
    out.writeBytes(tag(Tags.SEQUENCE_END));
    out.writeBytes(i32(0));
  }

  private void sequence(int tag, List<byte[]> items, boolean explicit) {
    byte[] body =
        inner(
            () -> {
              for (byte[] item : items) {
                out.writeBytes(tag(Tags.ITEM));
                out.writeBytes(i32(undefinedLengths ? -1 : item.length));
                out.writeBytes(item);
                if (undefinedLengths) {
                  out.writeBytes(tag(Tags.ITEM_END));
                  out.writeBytes(i32(0));
                }
              }
            });
    out.writeBytes(tag(tag));
    if (explicit) {
      out.writeBytes(new byte[] {'S', 'Q', 0, 0});
    }
    out.writeBytes(i32(undefinedLengths ? -1 : body.length));
    out.writeBytes(body);
    if (undefinedLengths) {
      out.writeBytes(tag(Tags.SEQUENCE_END));
      out.writeBytes(i32(0));
    }
  }

  private void element(int tag, String type, byte[] value, boolean explicit) {
    out.writeBytes(tag(tag));
    if (!explicit) {
      out.writeBytes(i32(value.length));
    } else {
      out.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
      if (type.equals("OB") || type.equals("OV")) {
        out.writeBytes(new byte[2]);
        out.writeBytes(i32(value.length));
      } else {
        out.writeBytes(u16(value.length));
      }
    }
    out.writeBytes(value);
  }

  static byte[] text(String text) {
    return (text.length() % 2 == 0 ? text : text + ' ').getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] uid(String text) {
    return (text.length() % 2 == 0 ? text : text + '\0').getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] tag(int tag) {
    byte[] group = u16(tag >>> 16);
    byte[] element = u16(tag & 0xffff);
    return new byte[] {group[0], group[1], element[0], element[1]};
  }

  static byte[] u16(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8)};
  }

  static byte[] i32(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  private static byte[] f32(float value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
  }
}
