/**
 * Slides by OpenSlide: {@link org.histofm.tiling.openslide.OpenSlideProvider} calls the system's
 * library itself, {@link org.histofm.tiling.openslide.OpenSlideJavaProvider} by OpenSlide Java
 * where the user has it. Both open {@code OpenSlideHandle}s, of which {@code OpenSlidePixels} makes
 * the stored pixels that {@link org.histofm.tiling.pyramid.PyramidReader} reads.
 */
@NullMarked
package org.histofm.tiling.openslide;

import org.jspecify.annotations.NullMarked;
