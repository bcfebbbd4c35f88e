package org.histofm.benchmarks.slides;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Source;
import org.histofm.plugin.Options;
import org.histofm.plugin.Providers;
import org.histofm.slide.Mpp;
import org.histofm.testkit.SlideWriter;
import org.histofm.tile.RgbImage;

/**
 * A pyramidal slide of JPEG tiles with a round piece of tissue on glass, of any size: 64 drawn
 * tiles of tissue are repeated over the tissue. Equal tiles may be stored once, so that a slide of
 * 100,000 x 100,000 px is a few megabytes; offsets, sizes and tiles of the file are ordinary.
 */
public final class SyntheticSlide {
  private static final Mpp MPP = Mpp.of(0.25);
  private static final int TILE = 256;
  private static final int PATIENTS = 16;
  private static final int COARSEST = 16;
  private static final int BLOCK = TILE * COARSEST; // level-0 px of a tile of the coarsest level
  private static final double RADIUS = 0.28; // of the side: a quarter of the area is tissue

  private SyntheticSlide() {}

  /** Arguments: {@code FILE SIDE}, the side in level-0 pixels of 0.25 µm. */
  public static void main(String... args) throws IOException {
    write(Path.of(args[0]), Long.parseLong(args[1]), true);
  }

  /**
   * Writes a slide of {@code side} x {@code side} px at 0.25 µm/px.
   *
   * @param once whether equal tiles are stored once
   */
  public static void write(Path file, long side, boolean once) throws IOException {
    DatasetProvider tissue = Providers.of(DatasetProvider.class).get("synthetic-he");
    Options options =
        Options.none()
            .with("domains", "scanner-a")
            .with("patients", Integer.toString(PATIENTS))
            .with("size", Integer.toString(TILE));
    List<RgbImage> drawn =
        tissue.open(DatasetRequest.of("synthetic-he").withOptions(options)).samples().stream()
            .map(SyntheticSlide::pixels)
            .toList();
    SlideWriter.of(side, side)
        .withTilePx(TILE)
        .withLevels(1, 4, COARSEST)
        .withCompression(SlideWriter.Compression.JPEG)
        .withBigTiff(true)
        .withMpp(MPP, SlideWriter.Recorded.RESOLUTION)
        .write(file, new Painter(drawn, side, once));
  }

  private static RgbImage pixels(Sample sample) {
    if (sample.source() instanceof Source.InMemory memory) {
      return memory.image();
    }
    throw new IllegalStateException("a drawn tile is in memory, not " + sample.source());
  }

  private record Painter(List<RgbImage> drawn, long side, boolean once)
      implements SlideWriter.TilePainter {
    @Override
    public long key(int level, long column, long row) {
      return once ? look(level, column, row) : UNIQUE;
    }

    /** Which drawn tile is shown, or their number for glass. */
    private int look(int level, long column, long row) {
      int downsample = 1 << (2 * level);
      double x = centre(column, downsample);
      double y = centre(row, downsample);
      boolean tissue = Math.hypot(x - side / 2.0, y - side / 2.0) <= RADIUS * side;
      return tissue
          ? (int) Math.floorMod(column * 31 + row * 17 + level, (long) drawn.size())
          : drawn.size();
    }

    /** Centre of the block that a tile lies in: so all levels agree on what is tissue. */
    private static double centre(long position, int downsample) {
      return (Math.floorDiv(position * TILE * downsample, BLOCK) + 0.5) * BLOCK;
    }

    @Override
    public void paint(int level, long column, long row, byte[] rgb) {
      int look = look(level, column, row);
      if (look < drawn.size()) {
        drawn.get(look).copyTo(rgb, 0);
      } else {
        java.util.Arrays.fill(rgb, (byte) 245);
      }
    }
  }
}
