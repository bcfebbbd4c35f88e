/**
 * From stored image to what a network reads: {@link org.histofm.backbones.pixels.ImageFiles}
 * decodes a file, {@link org.histofm.backbones.pixels.TilePreprocessor} resizes and crops it, both
 * to the very bytes that Python's Pillow and torchvision give. Scaling to [0, 1] and normalisation
 * belong to the backbone.
 */
@NullMarked
package org.histofm.backbones.pixels;

import org.jspecify.annotations.NullMarked;
