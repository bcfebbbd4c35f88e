package org.histofm.tiling.stain;

import org.histofm.tile.RgbImage;

/**
 * A tile after stain normalisation.
 *
 * @param image the tile, of the same size
 * @param isNormalised whether it was normalised; otherwise it held too little tissue and {@code
 *     image} is the tile as it came
 */
public record StainResult(RgbImage image, boolean isNormalised) {}
