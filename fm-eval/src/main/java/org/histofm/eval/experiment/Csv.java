package org.histofm.eval.experiment;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.util.List;

/** Comma-separated text after RFC 4180, with line feeds. */
final class Csv {
  private Csv() {}

  static void append(StringBuilder text, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      text.append(i == 0 ? "" : ",");
      boolean plain =
          cell.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ') && cell.equals(cell.strip());
      text.append(plain ? cell : '"' + cell.replace("\"", "\"\"") + '"');
    }
    text.append('\n');
  }

  static List<List<String>> parse(String text) throws IOException {
    CsvMapper mapper = CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
    try (MappingIterator<List<String>> rows =
        mapper.readerForListOf(String.class).readValues(text)) {
      return rows.readAll();
    }
  }
}
