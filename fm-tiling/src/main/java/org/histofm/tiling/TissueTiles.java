package org.histofm.tiling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.histofm.slide.Region;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.tissue.TissueMask;

/** Plans the tiles of a slide that hold enough tissue. */
public final class TissueTiles {
  private TissueTiles() {}

  /**
   * The tiles of the grid over the whole slide whose share of tissue is above 0 and at least that
   * of the settings; row by row. A tile's index is its place in the full grid. Where there are more
   * than the limit, a subset is drawn uniformly by the seed and kept in the grid's order. Empty if
   * no tile holds enough tissue.
   *
   * @throws IllegalArgumentException if the mask is of a slide of another size
   */
  public static List<Tile> plan(SlideReader slide, TissueMask tissue, TileSettings settings) {
    if (tissue.width() != slide.width() || tissue.height() != slide.height()) {
      throw new IllegalArgumentException(
          "the tissue was found on a slide of "
              + tissue.width()
              + " x "
              + tissue.height()
              + " px, this one has "
              + slide.width()
              + " x "
              + slide.height());
    }
    if (tissue.isEmpty()) {
      return List.of();
    }
    TissueMask counted = settings.holes() == HolesPolicy.FILLED ? tissue.filled() : tissue;
    TilePlan grid = grid(slide, settings);
    List<Tile> kept = new ArrayList<>();
    for (int i = 0; i < grid.size(); i++) {
      Tile tile = grid.tile(i);
      double share = counted.share(tile.region());
      if (share > 0 && share >= settings.minTissue()) {
        kept.add(tile);
      }
    }
    return limited(kept, settings);
  }

  static TilePlan grid(SlideReader slide, TileSettings settings) {
    return TilePlan.grid(
        new Region(0, 0, slide.width(), slide.height()),
        slide.mpp(),
        settings.target(),
        settings.tileSizePx(),
        settings.overlapPx(),
        settings.edges());
  }

  static <T> List<T> limited(List<T> tiles, TileSettings settings) {
    if (settings.limit() == 0 || tiles.size() <= settings.limit()) {
      return List.copyOf(tiles);
    }
    int[] order = settings.seed().derive("tile limit").permutation(tiles.size());
    return IntStream.of(Arrays.copyOf(order, settings.limit()))
        .sorted()
        .mapToObj(tiles::get)
        .toList();
  }
}
