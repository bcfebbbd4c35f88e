/**
 * Whole-slide images: {@link org.histofm.slide.SlideReaderProvider} opens what {@link
 * org.histofm.slide.SlideLocation} names; regions are in level-0 pixels, pixel sizes in
 * micrometres.
 */
@NullMarked
package org.histofm.slide;

import org.jspecify.annotations.NullMarked;
