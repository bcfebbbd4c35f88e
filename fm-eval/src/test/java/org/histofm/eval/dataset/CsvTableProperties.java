package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvTableProperties {
  /** Rows of three cells, of letters and of all that has a meaning in such a table. */
  @Provide
  Arbitrary<List<List<String>>> rows() {
    return Arbitraries.strings()
        .withChars("ab0 ,;'\"\n\r\tü€\\#")
        .ofMaxLength(6)
        .list()
        .ofSize(3)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Property(tries = 300, seed = "9")
  void read_quotedCells_areReturnedWithTheirLines(@ForAll("rows") List<List<String>> rows)
      throws IOException {
    StringBuilder text = new StringBuilder("a,b,c\n");
    List<CsvTable.Row> expected = new ArrayList<>();
    for (List<String> row : rows) {
      int line = lines(text.toString());
      text.append(
          row.stream()
              .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
              .collect(Collectors.joining(",", "", "\n")));
      expected.add(new CsvTable.Row(line, row.stream().map(String::strip).toList()));
    }
    Path file = Files.createTempFile("table", ".csv");
    try {
      assertThat(CsvTable.read(Written.text(file, text.toString())).rows()).isEqualTo(expected);
    } finally {
      Files.delete(file);
    }
  }

  /** The line on which the text goes on: one for each of LF, CR and CR LF. */
  private static int lines(String text) {
    return text.split("\r\n|\r|\n", -1).length;
  }
}
