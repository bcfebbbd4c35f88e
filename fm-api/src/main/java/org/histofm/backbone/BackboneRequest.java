package org.histofm.backbone;

import java.util.Objects;
import org.histofm.plugin.Options;

/** How a backbone is to be opened. Immutable. */
public final class BackboneRequest {
  private final String id;
  private final Weights weights;
  private final Precision precision;
  private final Options options;

  private BackboneRequest(String id, Weights weights, Precision precision, Options options) {
    this.id = id;
    this.weights = weights;
    this.precision = precision;
    this.options = options;
  }

  /** Opens {@code id} with {@code weights}, {@link Precision#AUTO} and no further options. */
  public static BackboneRequest of(String id, Weights weights) {
    return new BackboneRequest(
        Objects.requireNonNull(id),
        Objects.requireNonNull(weights),
        Precision.AUTO,
        Options.none());
  }

  /** A copy with another number format. */
  public BackboneRequest withPrecision(Precision other) {
    return new BackboneRequest(id, weights, Objects.requireNonNull(other), options);
  }

  /** A copy with the provider's own settings. */
  public BackboneRequest withOptions(Options other) {
    return new BackboneRequest(id, weights, precision, Objects.requireNonNull(other));
  }

  /** Id of the backbone. */
  public String id() {
    return id;
  }

  /** Where the parameters come from. */
  public Weights weights() {
    return weights;
  }

  /** Number format of the computation. */
  public Precision precision() {
    return precision;
  }

  /** The provider's own settings. */
  public Options options() {
    return options;
  }
}
