package org.histofm.backbone;

/**
 * One batch on its way through a {@link TrainingSession}: owns the activations that its gradient
 * needs. Confined to the session's thread. Closing it without {@link #backward} frees them and
 * leaves no trace in the session's gradients; {@code close} is idempotent.
 */
public interface TrainingPass extends AutoCloseable {
  /** The embeddings, one row per image, [count, embeddingDim]; they stay readable after close. */
  EmbeddingMatrix embedding();

  /**
   * Adds to the session's gradients those of a loss, and frees the activations on the way. Once.
   *
   * @param gradient of the loss with respect to {@link #embedding}, of the same size
   * @throws IllegalStateException if it was called before, or the pass is closed
   * @throws IllegalArgumentException if the size differs
   */
  void backward(EmbeddingMatrix gradient);

  @Override
  void close();
}
