/** Pixels of tiles: one image, or a batch in the layout a backbone reads. */
@NullMarked
package org.histofm.tile;

import org.jspecify.annotations.NullMarked;
