package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
  private final Path folder;

  CsvTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private CsvTable read(String text) {
    return CsvTable.read(Written.text(folder.resolve("t.csv"), text));
  }

  @Test
  void read_quotesBlankLinesAndMixedLineEnds_keepsLineNumbers() {
    CsvTable table = read("\uFEFFa,B\r\n\r\n1,\"x\ny\"\n\"say \"\"hi\"\"\",2\r3,4");
    assertThat(table.rows())
        .containsExactly(
            new CsvTable.Row(3, List.of("1", "x\ny")),
            new CsvTable.Row(5, List.of("say \"hi\"", "2")),
            new CsvTable.Row(6, List.of("3", "4")));
    assertThat(table.cell(table.rows().get(0), "b")).isEqualTo("x\ny");
  }

  @Test
  void read_emptyColumnNames_areAllowed() {
    CsvTable table = read(",a,\n0,x,\n");
    assertThat(table.cell(table.rows().get(0), "A")).isEqualTo("x");
  }

  @Test
  void read_rowsOfOtherWidth_areNamed() {
    Refusal.of(() -> read("a,b\n1,2\n1\n1,2,3\n"))
        .hasMessageContaining("another width than the header's 2: line 3, line 4");
  }

  @Test
  void read_twoColumnsOfOneName_isRefused() {
    Refusal.of(() -> read("a,b,A\n1,2,3\n")).hasMessageContaining("two columns named 'a'");
  }

  @Test
  void read_otherSeparators_areNamed() {
    Refusal.of(() -> read("path;label\na;b\n")).hasMessageContaining("semicolons");
    Refusal.of(() -> read("path\tlabel\na\tb\n")).hasMessageContaining("tabs");
  }

  @Test
  void read_openQuote_namesTheLine() {
    Refusal.of(() -> read("a,b\n1,\"2\n")).hasMessageContaining("not well formed near line");
    Refusal.of(() -> read("a,b\n1,2\n\"1\"x,2\n")).hasMessageContaining("near line 3");
  }

  @Test
  void read_nothingOrNoRow_isRefused() {
    Refusal.of(() -> read("")).hasMessageContaining("is empty");
    Refusal.of(() -> read("a,b\n")).hasMessageContaining("a header but no row");
    Refusal.of(() -> CsvTable.read(folder.resolve("none.csv"))).hasMessageContaining("no table");
    Refusal.of(() -> CsvTable.read(folder)).hasMessageContaining("it is a folder");
  }

  @Test
  void read_latinLettersFarDown_namesTheLine() {
    String text = "a,b\n" + "1,u\n".repeat(8_000) + "1,ü\n".repeat(3);
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    Refusal.of(() -> CsvTable.read(Written.bytes(folder.resolve("l.csv"), latin)))
        .hasMessageContaining("not in UTF-8: line 8002 has other bytes");
  }

  @Test
  void read_zeroBytes_areRefused() {
    Refusal.of(() -> read("a,b\n1,\0\n")).hasMessageContaining("zero bytes");
  }

  @Test
  void read_gitLfsPointer_isNamed() {
    Refusal.of(() -> read("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n"))
        .hasMessageContaining("Git LFS pointer");
  }
}
