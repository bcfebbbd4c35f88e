package org.histofm.backbones.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes small safetensors files, correct or as wrong as a test wants them. */
public final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Adds a tensor of raw little-endian bytes. */
  public SafetensorsWriter add(String name, Dtype dtype, List<Long> shape, byte[] bytes) {
    entries.add(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, dtype, shape, data.size(), data.size() + bytes.length));
    data.writeBytes(bytes);
    return this;
  }

  /** Adds a float32 tensor. */
  public SafetensorsWriter add(String name, List<Long> shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return add(name, Dtype.F32, shape, bytes.array());
  }

  /** Adds a float32 tensor of one value throughout. */
  public SafetensorsWriter fill(String name, List<Long> shape, float value) {
    float[] values = new float[(int) (long) shape.stream().reduce(1L, Math::multiplyExact)];
    Arrays.fill(values, value);
    return add(name, shape, values);
  }

  /** Adds {@code __metadata__}. */
  public SafetensorsWriter metadata(String json) {
    entries.add("\"__metadata__\":" + json);
    return this;
  }

  /** Writes the file. */
  public Path write(Path file) {
    return write(file, "{" + String.join(",", entries) + "}", data.toByteArray());
  }

  /** Writes a header as it is, and data behind it. */
  public static Path write(Path file, String header, byte[] data) {
    return write(file, header.getBytes(StandardCharsets.UTF_8), data);
  }

  /** Writes a header as it is, and data behind it. */
  public static Path write(Path file, byte[] header, byte[] data) {
    ByteBuffer all =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(header.length).put(header).put(data);
    return writeRaw(file, all.array());
  }

  /** Writes bytes. */
  static Path writeRaw(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
