package org.histofm.backbone;

/**
 * Token vectors of a batch, [images, tokens, dim] float32 row-major: prefix tokens (class,
 * registers) first, then patches row by row. Immutable.
 */
public final class TokenTensor {
  private final int images;
  private final int tokens;
  private final int prefixTokens;
  private final int dim;
  private final float[] values;

  private TokenTensor(int images, int tokens, int prefixTokens, int dim, float[] values) {
    this.images = images;
    this.tokens = tokens;
    this.prefixTokens = prefixTokens;
    this.dim = dim;
    this.values = values;
  }

  /**
   * A tensor that takes {@code values} over without copying; the caller must not touch the array
   * again.
   *
   * @throws IllegalArgumentException if the sizes and the length do not fit
   */
  public static TokenTensor wrap(
      int images, int tokens, int prefixTokens, int dim, float[] values) {
    if (images < 1
        || tokens < 1
        || dim < 1
        || prefixTokens < 0
        || prefixTokens > tokens
        || (long) images * tokens * dim != values.length) {
      throw new IllegalArgumentException(
          values.length
              + " values are not ["
              + images
              + ", "
              + tokens
              + ", "
              + dim
              + "] tokens with "
              + prefixTokens
              + " in front");
    }
    return new TokenTensor(images, tokens, prefixTokens, dim, values);
  }

  /** Number of images. */
  public int images() {
    return images;
  }

  /** Tokens of one image, prefix tokens included. */
  public int tokens() {
    return tokens;
  }

  /** Class and register tokens in front of the patches. */
  public int prefixTokens() {
    return prefixTokens;
  }

  /** Width of a token. */
  public int dim() {
    return dim;
  }

  /** Value {@code d} of a token of an image. */
  public float get(int image, int token, int d) {
    if (token < 0 || token >= tokens || d < 0 || d >= dim) {
      throw new IndexOutOfBoundsException("token " + token + ", dimension " + d);
    }
    return values[Math.toIntExact(((long) image * tokens + token) * dim + d)];
  }

  /** A copy of all values, [images, tokens, dim]. */
  public float[] toArray() {
    return values.clone();
  }
}
