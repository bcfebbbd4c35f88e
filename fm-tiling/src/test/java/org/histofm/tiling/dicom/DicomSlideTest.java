package org.histofm.tiling.dicom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideException.Reason;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.pyramid.JpegDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DicomSlideTest {
  private static final int WIDTH = 75; // frames of 32 x 24 reach over both edges
  private static final int HEIGHT = 50;

  @TempDir private Path folder;

  private static byte[] smooth(int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = (byte) (i % width * 255 / width);
      rgb[3 * i + 1] = (byte) (i / width * 255 / height);
      rgb[3 * i + 2] = (byte) (128 + i % width / 2 - i / width / 2);
    }
    return rgb;
  }

  private static DicomWriter slide() {
    return new DicomWriter(WIDTH, HEIGHT).rawFrames(smooth(WIDTH, HEIGHT), 9);
  }

  private SlideReader open(String name) {
    return new DicomSlideProvider().open(SlideLocation.of(folder.resolve(name)), Optional.empty());
  }

  private byte[] pixels(DicomWriter writer) throws IOException {
    writer.write(folder.resolve("slide.dcm"));
    try (SlideReader reader = open("slide.dcm")) {
      assertThat(reader.width()).isEqualTo(writer.width);
      assertThat(reader.height()).isEqualTo(writer.height);
      return reader.read(new Region(0, 0, reader.width(), reader.height()), reader.mpp()).toBytes();
    }
  }

  private SlideException refusal(DicomWriter writer) throws IOException {
    writer.write(folder.resolve("slide.dcm"));
    return refusal("slide.dcm");
  }

  private SlideException refusal(String name) {
    SlideException refused = catchThrowableOfType(SlideException.class, () -> open(name).close());
    assertThat(refused).as("opening %s", name).isNotNull();
    assertThat(refused).hasMessageContaining(name);
    return refused;
  }

  private static DicomWriter with(Consumer<DicomWriter> change) {
    DicomWriter writer = slide();
    change.accept(writer);
    return writer;
  }

  @Test
  void read_ofUncompressedFrames_isThePicture() throws IOException {
    byte[] picture = smooth(WIDTH, HEIGHT);
    assertThat(pixels(slide())).isEqualTo(picture);
    DicomWriter implicit = with(w -> w.syntax = Uids.IMPLICIT_LITTLE_ENDIAN);
    assertThat(pixels(implicit)).as("implicit types").isEqualTo(picture);
    assertThat(pixels(with(w -> w.undefinedLengths = true)))
        .as("sequences without lengths")
        .isEqualTo(picture);
    implicit.undefinedLengths = true;
    assertThat(pixels(implicit)).as("both").isEqualTo(picture);
    byte[] unknown = {
      8, 0, 1, 0x11, 'U', 'N', 0, 0, -1, -1, -1, -1, // of unknown type and length,
      -2, -1, 0, -32, -1, -1, -1, -1, // an item that holds
      8, 0, 2, 0x11, 4, 0, 0, 0, 1, 2, 3, 4, // an element of implicit type
      -2, -1, 13, -32, 0, 0, 0, 0, -2, -1, -35, -32, 0, 0, 0, 0
    };
    assertThat(pixels(with(w -> w.first = unknown))).as("unknown types").isEqualTo(picture);
    DicomWriter planar = new DicomWriter(WIDTH, HEIGHT);
    planar.planar = true;
    assertThat(pixels(planar.rawFrames(picture, 0))).as("planar").isEqualTo(picture);
  }

  @Test
  void read_ofJpegFrames_isTheSameThroughEveryTableOfOffsets() throws IOException {
    byte[] expected = pixels(slide().jpegFrames());
    for (DicomWriter.Table table : DicomWriter.Table.values()) {
      for (int fragments : new int[] {1, 3}) {
        if (table == DicomWriter.Table.EXTENDED && fragments > 1) {
          continue; // the standard allows one fragment a frame only
        }
        DicomWriter writer = slide().jpegFrames();
        writer.table = table;
        writer.fragmentsPerFrame = fragments;
        byte[] pixels = pixels(writer);
        assertThat(pixels).as("%s, %s fragments", table, fragments).isEqualTo(expected);
      }
    }
    byte[] picture = smooth(WIDTH, HEIGHT);
    double sum = 0;
    for (int i = 0; i < picture.length; i++) {
      sum += Math.abs((picture[i] & 0xff) - (expected[i] & 0xff));
    }
    assertThat(sum / picture.length).as("mean error of the JPEG").isLessThan(4);
    try (JpegDecoder decoder = new JpegDecoder()) {
      byte[] first =
          decoder
              .decode(
                  slide().jpegFrames().frames.get(0), new byte[0], JpegDecoder.Colours.YCC, 1 << 20)
              .samples();
      assertThat(Arrays.copyOf(expected, 32 * 3))
          .as("first row of the first frame")
          .isEqualTo(Arrays.copyOf(first, 32 * 3));
    }
  }

  @Test
  void read_ofRunLengthCodedFrames_isThePicture() throws IOException {
    DicomWriter writer = slide();
    writer.syntax = Uids.RLE;
    writer.frames.replaceAll(frame -> runLengths(frame, 32 * 24));
    assertThat(pixels(writer)).isEqualTo(smooth(WIDTH, HEIGHT));
  }

  /** Runs of equal bytes as such, others in literal pieces. */
  private static byte[] runLengths(byte[] frame, int pixels) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(DicomWriter.i32(3));
    for (int c = 0; c < 3; c++) {
      header.writeBytes(DicomWriter.i32(64 + body.size()));
      int i = 0;
      while (i < pixels) {
        int run = 1;
        while (i + run < pixels && run < 128 && frame[3 * (i + run) + c] == frame[3 * i + c]) {
          run++;
        }
        if (run > 1) {
          body.write(1 - run);
          body.write(frame[3 * i + c]);
        } else {
          body.write(0);
          body.write(frame[3 * i + c]);
        }
        i += run;
      }
      body.write(-128); // a byte that stands for nothing
    }
    header.writeBytes(new byte[64 - header.size()]);
    header.writeBytes(body.toByteArray());
    return header.toByteArray();
  }

  @Test
  void read_ofGrey_isGreyInAllChannels() throws IOException {
    DicomWriter writer = new DicomWriter(40, 30);
    writer.samples = 1;
    writer.photometric = "MONOCHROME2";
    byte[] grey = new byte[40 * 30];
    new SplittableRandom(3).nextBytes(grey);
    byte[] pixels = pixels(writer.rawFrames(grey, 0));
    for (int i = 0; i < pixels.length; i++) {
      assertThat(pixels[i]).isEqualTo(grey[i / 3]);
    }
    writer.allocated = 16;
    writer.frames.replaceAll(
        frame -> {
          byte[] wide = new byte[2 * frame.length];
          for (int i = 0; i < frame.length; i++) {
            wide[2 * i] = (byte) 0xee; // lost
            wide[2 * i + 1] = frame[i];
          }
          return wide;
        });
    assertThat(pixels(writer)).as("16 bits").isEqualTo(pixels);
  }

  @Test
  void read_ofSparseFrames_isWhiteWhereNoneLies() throws IOException {
    DicomWriter writer = slide();
    byte[] expected = smooth(WIDTH, HEIGHT);
    writer.positions = new ArrayList<>();
    List<byte[]> frames = new ArrayList<>(writer.frames);
    writer.frames.clear();
    for (int i = 8; i >= 0; i--) { // in any order, without the one in the middle
      if (i != 4) {
        writer.frames.add(frames.get(i));
        writer.positions.add(new int[] {i % 3 * 32, i / 3 * 24});
      }
    }
    for (int y = 24; y < 48; y++) {
      Arrays.fill(expected, (y * WIDTH + 32) * 3, (y * WIDTH + 64) * 3, (byte) 255);
    }
    assertThat(pixels(writer)).isEqualTo(expected);
    writer.positions.set(0, new int[] {7, 0});
    assertThat(refusal(writer).problem()).contains("grid");
    writer.positions.set(0, writer.positions.get(1));
    assertThat(refusal(writer).problem()).contains("several frames at one place");
    writer.positions.set(0, new int[] {3200, 0});
    assertThat(refusal(writer).reason()).isEqualTo(Reason.DAMAGED);
    writer.positions.remove(0);
    assertThat(refusal(writer).problem()).contains("7 of its 8 frames");
  }

  @Test
  void frame_largerThanThePicture_isCutToIt() throws IOException {
    DicomWriter writer = new DicomWriter(16, 16);
    assertThat(pixels(writer.rawFrames(smooth(16, 16), 200))).isEqualTo(smooth(16, 16));
  }

  @Test
  void open_findsLevelsAndImagesOfItsSeries() throws IOException {
    slide().write(folder.resolve("b-full.dcm"));
    new DicomWriter(38, 25).rawFrames(smooth(38, 25), 0).write(folder.resolve("a-half.dcm"));
    new DicomWriter(19, 13).rawFrames(smooth(19, 13), 0).write(folder.resolve("c-quarter.dcm"));
    new DicomWriter(30, 70).rawFrames(smooth(30, 70), 0).write(folder.resolve("d-elsewhere.dcm"));
    for (String type : List.of("LABEL", "OVERVIEW", "THUMBNAIL")) {
      DicomWriter image = new DicomWriter(20, 10).rawFrames(smooth(20, 10), 0);
      image.imageType = "DERIVED\\PRIMARY\\" + type + "\\RESAMPLED";
      image.write(folder.resolve("e-" + type + ".dcm"));
    }
    DicomWriter other = new DicomWriter(750, 500).rawFrames(smooth(750, 500), 0);
    other.series = "1.2.99";
    other.write(folder.resolve("f-other.dcm"));
    Files.writeString(folder.resolve("g-notes.txt"), "not DICOM");
    try (SlideReader reader = open("b-full.dcm")) {
      assertThat(reader.levels().stream().map(level -> level.width()))
          .containsExactly(75L, 38L, 19L);
      assertThat(reader.levels().get(1).downsampleX()).isEqualTo(2);
      assertThat(reader.associatedImages()).containsExactly("label", "macro", "thumbnail");
      assertThat(reader.associatedImage("label").toBytes()).isEqualTo(smooth(20, 10));
      assertThat(reader.mpp()).isEqualTo(new Mpp(0.25, 0.5));
      assertThat(reader.pixelSize().origin()).isEqualTo("DICOM PixelSpacing");
      Mpp half = new Mpp(0.5, 1);
      assertThat(reader.resolution(half).level()).isEqualTo(1);
      assertThat(reader.read(new Region(0, 0, 76, 50), half).toBytes()).isEqualTo(smooth(38, 25));
    }
    for (String name : List.of("a-half.dcm", "e-LABEL.dcm")) {
      assertThat(refusal(name).reason()).isEqualTo(Reason.NOT_A_SLIDE);
      assertThat(refusal(name).remedy()).contains("b-full.dcm");
    }
    Files.delete(folder.resolve("a-half.dcm"));
    byte[] quarter = Files.readAllBytes(folder.resolve("c-quarter.dcm"));
    Files.write(folder.resolve("c-quarter.dcm"), Arrays.copyOf(quarter, quarter.length - 9));
    assertThat(
            catchThrowableOfType(SlideException.class, () -> open("b-full.dcm").close())
                .getMessage())
        .as("a level that is cut off")
        .contains("c-quarter.dcm", "bytes of pixel data");
  }

  @Test
  void pixelSize_comesFromTheSpacingOrASquareVolume() throws IOException {
    DicomWriter writer = slide();
    writer.spacing = "";
    assertThat(refusal(writer).reason()).isEqualTo(Reason.NO_PIXEL_SIZE);
    writer.volumeWidth = WIDTH * 0.0005f;
    writer.volumeHeight = HEIGHT * 0.0005f;
    writer.write(folder.resolve("slide.dcm"));
    try (SlideReader reader = open("slide.dcm")) {
      assertThat(reader.mpp().x()).isCloseTo(0.5, within(1e-6));
      assertThat(reader.pixelSize().origin()).isEqualTo("DICOM ImagedVolumeWidth");
    }
    writer.volumeWidth = 0.5f;
    writer.volumeHeight = 0.5f;
    assertThat(refusal(writer).reason())
        .as("the same size for both sides of an oblong picture")
        .isEqualTo(Reason.NO_PIXEL_SIZE);
  }

  @Test
  void open_ofOtherObjects_saysWhatTheyAre() throws IOException {
    DicomWriter ct = with(w -> w.sopClass = "1.2.840.10008.5.1.4.1.1.2");
    assertThat(refusal(ct).reason()).isEqualTo(Reason.NOT_A_SLIDE);
    assertThat(refusal(ct).problem()).contains("a CT image");
    assertThat(refusal(with(w -> w.sopClass = "1.2.840.10008.5.1.4.1.1.66.4")).problem())
        .contains("a segmentation");
    assertThat(refusal(with(w -> w.sopClass = "1.2.3.4")).problem()).contains("SOP class 1.2.3.4");
  }

  @Test
  void open_ofKindsThatAreNotRead_namesThem() throws IOException {
    String[][] syntaxes = {
      {"1.2.840.10008.1.2.1.99", "deflated"},
      {"1.2.840.10008.1.2.2", "big endian"},
      {"1.2.840.10008.1.2.4.80", "JPEG-LS"},
      {"1.2.840.10008.1.2.4.90", "JPEG 2000"},
      {"1.2.840.10008.9.9", "1.2.840.10008.9.9"}
    };
    for (String[] syntax : syntaxes) {
      SlideException refused = refusal(with(w -> w.syntax = syntax[0]));
      assertThat(refused.reason()).as(syntax[0]).isEqualTo(Reason.UNSUPPORTED);
      assertThat(refused.problem()).contains(syntax[1]);
    }
    assertThat(refusal(with(w -> w.photometric = "PALETTE COLOR")).problem())
        .contains("PALETTE COLOR");
    assertThat(refusal(with(w -> w.extra.put(Tags.FOCAL_PLANES, DicomWriter.i32(3)))).problem())
        .contains("focal planes");
    DicomWriter part = slide();
    part.extra.put(Tags.OPTICAL_PATHS, DicomWriter.i32(2));
    assertThat(refusal(part).reason()).isEqualTo(Reason.UNSUPPORTED);
  }

  @Test
  void open_ofClaimsThatDoNotFit_isRefusedWithoutAllocating() throws IOException {
    assertThat(refusal(with(w -> w.width = -2)).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(with(w -> w.width = 1_000_000_000)).reason()).isEqualTo(Reason.DAMAGED);
    assertThat(refusal(with(w -> w.frames.remove(8))).problem()).contains("8 frames");
    assertThat(refusal(with(w -> w.rows = 0)).reason()).isEqualTo(Reason.DAMAGED);
    DicomWriter large =
        with(
            w -> {
              w.rows = 65535;
              w.columns = 65535;
            });
    assertThat(refusal(large).reason()).isEqualTo(Reason.UNSUPPORTED);
    DicomWriter missing = slide().jpegFrames();
    missing.table = DicomWriter.Table.EMPTY;
    missing.frames.remove(3);
    assertThat(refusal(missing).problem()).contains("need 9");
  }

  @Test
  void sequence_nestedWithoutEnd_isRefused() throws IOException {
    ByteArrayOutputStream deep = new ByteArrayOutputStream();
    for (int i = 0; i < 100_000; i++) {
      deep.writeBytes(new byte[] {8, 0, 5, 0x11, 'S', 'Q', 0, 0, -1, -1, -1, -1});
      deep.writeBytes(new byte[] {-2, -1, 0, -32, -1, -1, -1, -1});
    }
    DicomWriter writer = with(w -> w.first = deep.toByteArray());
    assertThat(refusal(writer).problem()).contains("deep");
  }

  @Test
  void file_cutAnywhere_isRefused() throws IOException {
    for (DicomWriter writer : List.of(slide(), slide().jpegFrames())) {
      byte[] whole = writer.bytes();
      for (int length = 0; length < whole.length - 8; length += 37) {
        Files.write(folder.resolve("slide.dcm"), Arrays.copyOf(whole, length));
        try (SlideReader reader = open("slide.dcm")) {
          // The last frame of a basic offset table has no length: that it is cut shows at reading.
          SlideException refused =
              catchThrowableOfType(
                  SlideException.class,
                  () -> reader.read(new Region(0, 0, WIDTH, HEIGHT), reader.mpp()));
          assertThat(refused).as("cut to %s of %s bytes", length, whole.length).isNotNull();
          assertThat(refused.reason()).isEqualTo(Reason.UNREADABLE_REGION);
        } catch (SlideException e) {
          assertThat(e.reason()).as("cut to %s bytes", length).isEqualTo(Reason.DAMAGED);
        }
      }
    }
  }

  @Test
  void file_withBitsTurnedOver_isReadOrRefused() throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    int refused = 0;
    for (DicomWriter writer : List.of(slide(), slide().jpegFrames())) {
      byte[] whole = writer.bytes();
      for (int i = 0; i < 400; i++) {
        byte[] bad = whole.clone();
        for (int k = 0; k < 4; k++) {
          bad[132 + random.nextInt(Math.min(900, bad.length - 132))] ^=
              (byte) (1 << random.nextInt(8));
        }
        Files.write(folder.resolve("slide.dcm"), bad);
        try (SlideReader reader = open("slide.dcm")) {
          reader.read(new Region(0, 0, WIDTH, HEIGHT), reader.mpp());
        } catch (SlideException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }
}
