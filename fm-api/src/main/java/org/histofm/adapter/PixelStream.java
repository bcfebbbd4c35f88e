package org.histofm.adapter;

import java.util.Optional;
import org.histofm.tile.PixelBatch;

/**
 * Batches of preprocessed tiles, made ahead of the one who takes them. Confined to one thread;
 * whoever opened it closes it, which ends work under way.
 */
public interface PixelStream extends AutoCloseable {
  /**
   * The next batch, the caller's own, or empty after the last. Whatever is thrown ends the stream.
   *
   * @throws org.histofm.InputException naming the sample that cannot be decoded
   * @throws java.util.concurrent.CancellationException if the thread is or was interrupted; its
   *     flag stays set
   * @throws IllegalStateException after the end by an exception or {@link #close}
   */
  Optional<PixelBatch> next();

  @Override
  void close();
}
