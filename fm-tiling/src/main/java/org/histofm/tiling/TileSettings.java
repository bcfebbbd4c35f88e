package org.histofm.tiling;

import java.util.Locale;
import org.histofm.InputException;
import org.histofm.Seed;
import org.histofm.provenance.Facts;
import org.histofm.slide.Mpp;

/**
 * How tiles are cut from tissue.
 *
 * @param target pixel size of the tiles
 * @param tileSizePx side of a tile in target pixels, at least 1
 * @param overlapPx how far neighbours overlap in target pixels, from 0 to below the tile size
 * @param minTissue smallest share of a tile that is tissue, from 0 to 1; a tile without any tissue
 *     is never kept
 * @param holes whether holes count as tissue
 * @param edges what happens at the slide's right and lower edge
 * @param limit most tiles of a slide, or 0 for all
 * @param seed draws which tiles are kept if there are more than the limit
 */
public record TileSettings(
    Mpp target,
    int tileSizePx,
    int overlapPx,
    double minTissue,
    HolesPolicy holes,
    EdgePolicy edges,
    int limit,
    Seed seed) {
  /**
   * @throws InputException if a value lies outside its range
   */
  public TileSettings {
    if (tileSizePx < 1) {
      throw new InputException(
          "tiles of " + tileSizePx + " px cannot be cut.", "Give a tile size of at least 1 px.");
    }
    if (overlapPx < 0 || overlapPx >= tileSizePx) {
      throw new InputException(
          "tiles of " + tileSizePx + " px cannot overlap by " + overlapPx + " px.",
          "Give an overlap from 0 to " + (tileSizePx - 1) + " px.");
    }
    if (!(minTissue >= 0 && minTissue <= 1)) {
      throw new InputException(
          "a smallest tissue share of " + minTissue + " is no share.",
          "Give a share from 0 to 1, such as 0.5.");
    }
    if (limit < 0) {
      throw new InputException(
          "a limit of " + limit + " tiles is none.", "Give at least 1, or 0 for all tiles.");
    }
  }

  /**
   * Tiles of a pixel size and side, without overlap, at least half tissue with holes left open,
   * padded at the edge, without limit.
   */
  public static TileSettings of(Mpp target, int tileSizePx) {
    return new TileSettings(
        target, tileSizePx, 0, 0.5, HolesPolicy.OPEN, EdgePolicy.PAD, 0, Seed.of(0));
  }

  /** A copy in which neighbours overlap by {@code px} target pixels. */
  public TileSettings withOverlapPx(int px) {
    return new TileSettings(target, tileSizePx, px, minTissue, holes, edges, limit, seed);
  }

  /** A copy with another smallest share of tissue, from 0 to 1. */
  public TileSettings withMinTissue(double share) {
    return new TileSettings(target, tileSizePx, overlapPx, share, holes, edges, limit, seed);
  }

  /** A copy with another policy for holes. */
  public TileSettings withHoles(HolesPolicy policy) {
    return new TileSettings(target, tileSizePx, overlapPx, minTissue, policy, edges, limit, seed);
  }

  /** A copy with another policy for the slide's edges. */
  public TileSettings withEdges(EdgePolicy policy) {
    return new TileSettings(target, tileSizePx, overlapPx, minTissue, holes, policy, limit, seed);
  }

  /** A copy that keeps at most {@code tiles} tiles of a slide, drawn with {@code drawn}. */
  public TileSettings withLimit(int tiles, Seed drawn) {
    return new TileSettings(target, tileSizePx, overlapPx, minTissue, holes, edges, tiles, drawn);
  }

  /** Every value as text that stays the same, for recipes; the seed only where it matters. */
  public Facts facts() {
    Facts facts =
        Facts.none()
            .with("tile mpp", target.x() + " x " + target.y())
            .with("tile px", Integer.toString(tileSizePx))
            .with("tile overlap px", Integer.toString(overlapPx))
            .with("tile min tissue", Double.toString(minTissue))
            .with("tile holes", holes.name().toLowerCase(Locale.ROOT))
            .with("tile edges", edges.name().toLowerCase(Locale.ROOT))
            .with("tile limit", limit == 0 ? "none" : Integer.toString(limit));
    return limit == 0 ? facts : facts.with("tile seed", Long.toString(seed.value()));
  }
}
