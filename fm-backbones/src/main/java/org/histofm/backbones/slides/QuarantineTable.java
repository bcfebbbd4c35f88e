package org.histofm.backbones.slides;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.slide.Region;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code quarantine.csv} of an output folder: what was left out, sorted, over all runs. A
 * slide's rows are replaced by those of its latest try. Every change rewrites the file under a lock
 * and moves it into place.
 */
final class QuarantineTable {
  static final String NAME = "quarantine.csv";

  private static final Logger LOG = LoggerFactory.getLogger(QuarantineTable.class);
  private static final List<String> HEADER =
      List.of("slide", "reason", "level", "x", "y", "width", "height", "message", "remedy");

  private final RunFolder folder;

  QuarantineTable(RunFolder folder) {
    this.folder = folder;
  }

  /** Replaces the rows of {@code slides} by {@code rows}. */
  void replace(Collection<String> slides, Collection<Quarantined> rows)
      throws IOException, InterruptedException {
    try (FolderLock lock = FolderLock.await(folder.lock(NAME))) {
      TreeSet<Quarantined> all = new TreeSet<>(rows);
      List<Quarantined> before = read(folder.quarantine());
      before.stream().filter(row -> !slides.contains(row.slide())).forEach(all::add);
      if (!all.equals(Set.copyOf(before)) || !Files.exists(folder.quarantine())) {
        StringBuilder text = new StringBuilder(CsvTable.line(HEADER));
        all.forEach(row -> text.append(line(row)));
        folder.write(folder.quarantine(), text.toString());
      }
    }
  }

  private static String line(Quarantined row) {
    Region tile = row.tile();
    return CsvTable.line(
        List.of(
            row.slide(),
            row.code(),
            tile == null ? "slide" : "tile",
            tile == null ? "" : Long.toString(tile.x()),
            tile == null ? "" : Long.toString(tile.y()),
            tile == null ? "" : Long.toString(tile.width()),
            tile == null ? "" : Long.toString(tile.height()),
            row.message(),
            row.remedy()));
  }

  /** The rows of a table; none if there is no file, or someone has edited it beyond recognition. */
  static List<Quarantined> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    Optional<List<CsvTable.Row>> table =
        CsvTable.parse(Files.readString(file, StandardCharsets.UTF_8));
    List<Quarantined> rows = new ArrayList<>();
    for (CsvTable.Row row : table.orElse(List.of())) {
      if (!row.fields().equals(HEADER)) {
        parse(row.fields()).ifPresentOrElse(rows::add, () -> passOver(file, row.line()));
      }
    }
    return rows;
  }

  private static void passOver(Path file, int line) {
    LOG.warn("{}: line {} is no row of a quarantine table and is dropped", file, line);
  }

  private static Optional<Quarantined> parse(List<String> fields) {
    try {
      if (fields.size() != HEADER.size()) {
        return Optional.empty();
      }
      Region tile =
          fields.get(2).equals("slide")
              ? null
              : new Region(
                  Long.parseLong(fields.get(3)),
                  Long.parseLong(fields.get(4)),
                  Long.parseLong(fields.get(5)),
                  Long.parseLong(fields.get(6)));
      return Optional.of(
          new Quarantined(fields.get(0), fields.get(1), tile, fields.get(7), fields.get(8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
