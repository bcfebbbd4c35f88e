/** Whole-slide images: regions in level-0 pixels, pixel sizes in micrometres, readers. */
@NullMarked
package org.histofm.slide;

import org.jspecify.annotations.NullMarked;
