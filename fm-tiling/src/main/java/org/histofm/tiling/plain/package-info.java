/**
 * Plain images as slides of one level: {@link org.histofm.tiling.plain.PlainImageProvider} reads
 * the header of a PNG, JPEG or BMP file, or of a TIFF that no other reader takes, and decodes it by
 * the JDK in bands of rows.
 */
@NullMarked
package org.histofm.tiling.plain;

import org.jspecify.annotations.NullMarked;
