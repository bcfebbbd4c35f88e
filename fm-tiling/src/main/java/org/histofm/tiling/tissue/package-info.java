/**
 * Where tissue lies: {@link org.histofm.tiling.tissue.TissueSettings} says how it is found, {@link
 * org.histofm.tiling.tissue.TissueMask} is what was found.
 */
@NullMarked
package org.histofm.tiling.tissue;

import org.jspecify.annotations.NullMarked;
