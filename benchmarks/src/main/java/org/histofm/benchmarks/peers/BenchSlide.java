package org.histofm.benchmarks.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.histofm.InputException;
import org.histofm.benchmarks.slides.SyntheticSlide;
import org.histofm.slide.SlideLocation;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Slides;
import org.histofm.tiling.Tile;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.TissueTiles;
import org.histofm.tiling.tissue.TissueMask;
import org.histofm.tiling.tissue.TissueSettings;
import org.jspecify.annotations.Nullable;

/** The slide that rows read: the user's, or a drawn one that is made where it is absent. */
final class BenchSlide {
  private static final long SIDE = 16_384;

  private BenchSlide() {}

  /** How the slide of a run is called before it is opened. */
  static SlideTiles named(Path folder, @Nullable Path slide) {
    return slide == null
        ? new SlideTiles(
            folder.resolve("synthetic-" + SIDE + ".tif"),
            folder.resolve("tiles.csv"),
            "drawn tissue, pyramid of JPEG tiles at 0.25 µm/px; tiles of 224 px at 0.5 µm/px")
        : new SlideTiles(
            slide,
            folder.resolve("tiles.csv"),
            slide.getFileName() + "; tiles of 224 px at 0.5 µm/px");
  }

  /**
   * Makes the slide if it is the drawn one and absent, and writes its list of tissue tiles.
   *
   * @throws InputException if the user's slide cannot be read or has no tissue
   */
  static void prepare(SlideTiles tiles, boolean drawn) {
    if (drawn && !Files.exists(tiles.slide())) {
      try {
        SyntheticSlide.write(tiles.slide(), SIDE, false);
      } catch (IOException e) {
        throw new UncheckedIOException("writing " + tiles.slide(), e);
      }
    }
    try (SlideReader slide = Slides.withDefaults().open(SlideLocation.of(tiles.slide()))) {
      TissueMask tissue = TissueMask.find(slide, TissueSettings.otsu());
      List<Tile> found =
          TissueTiles.plan(slide, tissue, TileSettings.of(SlideTiles.TARGET, SlideTiles.SIZE));
      if (found.isEmpty()) {
        throw new InputException(
            "slide " + tiles.slide() + " has no tissue tiles.", "Name another one with --slide.");
      }
      SlideTiles.write(tiles.list(), found.stream().map(Tile::region).toList());
    }
  }
}
