package org.histofm.tiling.tiff;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.histofm.slide.Mpp;
import org.histofm.slide.Region;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.testkit.SlideWriter;
import org.histofm.testkit.SlideWriter.Compression;
import org.histofm.testkit.SlideWriter.TilePainter;
import org.histofm.tiling.bytes.ByteSource;
import org.histofm.tiling.bytes.ByteSources;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TiffLevelsTest {
  @TempDir private Path folder;

  /** Notes what is announced and what is read. */
  private static final class Noting implements ByteSource {
    private final ByteSource bytes;
    private final List<String> announced = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    Noting(ByteSource bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void read(long position, byte[] target, int offset, int length) throws IOException {
      read.add(position + "+" + length);
      bytes.read(position, target, offset, length);
    }

    @Override
    public void willRead(long[] positions, int[] lengths) {
      for (int i = 0; i < positions.length; i++) {
        announced.add(positions[i] + "+" + lengths[i]);
      }
    }

    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }

  @Test
  void read_announcesTheTilesThatItWillRead_andNoOthers() throws IOException {
    Path file = folder.resolve("slide.tif");
    SlideWriter.of(256, 256)
        .withTilePx(64)
        .withCompression(Compression.DEFLATE)
        .write(file, (x, y) -> (int) (x * y));
    Noting bytes = new Noting(ByteSources.open(SlideLocation.of(file)));
    ReadMeter meter = new ReadMeter();
    try (TiffLevels levels =
        new TiffLevels(bytes, new TileDecoder(meter), new DecodedTiles(1 << 20, meter))) {
      bytes.read.clear();
      levels.read(0, 70, 0, 50, 100, new byte[50 * 100 * 3]); // two tiles, one below the other
      assertThat(bytes.announced).hasSize(2).isEqualTo(bytes.read);
      levels.read(0, 60, 0, 60, 60, new byte[60 * 60 * 3]); // one of them, and one beside it
      assertThat(bytes.announced).hasSize(3).isEqualTo(bytes.read);
    }
  }

  @Test
  void open_slideOf100000Px_takesLittleMemory() throws IOException {
    Path file = folder.resolve("huge.tif");
    SlideWriter writer =
        SlideWriter.of(100_000, 100_000)
            .withLevels(1, 4, 16)
            .withCompression(Compression.JPEG)
            .withMpp(Mpp.of(0.25), SlideWriter.Recorded.APERIO);
    writer.write(
        file,
        new TilePainter() {
          @Override
          public void paint(int level, long column, long row, byte[] rgb) {
            Arrays.fill(rgb, (byte) 200);
          }

          @Override
          public long key(int level, long column, long row) {
            return 0;
          }
        });
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (SlideReader slide =
        new TiffSlideProvider().open(SlideLocation.of(file), Optional.empty())) {
      assertThat(slide.levels()).isEqualTo(writer.levels());
      assertThat(slide.read(new Region(99_000, 99_000, 448, 448), Mpp.of(0.5)).get(5, 5, 0))
          .isBetween(199, 201);
    }
    // 163,000 tiles: 20 bytes each while the tables are read, 12 after; and the read itself.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(16 << 20);
  }
}
