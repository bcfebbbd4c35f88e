package org.histofm.backbone;

import org.histofm.tile.PixelBatch;

/** Capability: a backbone that also gives the vectors of its tokens. */
public interface DenseBackbone extends Backbone {
  /**
   * The tokens after the network's final normalisation.
   *
   * @param batch as {@link #embed}
   * @throws IllegalArgumentException if the image size is not one the backbone takes
   */
  TokenTensor tokens(PixelBatch batch);
}
