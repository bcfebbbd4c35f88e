package org.histofm.tiling.dicom;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Values of elements, little endian. */
final class Values {
  private Values() {}

  static int int32(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /** Text without padding; empty if there is none. */
  static String text(byte @Nullable [] value) {
    if (value == null) {
      return "";
    }
    return new String(value, StandardCharsets.ISO_8859_1).replace('\0', ' ').strip();
  }

  /** A whole number of 2 or 4 bytes, unsigned, or written in digits; else {@code otherwise}. */
  static long whole(Map<Integer, byte[]> values, int tag, long otherwise) {
    byte[] value = values.get(tag);
    if (value == null || value.length == 0) {
      return otherwise;
    }
    if (tag == Tags.FRAMES) {
      try {
        return Long.parseLong(text(value));
      } catch (NumberFormatException e) {
        return -1;
      }
    }
    ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    return switch (value.length) {
      case 2 -> bytes.getShort() & 0xffffL;
      case 4 -> bytes.getInt() & 0xffffffffL;
      default -> -1;
    };
  }

  /** A number of 4 bytes, or 0 if it is none. */
  static double float32(byte @Nullable [] value) {
    return value == null || value.length != 4
        ? 0
        : ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getFloat();
  }

  /** The numbers of a text such as {@code 0.000499\0.000499}; 0 for what is none. */
  static double[] decimals(byte @Nullable [] value) {
    String[] parts = text(value).split("\\\\", -1);
    double[] numbers = new double[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        numbers[i] = Double.parseDouble(parts[i].strip());
      } catch (NumberFormatException e) {
        numbers[i] = 0;
      }
    }
    return numbers;
  }
}
