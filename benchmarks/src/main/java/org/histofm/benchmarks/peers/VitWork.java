package org.histofm.benchmarks.peers;

import org.histofm.backbones.program.VitShape;

/**
 * Counts the least work of a Vision Transformer: operations in matrix products, in 10⁹, two for
 * each multiplication and addition. Behind the last block of a network pooled by its class token
 * nobody reads the other tokens, so query, projection and MLP run on one token there.
 */
final class VitWork {
  private VitWork() {}

  /** One embedding. */
  static double embedding(VitShape shape) {
    return (patches(shape) + linear(shape) + attention(shape)) / 1e9;
  }

  /**
   * One image in a LoRA step that adapts every linear layer of every block: forward; backward the
   * gradient of each layer's input, but not of the first block's, and four products in attention
   * instead of two; LoRA's own products forward and, twice as many, backward.
   */
  static double loraStep(VitShape shape, int rank) {
    double first = shape.depth() > 1 ? queryKeyValue(shape, tokens(shape)) : 0;
    return embedding(shape)
        + (linear(shape) - first + 2 * attention(shape) + 3 * lora(shape, rank)) / 1e9;
  }

  /** One image in a step that trains everything: as much again for inputs, and for weights. */
  static double fullStep(VitShape shape) {
    return 3 * embedding(shape) - patches(shape) / 1e9;
  }

  private static double patches(VitShape shape) {
    return 2.0 * shape.patches() * 3 * shape.patchSize() * shape.patchSize() * shape.dim();
  }

  private static double linear(VitShape shape) {
    double all = tokens(shape);
    double full = queryKeyValue(shape, all) + behindAttention(shape, all);
    double last = queryKeyValue(shape, queries(shape)) + behindAttention(shape, queries(shape));
    return (shape.depth() - 1) * full + last;
  }

  private static double attention(VitShape shape) {
    double rows = (shape.depth() - 1) * tokens(shape) + queries(shape);
    return 2 * 2 * rows * tokens(shape) * shape.dim();
  }

  private static double lora(VitShape shape, int rank) {
    double attention = tokens(shape) * 4 * shape.dim();
    double behind = 3.0 * shape.dim() + shape.mlpHidden() * (1 + gated(shape));
    double rows = (shape.depth() - 1) * tokens(shape) + queries(shape);
    return 2 * rank * (shape.depth() * attention + rows * behind);
  }

  /** Keys and values of all tokens, queries of some. */
  private static double queryKeyValue(VitShape shape, double queries) {
    return 2.0 * shape.dim() * shape.dim() * (2 * tokens(shape) + queries);
  }

  private static double behindAttention(VitShape shape, double queries) {
    return 2.0 * queries * shape.dim() * (shape.dim() + shape.mlpHidden() * (1 + gated(shape)));
  }

  /** Inputs of the MLP's second layer as a part of the outputs of the first. */
  private static double gated(VitShape shape) {
    return shape.swiglu() ? 0.5 : 1;
  }

  private static double tokens(VitShape shape) {
    return shape.prefixTokens() + shape.patches();
  }

  /** Tokens that leave the last block. */
  private static double queries(VitShape shape) {
    return shape.pool() == VitShape.Pool.TOKEN ? 1 : tokens(shape);
  }
}
