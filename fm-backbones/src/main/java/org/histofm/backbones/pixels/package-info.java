/**
 * From stored image to what a network reads: {@link org.histofm.backbones.pixels.ImageFiles}
 * decodes a file, {@link org.histofm.backbones.pixels.TilePreprocessor} resizes and crops it, and
 * {@link org.histofm.backbones.pixels.TileAugmenter} changes it at random for training, all to the
 * very bytes that Python's Pillow and torchvision give. Scaling to [0, 1] and normalisation belong
 * to the backbone.
 */
@NullMarked
package org.histofm.backbones.pixels;

import org.jspecify.annotations.NullMarked;
