package org.histofm.backbones.program;

/**
 * Shape of a Vision Transformer in the terms of timm's {@code VisionTransformer}: all that decides
 * which parameters it has and what it computes.
 *
 * @param imageHeight height of the input the position table was made for, in pixels
 * @param imageWidth width of that input
 * @param patchSize side of a patch in pixels
 * @param dim width of a token
 * @param depth number of blocks
 * @param heads attention heads; divides {@code dim}
 * @param mlpHidden rows of {@code mlp.fc1}; with {@code swiglu} half of them are the gate
 * @param swiglu whether the MLP is timm's SwiGLUPacked
 * @param activation activation of the MLP, or of the gate
 * @param qkvBias whether {@code attn.qkv} has a bias
 * @param projBias whether {@code attn.proj} has a bias
 * @param qkNorm whether queries and keys are normalised per head ({@code attn.q_norm, k_norm})
 * @param layerScale whether blocks scale their branches ({@code ls1.gamma, ls2.gamma})
 * @param classToken whether there is a class token
 * @param registers number of register tokens
 * @param positionTable whether there is a learned {@code pos_embed}
 * @param noEmbedClass whether prefix tokens stand outside the position table
 * @param preNorm whether tokens are normalised before the first block ({@code norm_pre})
 * @param finalNorm whether tokens are normalised after the last block ({@code norm})
 * @param fcNorm whether the pooled vector is normalised ({@code fc_norm})
 * @param pool how tokens become one vector
 * @param poolIncludesPrefix whether average pooling counts prefix tokens
 * @param normEps epsilon of every LayerNorm
 */
public record VitShape(
    int imageHeight,
    int imageWidth,
    int patchSize,
    int dim,
    int depth,
    int heads,
    int mlpHidden,
    boolean swiglu,
    Activation activation,
    boolean qkvBias,
    boolean projBias,
    boolean qkNorm,
    boolean layerScale,
    boolean classToken,
    int registers,
    boolean positionTable,
    boolean noEmbedClass,
    boolean preNorm,
    boolean finalNorm,
    boolean fcNorm,
    Pool pool,
    boolean poolIncludesPrefix,
    double normEps) {

  /** Activation functions, by their timm names. */
  public enum Activation {
    /** Exact (erf) GELU. */
    GELU,
    /** GELU by its tanh approximation. */
    GELU_TANH,
    /** SiLU, x · sigmoid(x). */
    SILU,
    /** max(x, 0). */
    RELU
  }

  /** How tokens become one vector, by timm's {@code global_pool}. */
  public enum Pool {
    /** The class token. */
    TOKEN,
    /** The mean of the patch tokens. */
    AVG
  }

  /** Width of a head. */
  public int headDim() {
    return dim / heads;
  }

  /** Tokens in front of the patches. */
  public int prefixTokens() {
    return (classToken ? 1 : 0) + registers;
  }

  /** Patches of an image of the nominal size. */
  public int patches() {
    return (imageHeight / patchSize) * (imageWidth / patchSize);
  }
}
