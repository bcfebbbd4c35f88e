package org.histofm.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadRegionTest {
  @TempDir Path folder;
  private String slide = "";

  @BeforeEach
  void aSlide() throws IOException {
    BufferedImage image = new BufferedImage(120, 90, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 90; y++) {
      for (int x = 0; x < 120; x++) {
        image.setRGB(x, y, x * 2 << 16 | y * 2 << 8 | 99);
      }
    }
    Path file = folder.resolve("slide.png");
    ImageIO.write(image, "png", file.toFile());
    slide = file.toString();
  }

  private static int run(StringWriter err, String... args) {
    return Cli.run(new ReadRegion(), new PrintWriter(err, true), args);
  }

  private String refused(String... more) {
    String[] args = new String[more.length + 2];
    args[0] = "--slide";
    args[1] = slide;
    System.arraycopy(more, 0, args, 2, more.length);
    StringWriter err = new StringWriter();
    int code = run(err, args);
    assertThat(code).as(err.toString()).isEqualTo(2);
    assertThat(err.toString()).doesNotContain("\tat ").doesNotContain("Exception in thread");
    return err.toString();
  }

  @Test
  void region_isWrittenAtThePixelSize() throws IOException {
    Path out = folder.resolve("out.png");
    StringWriter err = new StringWriter();
    int code =
        run(
            err,
            "--slide",
            slide,
            "--mpp-override",
            "0.25",
            "--region",
            "20,30,40,20",
            "--mpp",
            "0.5",
            "--out",
            out.toString());
    assertThat(code).as(err.toString()).isZero();
    BufferedImage read = ImageIO.read(out.toFile());
    assertThat(read.getWidth()).isEqualTo(20);
    assertThat(read.getHeight()).isEqualTo(10);
    assertThat(read.getRGB(3, 2) & 0xffffff).isEqualTo(53 << 16 | 69 << 8 | 99);
  }

  @Test
  void regions_ofAList_areWrittenAndCounted() throws IOException {
    Path list = folder.resolve("regions.csv");
    Files.writeString(
        list,
        "0,0,30,20,0.25,"
            + folder.resolve("a.png")
            + "\n\n-5,-5,30,20,,"
            + folder.resolve("b.png"));
    StringWriter err = new StringWriter();
    int code = run(err, "--slide", slide, "--mpp-override", "0.25", "--regions", list.toString());
    assertThat(code).as(err.toString()).isZero();
    assertThat(ImageIO.read(folder.resolve("b.png").toFile()).getRGB(0, 0)).isEqualTo(0xffffffff);
    assertThat(folder.resolve("a.png")).exists();
  }

  @Test
  void describe_tellsThatThePixelSizeIsStated() throws Exception {
    Mains.Result result =
        Mains.run(
            Mains.java("ReadRegion", "--slide", slide, "--mpp-override", "0.25", "--mpp", "0.5"));
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("120 x 90 px", "0.2500", "(stated)", "level 0", "area mean", "nothing");
  }

  @Test
  void slide_withoutPixelSize_saysHowToStateIt() {
    assertThat(refused()).contains("slide.png", "--mpp-override 0.25");
  }

  @Test
  void slide_absentOrNone_isNamed() throws IOException {
    slide = folder.resolve("absent.svs").toString();
    assertThat(refused()).contains("absent.svs", "does not exist");
    Path text = folder.resolve("text.svs");
    Files.writeString(text, "no slide");
    slide = text.toString();
    assertThat(refused("--mpp-override", "0.25")).contains("text.svs", "is a text file");
  }

  @Test
  void reader_unknown_namesWhatExists() {
    assertThat(refused("--reader", "no-such")).contains("no-such", "openslide", "imageio");
  }

  @Test
  void settings_thatCannotBe_areNamed() throws IOException {
    String out = folder.resolve("o.png").toString();
    assertThat(refused("--mpp-override", "-1")).contains("--mpp-override is -1.0");
    assertThat(refused("--region", "0,0,8", "--out", out)).contains("'0,0,8' is no region");
    assertThat(refused("--region", "0,0,0,8", "--out", out)).contains("at least 1 x 1 px");
    assertThat(refused("--region", "0,0,8,8")).contains("--out FILE.png");
    assertThat(refused("--out", out)).contains("--region");
    assertThat(refused("--region", "0,0,8,8", "--associated", "label", "--out", out))
        .contains("exclude each other");
    assertThat(refused("--mpp-override", "0.25", "--associated", "label", "--out", out))
        .contains("'label'");
    assertThat(refused("--mpp-override", "0.25", "--region", "0,0,99999999,99999999", "--out", out))
        .contains("cannot be read at once");
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "0,0,8,8,0.5,a.png\n1,2,3\n");
    assertThat(refused("--regions", list.toString())).contains("list.csv, line 2", "'1,2,3'");
    assertThat(
            refused(
                "--mpp-override",
                "0.25",
                "--region",
                "0,0,8,8",
                "--out",
                folder.resolve("no/such/o.png").toString()))
        .contains("o.png cannot be written");
  }
}
