package org.histofm.backbones.bag;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.histofm.InputException;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * A folder of embeddings that eva wrote for classification: {@code manifest.csv} with the columns
 * origin, embeddings, target, split and further ones, and a torch file each row.
 *
 * <p><b>Order of tiles.</b> eva keeps embeddings in memory and flushes them after every {@code
 * save_every_n} tiles of the run (100 unless set). When a slide reaches over several flushes, the
 * later ones are put <em>before</em> the earlier ones in its file, so the rows are not in the order
 * of the tiles, nor of {@code coords_*.csv}. {@link #read} gives rows as they stand. {@link
 * #readInTileOrder} undoes the order: rows of the manifest stand in the order in which slides were
 * begun, so the number of a slide's first tile in the run is the number of all tiles before it, and
 * with it the flush of each tile is known. That holds for one process whose loader does not
 * shuffle; several processes interleave their tiles, which no file tells.
 *
 * <p>Immutable; reads files when asked.
 *
 * @see "github.com/kaiko-ai/eva, core/callbacks/writers/embeddings/classification.py"
 */
public final class EvaFolder {
  /**
   * A row of the manifest.
   *
   * @param origin the file that was embedded, as eva names it
   * @param embeddings the torch file
   * @param target the label, as text
   * @param split train, val, test, or empty
   */
  public record Entry(String origin, Path embeddings, String target, String split) {}

  private static final List<String> COLUMNS = List.of("origin", "embeddings", "target", "split");

  private final List<Entry> entries;

  private EvaFolder(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * Reads the manifest.
   *
   * @throws InputException if there is none, or it has other columns, or names a file outside the
   *     folder
   */
  public static EvaFolder open(Path folder) {
    Path manifest = folder.resolve("manifest.csv");
    if (!Files.isRegularFile(manifest)) {
      throw new InputException(
          folder + " has no manifest.csv.", "Name the output folder of eva's embedding run.");
    }
    List<List<String>> lines = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(manifest)) {
        if (!line.isEmpty()) {
          lines.add(fields(line));
        }
      }
    } catch (MalformedInputException e) {
      throw new InputException(manifest + " is not UTF-8 text.", "Write it anew with eva.", e);
    } catch (IOException e) {
      throw new InputException(
          manifest + " cannot be read: " + e + ".", "Check its permissions and the disk.", e);
    }
    if (lines.isEmpty()
        || lines.get(0).size() < COLUMNS.size()
        || !lines.get(0).subList(0, COLUMNS.size()).equals(COLUMNS)) {
      throw new InputException(
          manifest + " does not begin with the columns " + String.join(", ", COLUMNS) + ".",
          "Name the output folder of eva's embedding run.");
    }
    List<Entry> entries = new ArrayList<>();
    for (List<String> line : lines.subList(1, lines.size())) {
      if (line.size() < COLUMNS.size()) {
        throw new InputException(
            manifest + ", row " + (entries.size() + 1) + ", has " + line.size() + " fields.",
            "Every row has at least " + COLUMNS.size() + "; copy the file again.");
      }
      entries.add(new Entry(line.get(0), inside(folder, line.get(1)), line.get(2), line.get(3)));
    }
    return new EvaFolder(entries);
  }

  private static Path inside(Path folder, String name) {
    try {
      Path file = folder.resolve(name).normalize();
      if (file.startsWith(folder.normalize())) {
        return file;
      }
    } catch (InvalidPathException e) {
      // refused below
    }
    throw new InputException(
        folder.resolve("manifest.csv") + " names '" + name + "', which is not in the folder.",
        "Keep the embeddings beside their manifest.");
  }

  /** The fields of a line of CSV, quoted where need be; a field has no line break in it. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  /** The rows of the manifest, in its order. */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * Reads an entry's embeddings in the order of the file, which need not be that of the tiles.
   *
   * @throws InputException if the file is none that is read here, or is damaged
   * @throws IndexOutOfBoundsException if there is no such entry
   */
  public TileBag read(int entry) {
    TileBag bag = BagFiles.read(entries.get(entry).embeddings());
    return named(entry, bag, bag.embeddings(), bag.warnings());
  }

  /**
   * Reads an entry's embeddings in the order of the tiles; see the class comment for when that can
   * be known. Opens the files of all entries before it, to count their tiles.
   *
   * @param flushEvery eva's {@code save_every_n}; 100 unless it was set
   * @throws InputException if one of the files is none that is read here, or is damaged
   * @throws IndexOutOfBoundsException if there is no such entry
   * @throws IllegalArgumentException if {@code flushEvery} is not positive
   */
  public TileBag readInTileOrder(int entry, int flushEvery) {
    if (flushEvery < 1) {
      throw new IllegalArgumentException("a flush after every " + flushEvery + " tiles");
    }
    TileBag bag = BagFiles.read(entries.get(entry).embeddings());
    long first = 0;
    for (Entry before : entries.subList(0, entry)) {
      try (BagFile file = BagFiles.open(before.embeddings())) {
        first += file.rows();
      }
    }
    int rows = bag.embeddings().rows();
    int dim = bag.embeddings().dim();
    float[] ordered = new float[Math.multiplyExact(rows, dim)];
    int inFile = rows;
    for (int from = 0, to; from < rows; from = to) {
      to = from;
      while (to < rows && flush(first + to, flushEvery) == flush(first + from, flushEvery)) {
        to++;
      }
      // each flush stands right before the one ahead of it
      inFile -= to - from;
      for (int row = from; row < to; row++) {
        bag.embeddings().copyRow(inFile + row - from, ordered, row * dim);
      }
    }
    return named(entry, bag, EmbeddingMatrix.wrap(rows, dim, ordered), List.of());
  }

  /** Number of the flush that a tile of the run is in: the first takes one more than the others. */
  private static long flush(long tile, int every) {
    return Math.max(1, (tile + every - 1) / every);
  }

  private TileBag named(int entry, TileBag bag, EmbeddingMatrix embeddings, List<String> warnings) {
    String origin = entries.get(entry).origin();
    String name = origin.substring(origin.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return new TileBag(
        new BagFacts(
            bag.path(),
            bag.format(),
            dot > 0 ? name.substring(0, dot) : name,
            null,
            null,
            Double.NaN,
            List.of()),
        embeddings,
        warnings);
  }
}
