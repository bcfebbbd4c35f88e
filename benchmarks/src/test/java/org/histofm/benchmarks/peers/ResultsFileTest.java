package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsFileTest {
  @TempDir Path folder;

  @Test
  void file_writtenAndRead_holdsTheSame() {
    RowResult result = Results.result(Results.on("2026-01-01", Results.MACHINE), 100);
    ResultsFile.empty().with("embed-x", result).write(folder);
    assertThat(ResultsFile.read(folder).rows()).containsOnlyKeys("embed-x").containsValue(result);
  }

  @Test
  void partialRun_keepsTheOtherRowsWithTheirDate() throws IOException {
    RowResult first = Results.result(Results.on("2026-01-01", Results.MACHINE), 100);
    RowResult second = Results.result(Results.on("2026-02-02", Results.MACHINE), 90);
    ResultsFile.empty().with("a", first).with("b", first).write(folder);
    ResultsFile.read(folder).with("b", second).write(folder);

    ResultsFile read = ResultsFile.read(folder);
    assertThat(read.rows()).containsEntry("a", first).containsEntry("b", second);
    String page = Files.readString(folder.resolve("benchmarks.md"));
    assertThat(page).contains("| a | ours | peer | 2.00", "2026-01-01", "2026-02-02");
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("benchmarks.json", "benchmarks.md");
  }

  @Test
  void folder_withoutFile_hasNoRows() {
    assertThat(ResultsFile.read(folder).rows()).isEmpty();
  }

  @Test
  void file_thatIsDamaged_isRefusedAndKept() throws IOException {
    Path file = folder.resolve("benchmarks.json");
    for (String text :
        new String[] {
          "{\"format\": 1, \"rows\":", "{}", "[]", "null", "{\"format\": 9, \"rows\": {}}"
        }) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> ResultsFile.read(folder))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("benchmarks.json")
          .hasMessageContaining("--results");
      assertThat(file).hasContent(text);
    }
  }
}
