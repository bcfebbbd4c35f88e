package org.histofm.adapters.internal;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.histofm.InputException;
import org.histofm.backbone.Backbone;

/**
 * Which backbone an adapter was fitted on. Immutable.
 *
 * @param id its id
 * @param dim width of its embeddings
 * @param card its whole card in one line
 * @param weightsHash hash of its parameters
 * @param facts how it computed, sorted by name
 */
public record BackboneIdentity(
    String id, int dim, String card, String weightsHash, Map<String, String> facts) {
  /** Sorts the facts. */
  public BackboneIdentity {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** The identity of an open backbone. */
  public static BackboneIdentity of(Backbone backbone) {
    return new BackboneIdentity(
        backbone.card().id(),
        backbone.card().embeddingDim(),
        backbone.card().describe(),
        backbone.weightsHash(),
        backbone.facts().asMap());
  }

  /** {@code id@hash}, the hash cut to twelve digits. */
  public String name() {
    return id + "@" + weightsHash.substring(0, Math.min(12, weightsHash.length()));
  }

  /**
   * Checks embeddings that are about to be used.
   *
   * @throws InputException unless embeddings are as wide as this backbone's
   */
  public void check(int width) {
    if (width != dim) {
      throw new InputException(
          "embeddings have "
              + width
              + " dims, but the adapter is fitted on "
              + dim
              + " ("
              + name()
              + ").",
          "Embed with " + name() + ", or refit.");
    }
  }

  /**
   * Checks a backbone that is about to be used.
   *
   * @throws InputException unless {@code other} gives the same embeddings
   */
  public void check(BackboneIdentity other) {
    if (other.dim != dim) {
      throw new InputException(
          "embeddings of "
              + other.name()
              + " have "
              + other.dim
              + " dims, but the adapter was fitted on "
              + dim
              + " ("
              + name()
              + ").",
          "Embed with " + name() + ", or refit.");
    }
    if (!other.weightsHash.equals(weightsHash) || !other.id.equals(id)) {
      throw new InputException(
          "the adapter was fitted on embeddings of " + name() + ", not of " + other.name() + ".",
          "Embed with " + name() + ", or refit.");
    }
    if (!other.card.equals(card)) {
      throw new InputException(
          "the adapter was fitted on backbone '"
              + card
              + "', but this one is '"
              + other.card
              + "'.",
          "Use the same card, or refit.");
    }
  }
}
