package org.histofm.backbones.slides;

import java.nio.ByteBuffer;
import java.util.List;
import org.histofm.provenance.Sha256;
import org.histofm.slide.Region;
import org.histofm.slide.SlideException;
import org.histofm.slide.SlideReader;
import org.histofm.tiling.Tile;
import org.histofm.tiling.TileSettings;
import org.histofm.tiling.TissueTiles;
import org.histofm.tiling.tissue.TissueMask;
import org.histofm.tiling.tissue.TissueSettings;

/**
 * Where a slide's tissue lies, and the tiles that hold enough of it.
 *
 * @param tiles at least one, in the plan's order
 */
record SlidePlan(TissueMask tissue, List<Tile> tiles) implements TileBatches.Regions {
  /**
   * @throws SlideException if there is no tissue, or no tile with enough of it
   */
  static SlidePlan of(
      String slide, SlideReader reader, TissueSettings tissueSettings, TileSettings tileSettings) {
    TissueMask tissue = TissueMask.find(reader, tissueSettings);
    if (tissue.isEmpty()) {
      throw new SlideException(
          SlideException.Reason.NO_TISSUE,
          "no tissue was found on slide " + slide + ".",
          "Look at its thumbnail; if there is tissue, choose another --tissue method.");
    }
    List<Tile> tiles = TissueTiles.plan(reader, tissue, tileSettings);
    if (tiles.isEmpty()) {
      throw new SlideException(
          SlideException.Reason.NO_TILES,
          "slide "
              + slide
              + " has tissue, but no tile of "
              + tileSettings.tileSizePx()
              + " px at "
              + tileSettings.target().x()
              + " µm/px that is at least "
              + Math.round(100 * tileSettings.minTissue())
              + " % tissue.",
          "Lower --min-tissue, or cut smaller tiles.");
    }
    return new SlidePlan(tissue, tiles);
  }

  @Override
  public int size() {
    return tiles.size();
  }

  @Override
  public Region region(int index) {
    return tiles.get(index).region();
  }

  /** Equal hashes mean equal tiles in equal order. */
  String hash() {
    Sha256 hash = new Sha256();
    ByteBuffer buffer = ByteBuffer.allocate(4 * Long.BYTES);
    for (Tile tile : tiles) {
      Region at = tile.region();
      buffer.clear();
      buffer.putLong(at.x()).putLong(at.y()).putLong(at.width()).putLong(at.height());
      hash.add(buffer.flip());
    }
    return hash.hex();
  }
}
