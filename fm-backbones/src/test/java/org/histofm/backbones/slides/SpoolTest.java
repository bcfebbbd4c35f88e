package org.histofm.backbones.slides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  @TempDir Path folder;

  private void write(int batches) throws IOException {
    try (Spool spool = Spool.open(folder, "state", 3)) {
      for (int i = spool.batches(); i < batches; i++) {
        List<Spool.Lost> lost =
            i == 1 ? List.of(new Spool.Lost(7, "unreadable-region", "müde", "b")) : List.of();
        spool.append(new float[] {i, 1, 2, 3, 4, 5}, 2, lost);
      }
    }
  }

  private int reopened(String state) throws IOException {
    try (Spool spool = Spool.open(folder, state, 3)) {
      assertThat(spool.rows()).isEqualTo(2L * spool.batches());
      assertThat(Files.size(Spool.rowsFile(folder))).isEqualTo(spool.rows() * 12);
      return spool.batches();
    }
  }

  @Test
  void spool_ofTheSameState_goesOn() throws IOException {
    write(3);
    assertThat(reopened("state")).isEqualTo(3);
    try (Spool spool = Spool.open(folder, "state", 3)) {
      assertThat(spool.lost()).containsExactly(new Spool.Lost(7, "unreadable-region", "müde", "b"));
    }
  }

  @Test
  void spool_ofAnotherState_startsAnew() throws IOException {
    write(3);
    assertThat(reopened("other")).isZero();
  }

  @Test
  void spool_cutAnywhere_keepsWholeBatchesAndEndsEqual() throws IOException {
    write(4);
    byte[] journal = Files.readAllBytes(folder.resolve("journal"));
    byte[] rows = Files.readAllBytes(Spool.rowsFile(folder));
    for (int cut = 0; cut <= journal.length; cut++) {
      Files.write(folder.resolve("journal"), Arrays.copyOf(journal, cut));
      Files.write(Spool.rowsFile(folder), rows);
      write(4);
      assertThat(Files.readAllBytes(folder.resolve("journal"))).isEqualTo(journal);
      assertThat(Files.readAllBytes(Spool.rowsFile(folder))).isEqualTo(rows);
    }
  }

  @Test
  void rows_lostOrChanged_costTheBatchesFromThere() throws IOException {
    write(4);
    byte[] rows = Files.readAllBytes(Spool.rowsFile(folder));
    Files.write(Spool.rowsFile(folder), Arrays.copyOf(rows, 60));
    assertThat(reopened("state")).isEqualTo(2);
    write(4);
    assertThat(Files.readAllBytes(Spool.rowsFile(folder))).isEqualTo(rows);
    byte[] changed = rows.clone();
    changed[30] ^= 1;
    Files.write(Spool.rowsFile(folder), changed);
    assertThat(reopened("state")).isEqualTo(1);
  }
}
