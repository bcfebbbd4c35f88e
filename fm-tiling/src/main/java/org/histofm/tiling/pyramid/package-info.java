/**
 * What every slide reader shares: {@link org.histofm.tiling.pyramid.PixelLevels} gives the stored
 * pixels of one kind of file, and {@link org.histofm.tiling.pyramid.PyramidReader} makes a {@link
 * org.histofm.slide.SlideReader} of it: pixel size, choice of level, resampling, padding, closing.
 */
@NullMarked
package org.histofm.tiling.pyramid;

import org.jspecify.annotations.NullMarked;
