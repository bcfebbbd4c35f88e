package org.histofm.tiling.heatmap;

import org.histofm.slide.Region;

/**
 * What a model says of one tile.
 *
 * @param region the tile, in level-0 pixels
 * @param score any number; one that is not finite stands for absent, and is not drawn
 */
public record TileScore(Region region, double score) {
  boolean present() {
    return Double.isFinite(score);
  }
}
