package org.histofm.adapters.finetune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.histofm.EnvironmentException;
import org.histofm.provenance.Sha256;

/**
 * Writes whole files, by way of a sibling that is renamed: whoever looks, even after a kill, sees
 * the old one or the new one. JSON carries a checksum over the rest of it.
 */
final class WholeFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CHECKSUM = "checksum";

  private WholeFile() {}

  /** A new object to fill. */
  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  /** Adds the checksum and writes. */
  static void write(Path file, ObjectNode json) {
    json.put(CHECKSUM, Sha256.of(json.toString()));
    Path part = part(file);
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        ByteBuffer bytes =
            ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      move(part, file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if it cannot be read, or is not whole
   */
  static JsonNode read(Path file) throws IOException {
    JsonNode json = JSON.readTree(Files.readAllBytes(file));
    if (!(json instanceof ObjectNode object)) {
      throw new IOException("it holds no JSON object");
    }
    String checksum = object.path(CHECKSUM).asText();
    object.remove(CHECKSUM);
    if (!Sha256.of(object.toString()).equals(checksum)) {
      throw new IOException("its content does not match its checksum");
    }
    return object;
  }

  static void copy(Path from, Path to) {
    try {
      Files.copy(from, part(to), StandardCopyOption.REPLACE_EXISTING);
      move(part(to), to);
    } catch (IOException e) {
      throw unwritable(to, e);
    }
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private static void move(Path part, Path file) throws IOException {
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static EnvironmentException unwritable(Path file, IOException e) {
    return new EnvironmentException(
        file + " could not be written: " + e + ".",
        "Check that the folder exists, is writable and has room.",
        e);
  }
}
