package org.histofm.backbones.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.histofm.EnvironmentException;

/**
 * Writes safetensors files of float32 tensors, what Python's {@code safetensors} reads. A file
 * appears whole or not at all.
 */
public final class SafetensorsOutput {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 1 << 20;

  /**
   * A tensor to write.
   *
   * @param name unique in the file
   * @param shape its sizes, outermost first
   * @param values row-major, from the position to the limit; not changed
   */
  public record Tensor(String name, List<Long> shape, FloatBuffer values) {
    /**
     * Copies the sizes.
     *
     * @throws IllegalArgumentException if there are more or fewer values than the shape has
     */
    public Tensor {
      shape = List.copyOf(shape);
      long count = shape.stream().reduce(1L, Math::multiplyExact);
      if (count != values.remaining()) {
        throw new IllegalArgumentException(
            name + " has " + values.remaining() + " values for the shape " + shape);
      }
    }
  }

  private SafetensorsOutput() {}

  /**
   * Writes a file, over an older one.
   *
   * @param metadata texts under {@code __metadata__}
   * @throws EnvironmentException if it cannot be written
   */
  public static void write(Path file, Map<String, String> metadata, List<Tensor> tensors) {
    Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, header(metadata, tensors));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (Tensor tensor : tensors) {
          FloatBuffer values = tensor.values().duplicate();
          while (values.hasRemaining()) {
            int count = Math.min(values.remaining(), CHUNK / Float.BYTES);
            chunk.clear().asFloatBuffer().put(values.slice(values.position(), count));
            values.position(values.position() + count);
            writeFully(channel, chunk.limit(count * Float.BYTES));
          }
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

  private static void delete(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // the write has failed for the same reason, and said so
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer header(Map<String, String> metadata, List<Tensor> tensors)
      throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode texts = root.putObject("__metadata__");
    new TreeMap<>(metadata).forEach(texts::put);
    long offset = 0;
    for (Tensor tensor : tensors) {
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", "F32");
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      long end = offset + (long) Float.BYTES * tensor.values().remaining();
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    String json = JSON.writeValueAsString(root);
    // blanks align the values, which may be mapped
    byte[] text =
        (json + " ".repeat(-json.getBytes(StandardCharsets.UTF_8).length & 7))
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .flip();
  }
}
