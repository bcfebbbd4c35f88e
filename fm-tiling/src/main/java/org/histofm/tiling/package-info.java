/**
 * Slides and tiles: {@link org.histofm.tiling.Slides} opens a slide, {@link
 * org.histofm.tiling.TilePlan} says which regions to cut, and the reader gives the pixels of each.
 */
@NullMarked
package org.histofm.tiling;

import org.jspecify.annotations.NullMarked;
