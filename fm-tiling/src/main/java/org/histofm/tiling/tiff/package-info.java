/**
 * The reader that needs nothing but the JDK: {@link org.histofm.tiling.tiff.TiffSlideProvider}
 * walks a TIFF's directories, makes a pyramid of its pages, and decodes the stored tiles that a
 * read touches, which stay in a cache of bounded size; a {@link org.histofm.tiling.tiff.ReadMeter}
 * says what that cost.
 */
@NullMarked
package org.histofm.tiling.tiff;

import org.jspecify.annotations.NullMarked;
