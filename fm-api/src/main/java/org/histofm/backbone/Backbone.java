package org.histofm.backbone;

import org.histofm.provenance.Facts;
import org.histofm.tile.PixelBatch;

/**
 * A pretrained encoder, open and ready. Safe for concurrent use: two threads get the numbers that
 * one would. Whoever opened it closes it, which frees its native memory at once; {@code close} is
 * idempotent, and computing afterwards throws {@link IllegalStateException}; the description stays
 * readable.
 */
public interface Backbone extends AutoCloseable {
  /** What this backbone is. */
  BackboneCard card();

  /**
   * SHA-256 of the parameters in use, in hexadecimal, or of what they were drawn from; equal hashes
   * mean equal embeddings at equal {@link #facts()}.
   */
  String weightsHash();

  /** Whether the parameters are random: then every output carries the 'untrained' notice. */
  boolean untrained();

  /** How it computes: precision, program variant, device, library versions. */
  Facts facts();

  /**
   * Embeds a batch of any size.
   *
   * @param batch 8-bit pixels of the card's crop size, or float32 pixels already normalised
   * @return one row per image, [count, embeddingDim]; a row does not depend on its neighbours but
   *     for rounding in the last bits
   * @throws IllegalArgumentException if the image size is not one the backbone takes
   */
  EmbeddingMatrix embed(PixelBatch batch);

  @Override
  void close();
}
