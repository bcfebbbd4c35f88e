package org.histofm.eval.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.histofm.InputException;

/**
 * A comma-separated table with a header, read strictly: UTF-8 with or without a byte order mark,
 * every row as wide as the header, every cell kept as text without the spaces around it. Column
 * names are compared without regard to case. Immutable.
 */
final class CsvTable {
  private static final String SAVE_AS =
      "Save the table as comma-separated values in UTF-8, with a header.";

  private static final long MAX_BYTES = 1L << 30;

  private final Path file;
  private final Map<String, Integer> columns;
  private final List<Row> rows;

  private CsvTable(Path file, Map<String, Integer> columns, List<Row> rows) {
    this.file = file;
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * One row below the header.
   *
   * @param line where it begins in the file, from 1
   * @param cells one for each column
   */
  record Row(int line, List<String> cells) {
    Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * Reads the whole table.
   *
   * @throws InputException if it is missing, in another encoding, not well formed or empty
   */
  static CsvTable read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new InputException(
          "there is no table " + file + (Files.isDirectory(file) ? ": it is a folder." : "."),
          "Check the path.");
    }
    List<Row> rows = new ArrayList<>();
    try (CsvParser parser =
        CsvFactory.builder()
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build()
            .createParser(text(file))) {
      int line = 0;
      List<String> cells = new ArrayList<>();
      for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
        if (t == JsonToken.VALUE_STRING) {
          if (cells.isEmpty()) {
            line = parser.currentTokenLocation().getLineNr();
          }
          cells.add(parser.getText().strip());
        } else if (t == JsonToken.END_ARRAY && !cells.isEmpty()) {
          rows.add(new Row(line, cells));
          cells.clear();
        }
      }
    } catch (JsonProcessingException e) {
      String place = e.getLocation() == null ? "" : " near line " + e.getLocation().getLineNr();
      throw new InputException(
          "table " + file + " is not well formed" + place + ": " + e.getOriginalMessage() + ".",
          "Check the quotation marks there.",
          e);
    } catch (IOException e) {
      throw new InputException(
          "table " + file + " cannot be read (" + e + ").", "Check that the file is readable.", e);
    }
    if (rows.isEmpty()) {
      throw new InputException("table " + file + " is empty.", SAVE_AS);
    }
    return checked(file, rows);
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new InputException(
          "table "
              + file
              + " has "
              + Files.size(file)
              + " bytes, at most "
              + MAX_BYTES
              + " are read.",
          "Divide it.");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      // The decoder leaves the buffer at the first byte that it cannot take.
      int line = 1;
      for (int i = 0; i < bytes.position(); i++) {
        line += bytes.get(i) == '\n' ? 1 : 0;
      }
      throw new InputException(
          "table " + file + " is not in UTF-8: line " + line + " has other bytes.", SAVE_AS, e);
    }
    if (text.indexOf('\0') >= 0) {
      throw new InputException(
          "table " + file + " is not text in UTF-8: it has zero bytes.", SAVE_AS);
    }
    if (text.startsWith("version https://git-lfs")) {
      throw new InputException(
          "table " + file + " is a Git LFS pointer, not the table.", "Fetch it with git lfs pull.");
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static CsvTable checked(Path file, List<Row> all) {
    List<String> names = all.get(0).cells();
    Map<String, Integer> columns = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i).toLowerCase(Locale.ROOT);
      // Row numbers are often written under an empty name; nobody can ask for those.
      if (!name.isEmpty() && columns.put(name, i) != null) {
        throw new InputException(
            "table " + file + " has two columns named '" + name + "'.", "Rename one of them.");
      }
    }
    for (String separator : List.of(";", "\t")) {
      if (names.size() == 1 && names.get(0).contains(separator)) {
        throw new InputException(
            "the columns of table "
                + file
                + " are separated by "
                + (separator.equals(";") ? "semicolons" : "tabs")
                + ", expected commas.",
            SAVE_AS);
      }
    }
    TableProblems problems = new TableProblems(file);
    for (Row row : all) {
      if (row.cells().size() != names.size()) {
        problems.add("rows of another width than the header's " + names.size(), row.line());
      }
    }
    problems.refuseAny("Correct these rows; a cell that holds a comma stands in quotation marks.");
    List<Row> rows = List.copyOf(all.subList(1, all.size()));
    if (rows.isEmpty()) {
      throw new InputException("table " + file + " has a header but no row.", "Add rows.");
    }
    return new CsvTable(file, columns, rows);
  }

  Path file() {
    return file;
  }

  /** All rows below the header; unmodifiable. */
  List<Row> rows() {
    return rows;
  }

  boolean has(String column) {
    return columns.containsKey(column.toLowerCase(Locale.ROOT));
  }

  /**
   * The cell of a row.
   *
   * @throws InputException if there is no such column
   */
  String cell(Row row, String column) {
    Integer index = columns.get(column.toLowerCase(Locale.ROOT));
    if (index == null) {
      throw new InputException(
          "table " + file + " has no column '" + column + "'; its columns are " + names() + ".",
          "Rename or add the column.");
    }
    return row.cells().get(index);
  }

  /**
   * @throws InputException naming the columns that are missing
   */
  void require(List<String> needed, String remedy) {
    List<String> missing = needed.stream().filter(name -> !has(name)).toList();
    if (!missing.isEmpty()) {
      throw new InputException(
          "table " + file + " has no column " + missing + "; its columns are " + names() + ".",
          remedy);
    }
  }

  private List<String> names() {
    return List.copyOf(columns.keySet());
  }
}
