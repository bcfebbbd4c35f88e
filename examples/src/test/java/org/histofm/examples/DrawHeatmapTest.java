package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.histofm.slide.Mpp;
import org.histofm.testkit.SlideWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrawHeatmapTest {
  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  @BeforeEach
  void writeSlide() throws IOException {
    SlideWriter.of(300, 200)
        .withMpp(Mpp.of(0.5), SlideWriter.Recorded.RESOLUTION)
        .write(folder.resolve("slide.tif"), (x, y) -> 0xeeddee);
  }

  private int run(String table, String... more) throws IOException {
    Path scores = Files.writeString(folder.resolve("scores.csv"), table);
    String[] all = new String[more.length + 6];
    String[] first = {
      "--slide",
      folder.resolve("slide.tif").toString(),
      "--scores",
      scores.toString(),
      "--out",
      folder.resolve("out").toString()
    };
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return Cli.run(new DrawHeatmap(), new PrintWriter(errors, true), all);
  }

  @Test
  void table_isDrawn() throws IOException {
    assertThat(run("x,y,score\n0,0,0.5\n100,0,\n", "--tile-px-level0", "100", "--range", "0,1"))
        .as(errors.toString())
        .isEqualTo(0);
    assertThat(folder.resolve("out/slide.heatmap.png")).isNotEmptyFile();
    assertThat(folder.resolve("out/slide.heatmap.geojson")).isNotEmptyFile();
  }

  @Test
  void badTables_areRefusedByLine() throws IOException {
    assertThat(run("x,y,score\n0,zero,0.5\n", "--tile-px-level0", "100")).isEqualTo(2);
    assertThat(run("x,y\n0,0\n", "--tile-px-level0", "100")).isEqualTo(2);
    assertThat(run("x,y,score\n0,0,\n", "--tile-px-level0", "9")).isEqualTo(2);
    assertThat(run("x,y,score\n0,0,1\n", "--tile-px-level0", "9", "--range", "1,0")).isEqualTo(2);
    assertThat(run("x,y,score\n0,0,1\n", "--tile-px-level0", "0")).isEqualTo(2);
    assertThat(errors.toString())
        .contains("line 2", "no column 'score'", "has a score", "level-0 pixels cannot be drawn")
        .doesNotContain("\tat ");
  }
}
