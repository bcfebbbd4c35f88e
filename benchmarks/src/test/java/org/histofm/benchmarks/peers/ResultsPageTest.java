package org.histofm.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ResultsPageTest {
  private final TreeMap<String, RowResult> rows = new TreeMap<>();

  @Test
  void page_showsRatiosBesideTheirBars() {
    rows.put("embed-x", Results.result(Results.on("2026-01-01", Results.MACHINE), 100));
    assertThat(ResultsPage.of(rows))
        .contains(
            "| embed-x | ours | peer | 2.00 (1.91 to 2.11) | times as fast | 2.00 | at least 2.50 |"
                + " **missed** | 2026-01-01 |",
            "| embed-x | ours | peer | 0.55 | of its peak memory |  | at most 0.65 | met |",
            "| embed-x | ours | ceiling | 0.80 (0.76 to 0.84) | of the ceiling |  |  |  |");
  }

  @Test
  void page_saysWhereAndWithWhatARowWasMeasuredAndWhatIsMissing() {
    rows.put("embed-x", Results.result(Results.on("2026-01-01", Results.MACHINE), 100));
    assertThat(ResultsPage.of(rows))
        .contains(
            "2026-01-01, commit abc; AMD EPYC (family 25, model 17) [avx2 avx512_bf16], 2"
                + " processors, 24 GiB, Linux 6.1, OpenJDK 17; 2 threads a side, load before 0.1;"
                + " Python 3.11, torch 2.13.0; 3 rounds.",
            "| ours | 100 (95 to 105) | 200 | 110 | 200.0 | 2.000 | bfloat16, packed |",
            "Not measured: compiled. Torch.compile does not work here: no C++ compiler.");
  }

  @Test
  void page_withoutRows_saysSo() {
    assertThat(ResultsPage.of(rows)).endsWith("No row has been recorded yet.\n");
  }

  @Test
  void text_onTheSameMachine_showsTheChange() {
    RowResult then = Results.result(Results.on("2026-01-01", Results.MACHINE), 100);
    RowResult now = Results.result(Results.on("2026-02-02", Results.MACHINE), 90);
    assertThat(ResultsText.of("embed-x", now, then))
        .contains("Since 2026-01-01, commit abc:")
        .contains("ours: 100 to 90 ms (-10.0 %)")
        .contains("ours against peer: 2.00 to 2.22 times as fast");
    assertThat(ResultsText.of("embed-x", now, null)).doesNotContain("Since");
  }

  @Test
  void text_onAnotherMachine_comparesNothing() {
    Machine other = new Machine("", "Other", Results.MACHINE.features(), 2, 8, "Linux", "JDK");
    RowResult then = Results.result(Results.on("2026-01-01", other), 100);
    RowResult now = Results.result(Results.on("2026-02-02", Results.MACHINE), 90);
    assertThat(ResultsText.of("embed-x", now, then))
        .contains("another machine")
        .doesNotContain("100 to 90 ms");
  }
}
