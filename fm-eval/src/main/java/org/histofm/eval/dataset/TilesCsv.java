package org.histofm.eval.dataset;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;

/**
 * Data set {@code tiles-csv}: a comma-separated table in UTF-8 with a header, one image a row.
 * {@code --data} names the table, or a folder that holds it as {@code tiles.csv}.
 *
 * <p>Columns, in any order and case; others are passed over:
 *
 * <ul>
 *   <li>{@code path}: the image, relative to the table's folder or to the setting {@code root}
 *   <li>{@code label}: the class
 *   <li>{@code patient}, {@code slide}: optional. The patient is the group, else the slide; without
 *       both an image is its own group, and every output warns that scores may be too good. A name
 *       means the same patient or slide in every site and domain.
 *   <li>{@code site}, {@code domain}: optional
 *   <li>{@code id}: optional; else the path is the id
 * </ul>
 *
 * <p>Every cell is text, so leading zeros stay. Settings: {@code path-column}, {@code label-column}
 * and so on name a column that is called otherwise; {@code positive} names the one of two classes
 * that is put second.
 *
 * <p>Refused, with line numbers: an empty path, label, id or (where the column is used) domain, an
 * image or id that stands twice, a slide with two patients.
 */
public final class TilesCsv implements DatasetProvider {
  private static final String ID = "tiles-csv";
  private static final List<String> COLUMNS =
      List.of("path", "label", "patient", "slide", "site", "domain", "id");

  /** For {@link java.util.ServiceLoader}. */
  public TilesCsv() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public String summary(String id) {
    return "images listed in a table: path,label and patient,slide,site,domain";
  }

  @Override
  public Cohort open(DatasetRequest request) {
    List<String> settings = new ArrayList<>(List.of("positive", "root"));
    COLUMNS.forEach(column -> settings.add(column + "-column"));
    Options options = request.options().allow("data set " + ID, settings.toArray(new String[0]));
    Path data = LabelledFiles.data(request);
    CsvTable table = CsvTable.read(Files.isDirectory(data) ? data.resolve("tiles.csv") : data);
    Path root = root(table.file(), options);
    List<Tile> tiles = tiles(table, root, options);
    check(table.file(), tiles, tiles.stream().anyMatch(t -> !t.domain().isEmpty()));
    Task.Classification task =
        Classes.of("table " + table.file(), tiles.stream().map(Tile::label).toList(), options);
    LabelledFiles files = new LabelledFiles(request);
    for (Tile t : tiles) {
      files.add(
          t.id(),
          t.label(),
          t.patient().isEmpty() ? t.slide() : t.patient(),
          t.site(),
          t.domain(),
          t.file());
    }
    return files.toCohort("table " + table.file(), task);
  }

  private record Tile(
      int line,
      String id,
      String path,
      Path file,
      String label,
      String patient,
      String slide,
      String site,
      String domain) {}

  private static Path root(Path table, Options options) {
    String text = options.text("root", "");
    if (text.isEmpty()) {
      return table.toAbsolutePath().resolveSibling("");
    }
    try {
      Path root = Path.of(text);
      if (Files.isDirectory(root)) {
        return root;
      }
    } catch (InvalidPathException e) {
      // refused below, as a folder that does not exist
    }
    throw new InputException("there is no folder " + text + " (setting root).", "Correct it.");
  }

  private static List<Tile> tiles(CsvTable table, Path root, Options options) {
    List<String> needed = new ArrayList<>();
    for (String column : COLUMNS) {
      String name = name(column, options);
      if (!name.equals(column) || column.equals("path") || column.equals("label")) {
        needed.add(name);
      }
    }
    table.require(needed, "Rename the column, or name it with path-column=… or label-column=….");
    TableProblems problems = new TableProblems(table.file());
    List<Tile> tiles = new ArrayList<>();
    for (CsvTable.Row row : table.rows()) {
      UnaryOperator<String> cell =
          column -> {
            String name = name(column, options);
            return table.has(name) ? table.cell(row, name) : "";
          };
      String path = cell.apply("path");
      try {
        tiles.add(
            new Tile(
                row.line(),
                table.has(name("id", options)) ? cell.apply("id") : path,
                path,
                root.resolve(path),
                cell.apply("label"),
                cell.apply("patient"),
                cell.apply("slide"),
                cell.apply("site"),
                cell.apply("domain")));
      } catch (InvalidPathException e) {
        problems.add("a path that no file can have", row.line());
      }
    }
    problems.refuseAny("Correct these rows.");
    return tiles;
  }

  private static String name(String column, Options options) {
    return options.text(column + "-column", column);
  }

  private static void check(Path table, List<Tile> tiles, boolean domains) {
    TableProblems problems = new TableProblems(table);
    Map<Path, Tile> byFile = new HashMap<>();
    Map<String, Tile> byId = new HashMap<>();
    Map<String, TreeMap<String, Integer>> patientsBySlide = new TreeMap<>();
    for (Tile t : tiles) {
      emptyCells(t, domains).forEach(cell -> problems.add("an empty " + cell, t.line()));
      Tile twin = t.path().isEmpty() ? null : byFile.putIfAbsent(t.file().normalize(), t);
      Tile namesake = t.id().isEmpty() ? null : byId.putIfAbsent(t.id(), t);
      if (twin != null) {
        problems.add(
            twin.label().equals(t.label())
                ? "the same image twice"
                : "the same image with two labels",
            "lines " + twin.line() + " and " + t.line() + " (" + t.path() + ")");
      } else if (namesake != null) {
        problems.add(
            "the same id twice",
            "lines " + namesake.line() + " and " + t.line() + " (" + t.id() + ")");
      }
      if (!t.slide().isEmpty()) {
        patientsBySlide
            .computeIfAbsent(t.slide(), s -> new TreeMap<>())
            .putIfAbsent(t.patient(), t.line());
      }
    }
    patientsBySlide.forEach(
        (slide, patients) -> {
          if (patients.size() > 1) {
            List<String> where = new ArrayList<>();
            patients.forEach(
                (patient, line) ->
                    where.add(
                        (patient.isEmpty() ? "no patient" : "patient " + patient)
                            + " in line "
                            + line));
            problems.add("one slide with several patients", slide + " has " + Listing.of(where));
          }
        });
    problems.refuseAny("Correct these rows.");
  }

  private static List<String> emptyCells(Tile t, boolean domains) {
    List<String> empty = new ArrayList<>();
    if (t.path().isEmpty()) {
      empty.add("path");
    }
    if (t.label().isEmpty()) {
      empty.add("label");
    }
    if (t.id().isEmpty() && !t.path().isEmpty()) {
      empty.add("id");
    }
    if (domains && t.domain().isEmpty()) {
      empty.add("domain");
    }
    return empty;
  }
}
