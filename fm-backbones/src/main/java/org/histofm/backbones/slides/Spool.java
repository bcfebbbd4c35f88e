package org.histofm.backbones.slides;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The rows of one slide while they are computed: a file of raw float32, little-endian, that only
 * grows, and a journal with a line for each finished batch.
 *
 * <p>A batch counts once its line is complete and its rows have the checksum that the line says; so
 * a kill costs the batch under way, and lost pages after a power failure cost the batches from
 * there on, never a wrong row. What lies behind the last good batch is cut off when the spool is
 * opened again. The journal begins with the state that the rows belong to; one of another state is
 * thrown away.
 *
 * <p>Confined to one thread at a time.
 */
final class Spool implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORMAT = "histofm-spool-1";
  private static final int CHECK_BYTES = 1 << 16;

  /** A tile without a row. */
  record Lost(int tile, String code, String message, String remedy) {}

  private final int dim;
  private final FileChannel rowsFile;
  private final FileChannel journal;
  private final List<Lost> lost = new ArrayList<>();
  private int batches;
  private long rows;

  private Spool(int dim, FileChannel rowsFile, FileChannel journal) {
    this.dim = dim;
    this.rowsFile = rowsFile;
    this.journal = journal;
  }

  /**
   * Goes on where the spool in {@code folder} stopped, or starts a new one; the caller closes it.
   *
   * @param state all that decides the rows
   * @param dim values a row
   */
  static Spool open(Path folder, String state, int dim) throws IOException {
    Files.createDirectories(folder);
    Path journalFile = folder.resolve("journal");
    FileChannel rowsFile = open(rowsFile(folder));
    FileChannel journal = null;
    try {
      journal = open(journalFile);
      Spool spool = new Spool(dim, rowsFile, journal);
      spool.resume(journalFile, state);
      return spool;
    } catch (IOException | RuntimeException e) {
      rowsFile.close();
      if (journal != null) {
        journal.close();
      }
      throw e;
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** The file of raw rows in {@code folder}. */
  static Path rowsFile(Path folder) {
    return folder.resolve("rows.f32");
  }

  private void resume(Path journalFile, String state) throws IOException {
    long good = 0;
    try (BufferedReader lines = Files.newBufferedReader(journalFile, StandardCharsets.ISO_8859_1)) {
      String line = lines.readLine();
      boolean sound = line != null && isFinished(line, 0) && line.equals(header(state));
      while (sound && line != null) {
        good += line.length() + 1L;
        line = lines.readLine();
        sound = line != null && isFinished(line, good) && accept(line);
      }
    }
    if (good == 0) {
      rowsFile.truncate(0);
      journal.truncate(0);
      append(journal, (header(state) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    } else {
      journal.truncate(good);
      journal.position(good);
      rowsFile.truncate(rows * dim * Float.BYTES);
      rowsFile.position(rows * dim * Float.BYTES);
    }
  }

  /** Whether a line that begins at {@code position} has its end; only then it counts. */
  private boolean isFinished(String line, long position) throws IOException {
    return position + line.length() < journal.size();
  }

  private static String header(String state) throws JsonProcessingException {
    return ascii(JSON.createObjectNode().put("format", FORMAT).put("state", state));
  }

  /** Takes note of a journal's line, if it is whole and its rows are sound. */
  private boolean accept(String line) throws IOException {
    try {
      JsonNode batch = JSON.readTree(line);
      int count = batch.path("rows").asInt(-1);
      boolean sound =
          batch.path("batch").asInt(-1) == batches
              && count >= 0
              && batch.path("crc").asLong(-1) == checksum(count);
      if (!sound) {
        return false;
      }
      for (JsonNode tile : batch.path("lost")) {
        lost.add(
            new Lost(
                tile.path("tile").asInt(),
                tile.path("code").asText(),
                tile.path("message").asText(),
                tile.path("remedy").asText()));
      }
      rows += count;
      batches++;
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** The checksum of the next {@code count} rows in the file; −1 if it holds fewer. */
  private long checksum(int count) throws IOException {
    long position = rows * dim * Float.BYTES;
    long left = (long) count * dim * Float.BYTES;
    if (rowsFile.size() < position + left) {
      return -1;
    }
    CRC32 crc = new CRC32();
    ByteBuffer buffer = ByteBuffer.allocate(CHECK_BYTES);
    while (left > 0) {
      buffer.clear().limit((int) Math.min(left, CHECK_BYTES));
      int read = rowsFile.read(buffer, position);
      if (read < 0) {
        return -1;
      }
      crc.update(buffer.flip());
      position += read;
      left -= read;
    }
    return crc.getValue();
  }

  /**
   * Adds the next batch.
   *
   * @param values [count, dim] from index 0
   * @param without tiles of the batch that have no row
   */
  void append(float[] values, int count, List<Lost> without) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(count * dim * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values, 0, count * dim);
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    ObjectNode line = JSON.createObjectNode();
    line.put("batch", batches).put("rows", count).put("crc", crc.getValue());
    if (!without.isEmpty()) {
      ArrayNode tiles = line.putArray("lost");
      for (Lost tile : without) {
        tiles
            .addObject()
            .put("tile", tile.tile)
            .put("code", tile.code)
            .put("message", tile.message)
            .put("remedy", tile.remedy);
      }
    }
    append(rowsFile, bytes.array());
    append(journal, (ascii(line) + "\n").getBytes(StandardCharsets.ISO_8859_1));
    batches++;
    rows += count;
    lost.addAll(without);
  }

  private static String ascii(ObjectNode line) throws JsonProcessingException {
    return JSON.writer()
        .with(com.fasterxml.jackson.core.JsonGenerator.Feature.ESCAPE_NON_ASCII)
        .writeValueAsString(line);
  }

  private static void append(FileChannel file, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      file.write(buffer);
    }
  }

  /** Finished batches. */
  int batches() {
    return batches;
  }

  /** Rows of the finished batches. */
  long rows() {
    return rows;
  }

  /** How many tiles of the finished batches have no row. */
  int lostTiles() {
    return lost.size();
  }

  /** Tiles of the finished batches without a row, in the plan's order. */
  List<Lost> lost() {
    return List.copyOf(lost);
  }

  @Override
  public void close() throws IOException {
    try (FileChannel first = rowsFile) {
      journal.close();
    }
  }
}
