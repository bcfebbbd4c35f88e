package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.histofm.slide.ByteCounts;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.Recorded;
import org.histofm.tiling.Slides;
import org.histofm.tiling.bytes.RangeServer;
import org.histofm.tiling.bytes.RangeServer.Misbehaviour;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pyramid on a web server beside the same on disk. */
class RemoteTiffTest {
  private static final int WIDTH = 2050;
  private static final int HEIGHT = 1538;
  private static final int TILE = 256;
  private static final Mpp MPP = Mpp.of(0.5);

  @TempDir private static Path folder;
  private static Path file;
  private static RangeServer server;

  @BeforeAll
  static void serve() throws IOException {
    file = folder.resolve("slide.svs");
    SlideWriter.of(WIDTH, HEIGHT)
        .withTilePx(TILE)
        .withLevels(1, 4)
        .withCompression(Compression.JPEG)
        .withMpp(MPP, Recorded.APERIO)
        .write(file, RemoteTiffTest::tissue);
    server = new RangeServer(Files.readAllBytes(file));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /**
   * Grain on stripes, so that tiles are as long as those of tissue (about 20 kB) and all differ.
   */
  private static int tissue(long x, long y) {
    long grain = (x * 0x9E3779B97F4A7C15L ^ y * 0xC2B2AE3D27D4EB4FL) * 0xBF58476D1CE4E5B9L >>> 58;
    long stripe = (x + 2 * y) / 16 % 64;
    return (int) (120 + stripe + grain << 16 | 60 + grain << 8 | 130 + (x / 64 + y / 32) % 60);
  }

  private static SlideReader open(SlideLocation slide) {
    return new TiffSlideProvider().open(slide, Optional.empty());
  }

  @Test
  void read_overHttp_givesThePixelsOfTheFile() {
    try (SlideReader near = open(SlideLocation.of(file));
        SlideReader far = open(server.location())) {
      assertThat(far.levels()).isEqualTo(near.levels());
      assertThat(far.mpp()).isEqualTo(near.mpp());
      for (double mpp : new double[] {0.5, 0.75, 2}) {
        for (int y = -100; y < HEIGHT; y += 500) {
          for (int x = -100; x < WIDTH; x += 500) {
            Region region = new Region(x, y, 448, 448);
            assertThat(far.read(region, Mpp.of(mpp)))
                .as("%s at %s µm/px", region, mpp)
                .isEqualTo(near.read(region, Mpp.of(mpp)));
          }
        }
      }
      assertThat(near.byteCounts()).isEqualTo(ByteCounts.NONE);
      assertThat(far.byteCounts().fetched()).isPositive();
    }
  }

  @Test
  void read_tilesOfTissueInOrder_fetchesLittleElse() {
    int before = server.requests().size();
    try (SlideReader far = open(server.location())) {
      for (int y = 0; y + 224 <= HEIGHT; y += 224) {
        for (int x = 0; x + 224 <= WIDTH; x += 224) {
          if (Math.hypot(x - 913, y - 657) < 800) { // a round section
            far.read(new Region(x, y, 224, 224), MPP);
          }
        }
      }
      ByteCounts counts = far.byteCounts();
      assertThat(counts.usedTiles()).isGreaterThan(file.toFile().length() / 2);
      // Beyond the tiles come the first 64 KiB and the block that holds the directory.
      assertThat(counts.fetchedPerTileByte().orElseThrow()).isBetween(1.0, 1.25);
      assertThat(counts.requests()).isEqualTo(server.requests().size() - before);
    }
  }

  private static SlideException refused(Misbehaviour always, String path, String content)
      throws IOException {
    try (RangeServer strange = new RangeServer(content.getBytes(StandardCharsets.UTF_8))) {
      strange.always(always);
      SlideLocation slide = SlideLocation.of(strange.address(path));
      SlideException refusal =
          Objects.requireNonNull(
              catchThrowableOfType(
                  SlideException.class, () -> Slides.withDefaults().open(slide).close()));
      assertThat(refusal.problem()).startsWith("slide " + slide + " ");
      return refusal;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/case.svs", "/a/case.dcm", "/a/case.ndpi", "/a/case"})
  void open_addressThatIsRefused_saysWhy(String path) throws IOException {
    assertThat(refused(RangeServer.status(404), path, ""))
        .hasMessageContaining("does not exist (status 404)")
        .returns(Reason.MISSING, SlideException::reason);
    assertThat(refused(RangeServer.status(403), path, ""))
        .hasMessageContaining("may not be read with this login (status 403)")
        .returns(Reason.MISSING, SlideException::reason);
    Misbehaviour whole = (exchange, self) -> exchange.sendResponseHeaders(200, 0);
    assertThat(refused(whole, path, ""))
        .hasMessageContaining("whole files only")
        .returns(Reason.UNSUPPORTED, SlideException::reason);
  }

  @Test
  void open_addressOfSomethingElse_saysWhatItIs() throws IOException {
    Misbehaviour serving = (exchange, self) -> self.part(exchange, 0);
    String page = "<!DOCTYPE html><html>Log in</html>";
    assertThat(refused(serving, "/a/case", page))
        .hasMessageContaining("is a web page")
        .returns(Reason.NOT_A_SLIDE, SlideException::reason);
    assertThat(refused(serving, "/a/case.svs", page))
        .hasMessageContaining("is no TIFF")
        .returns(Reason.NOT_A_SLIDE, SlideException::reason);
    assertThat(refused(serving, "/a/case.ndpi", ""))
        .hasMessageContaining("is empty")
        .returns(Reason.NOT_A_SLIDE, SlideException::reason);
  }

  @Test
  void open_addressOfATiff_takesTheFirstBytesOnce() {
    int before = server.requests().size();
    try (SlideReader far = Slides.withDefaults().open(server.location())) {
      assertThat(far.format()).contains("Aperio");
      assertThat(server.requests().subList(before, server.requests().size()))
          .extracting(request -> request.header("Range"))
          .hasSizeLessThanOrEqualTo(2)
          .doesNotHaveDuplicates();
    }
  }
}
