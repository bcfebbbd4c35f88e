package org.histofm.backbones.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.histofm.provenance.Sha256;

/**
 * An immutable file of embeddings, written once and whole. It is a safetensors file, so that other
 * tools open it, too: one tensor {@code embeddings}, F32 [rows, dim], and as metadata the recipe,
 * the content hash of each row, and a SHA-256 over all of it.
 */
final class Chunk {
  static final String SUFFIX = ".safetensors";
  static final String UNFINISHED = ".tmp";

  private static final String FORMAT = "histofm-embeddings-1";
  private static final int MAX_HEADER_BYTES = 1 << 24;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Recipe recipe;
  private final List<String> contents;

  /**
   * @param contents content hash of each row
   */
  Chunk(Recipe recipe, List<String> contents) {
    this.recipe = recipe;
    this.contents = List.copyOf(contents);
  }

  /** Content hash of each row. */
  List<String> contents() {
    return contents;
  }

  /** The same rows always go to the same file. */
  String fileName() {
    return "chunk-" + Sha256.of(String.join(" ", contents)).substring(0, 32) + SUFFIX;
  }

  /** Writes rows, [rows, dim], under a temporary name and moves the file into place. */
  void write(Path folder, float[] rows) throws IOException {
    ByteBuffer values = ByteBuffer.allocate(payloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    values.asFloatBuffer().put(rows);
    byte[] header = header(checksum(values.array()));
    ByteBuffer file = ByteBuffer.allocate(8 + header.length + values.capacity());
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header).put(values);
    Path temporary = folder.resolve(fileName() + "." + UUID.randomUUID() + UNFINISHED);
    try {
      Files.write(temporary, file.array(), StandardOpenOption.CREATE_NEW);
      Files.move(
          temporary,
          folder.resolve(fileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads what rows a file holds; whether they are sound only {@link #readRows} tells.
   *
   * @throws IOException if the header is damaged, of another recipe, or does not match the length
   */
  static Chunk readHeader(Path file, Recipe recipe) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode header = readHeader(in);
      Chunk chunk =
          new Chunk(recipe, List.of(header.at("/__metadata__/contents").asText().split(" ")));
      byte[] expected = chunk.header(header.at("/__metadata__/sha256").asText());
      if (!header.equals(JSON.readTree(expected))) {
        throw new IOException("its header is damaged or of another recipe");
      }
      long length = 8L + expected.length + chunk.payloadBytes();
      if (Files.size(file) != length) {
        throw new IOException("it has " + Files.size(file) + " bytes instead of " + length);
      }
      return chunk;
    }
  }

  /**
   * The rows, [rows, dim], after their checksum was found right.
   *
   * @throws IOException if anything in the file has changed since it was written
   */
  float[] readRows(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode header = readHeader(in);
      byte[] bytes = in.readAllBytes();
      if (bytes.length != payloadBytes()
          || !header.equals(JSON.readTree(header(checksum(bytes))))) {
        throw new IOException("its checksum is wrong");
      }
      float[] rows = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows);
      return rows;
    }
  }

  private static JsonNode readHeader(InputStream in) throws IOException {
    byte[] prefix = new byte[8];
    DataInputStream data = new DataInputStream(in);
    data.readFully(prefix);
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES) {
      throw new IOException("its header claims " + length + " bytes");
    }
    byte[] header = new byte[(int) length];
    data.readFully(header);
    return JSON.readTree(header);
  }

  private byte[] header(String checksum) throws JsonProcessingException {
    ObjectNode root = JSON.createObjectNode();
    root.putObject("__metadata__")
        .put("format", FORMAT)
        .put("recipe", recipe.text())
        .put("contents", String.join(" ", contents))
        .put("sha256", checksum);
    ObjectNode tensor = root.putObject("embeddings").put("dtype", "F32");
    tensor.putArray("shape").add(contents.size()).add(recipe.embeddingDim());
    tensor.putArray("data_offsets").add(0).add(payloadBytes());
    String json = JSON.writeValueAsString(root);
    // Blanks align the values, which may be mapped.
    int padding = -json.getBytes(StandardCharsets.UTF_8).length & 7;
    return (json + " ".repeat(padding)).getBytes(StandardCharsets.UTF_8);
  }

  private String checksum(byte[] values) {
    return new Sha256()
        .add(FORMAT)
        .add(recipe.text())
        .add(String.join(" ", contents))
        .add(values)
        .hex();
  }

  private int payloadBytes() {
    return Math.multiplyExact(
        Math.multiplyExact(contents.size(), recipe.embeddingDim()), Float.BYTES);
  }
}
