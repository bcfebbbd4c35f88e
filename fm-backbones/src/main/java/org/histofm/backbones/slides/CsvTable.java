package org.histofm.backbones.slides;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Comma-separated values by RFC 4180: fields may stand in double quotes, in which a comma, a line
 * break and a doubled quote are text. A byte-order mark and empty lines are passed over.
 */
final class CsvTable {
  /**
   * @param line number of the row's first line in the file, from 1
   */
  record Row(int line, List<String> fields) {}

  private CsvTable() {}

  /** The rows of {@code text}; empty if a quote is not closed. */
  static Optional<List<Row>> parse(String text) {
    List<Row> rows = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    int line = 1;
    int begin = 1;
    String content = text.startsWith("\ufeff") ? text.substring(1) : text;
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      line += c == '\n' ? 1 : 0;
      if (quoted) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < content.length() && content.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = false;
        }
      } else if (c == '"' && field.toString().isBlank()) {
        field.setLength(0);
        quoted = true;
      } else if (c == ',') {
        fields.add(field.toString());
        field.setLength(0);
      } else if (c == '\n') {
        endRow(rows, begin, fields, field);
        begin = line;
      } else if (c != '\r') {
        field.append(c);
      }
    }
    endRow(rows, begin, fields, field);
    return quoted ? Optional.empty() : Optional.of(rows);
  }

  private static void endRow(List<Row> rows, int line, List<String> fields, StringBuilder field) {
    fields.add(field.toString());
    field.setLength(0);
    if (fields.size() > 1 || !fields.get(0).isBlank()) {
      rows.add(new Row(line, fields.stream().map(String::strip).toList()));
    }
    fields.clear();
  }

  /** A row as it stands in a file, with the line break. */
  static String line(List<String> fields) {
    return String.join(",", fields.stream().map(CsvTable::quote).toList()) + "\n";
  }

  private static String quote(String field) {
    boolean plain =
        field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && field.equals(field.strip());
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
