/**
 * Outlines on slides: a {@link org.histofm.tiling.shape.Polygon} in level-0 pixels, an {@link
 * org.histofm.tiling.shape.Annotation} that names and measures it, and {@link
 * org.histofm.tiling.shape.GeoJson}, which exchanges them with QuPath.
 */
@NullMarked
package org.histofm.tiling.shape;

import org.jspecify.annotations.NullMarked;
