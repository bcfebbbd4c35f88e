package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over small painted slides with the toy backbone. */
class EmbedSlidesTest {
  private static final int SIDE = 400;

  @TempDir Path folder;
  private Path slides;
  private Path out;

  @BeforeEach
  void oneSlide() throws IOException {
    slides = Files.createDirectory(folder.resolve("slides"));
    out = folder.resolve("out");
    paint("tissue.png", true);
  }

  private void paint(String name, boolean tissue) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean inside = tissue && x >= 40 && x < 360 && y >= 40 && y < 360;
        image.setRGB(x, y, inside ? 0xb04890 + (x / 8 + y / 8) % 16 : 0xf4f4f4);
      }
    }
    ImageIO.write(image, "png", slides.resolve(name).toFile());
  }

  private record Result(int code, String err) {}

  private Result run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--slides", slides.toString(), "--out", out.toString(), "--tile-px", "32"));
    args.addAll(List.of("--backbone", "toy", "--random-init"));
    args.addAll(Arrays.asList(more));
    StringWriter err = new StringWriter();
    int code = Cli.run(new EmbedSlides(), new PrintWriter(err, true), args.toArray(String[]::new));
    return new Result(code, err.toString());
  }

  private String quarantine() throws IOException {
    return Files.readString(out.resolve("quarantine.csv"), StandardCharsets.UTF_8);
  }

  @Test
  void slides_allSound_endWithZero() throws IOException {
    assertThat(run("--mpp-override", "0.5").code).isEqualTo(Cli.GOOD);
    assertThat(out.resolve("20x_32px_0px_overlap/features_toy/tissue.h5")).exists();
    assertThat(Files.readString(out.resolve("run-report.json")))
        .contains("untrained backbone: a plumbing check, no finding", "\"stage seconds\"");
    assertThat(run("--mpp-override", "0.5").code).isEqualTo(Cli.GOOD);
  }

  @Test
  void slides_someUnusable_endWithThreeOrFour() throws IOException {
    paint("glass.png", false);
    Files.writeString(slides.resolve("page.svs"), "<html>login</html>");
    Files.writeString(slides.resolve("notes.txt"), "no slide");
    assertThat(run("--mpp-override", "0.5").code).isEqualTo(Cli.QUARANTINED);
    assertThat(quarantine())
        .contains("glass,no-tissue,slide", "page,not-a-slide,slide")
        .doesNotContain("notes");
    assertThat(run("--mpp-override", "0.5", "--max-failed", "1").code)
        .isEqualTo(Cli.TOO_MANY_FAILED);
    assertThat(run("--mpp-override", "0.5", "--max-failed", "2").code).isEqualTo(Cli.QUARANTINED);
  }

  @Test
  void slides_allUnusable_areNeverSilent() throws IOException {
    assertThat(run().code).isEqualTo(Cli.TOO_MANY_FAILED);
    assertThat(quarantine()).contains("tissue,no-pixel-size,slide", "--mpp-override");
    assertThat(run("--mpp-override", "0.5").code).isEqualTo(Cli.GOOD);
    assertThat(quarantine().lines()).hasSize(1);
  }

  @Test
  void recipe_changed_isRefused() {
    run("--mpp-override", "0.5");
    Result changed = run("--mpp-override", "0.5", "--min-tissue", "0.9");
    assertThat(changed.code).isEqualTo(Cli.BAD_INPUT);
    assertThat(changed.err).contains("tile min tissue was 0.5 and is 0.9", "--out");
  }

  @Test
  void settings_impossible_areRefused() {
    assertThat(run("--overlap", "32").err).contains("overlap");
    assertThat(run("--mpp", "0").err).contains("--mpp 0.0");
    assertThat(run("--batch", "0").err).contains("--batch 0");
    assertThat(run("--max-unreadable-share", "1").err).contains("--max-unreadable-share");
    assertThat(run("--reader", "no-such").err).contains("no-such", "imageio");
    assertThat(out).doesNotExist();
  }

  @Test
  void folder_empty_isRefused() throws IOException {
    Files.delete(slides.resolve("tissue.png"));
    Result empty = run();
    assertThat(empty.code).isEqualTo(Cli.BAD_INPUT);
    assertThat(empty.err).contains("holds no slide");
  }
}
