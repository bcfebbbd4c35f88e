/**
 * Pictures of a slide: {@link org.histofm.tiling.heatmap.TileOverview} shows which tiles were
 * planned, {@link org.histofm.tiling.heatmap.Heatmap} the scores that a model gave to tiles.
 */
@NullMarked
package org.histofm.tiling.heatmap;

import org.jspecify.annotations.NullMarked;
