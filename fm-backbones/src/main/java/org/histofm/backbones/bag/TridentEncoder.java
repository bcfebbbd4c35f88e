package org.histofm.backbones.bag;

import java.util.Set;
import org.histofm.backbones.hdf5.Hdf5Attributes;
import org.histofm.provenance.Facts;

/**
 * What made the embeddings, as it stands on {@code features}.
 *
 * @param backbone id of the backbone; TRIDENT's {@code encoder}
 * @param dim width of an embedding
 * @param weightsHash SHA-256 of the weights, or a word that says there are none
 * @param preprocessing the preprocessing in words
 * @param precision the precision of computation
 * @param more further facts, each written as a text under its own name: version of HistoFM, tissue
 *     settings and the like
 */
public record TridentEncoder(
    String backbone,
    int dim,
    String weightsHash,
    String preprocessing,
    String precision,
    Facts more) {
  private static final Set<String> OURS =
      Set.of(
          "name", "savetodir", "encoder", "backbone", "weights_hash", "preprocessing", "precision");

  /**
   * @throws IllegalArgumentException if {@code dim} is not positive, the id is no folder's name, or
   *     a further fact has the name of one that is written anyway
   */
  public TridentEncoder {
    if (dim < 1 || !TridentGrid.isName(backbone)) {
      throw new IllegalArgumentException("embeddings of " + dim + " numbers by '" + backbone + "'");
    }
    for (String fact : more.asMap().keySet()) {
      if (OURS.contains(fact)) {
        throw new IllegalArgumentException("fact '" + fact + "' is written anyway");
      }
    }
  }

  /** Name of TRIDENT's folder for these embeddings. */
  public String folder() {
    return "features_" + backbone;
  }

  /** What stands on {@code features}: TRIDENT's attributes, then ours, then {@code more}. */
  Hdf5Attributes attributes(String slide) {
    Hdf5Attributes further = Hdf5Attributes.none();
    for (var fact : more.asMap().entrySet()) {
      further = further.with(fact.getKey(), fact.getValue());
    }
    return Hdf5Attributes.none()
        .with("name", slide)
        .with("savetodir", folder())
        .with("encoder", backbone)
        .with("backbone", backbone)
        .with("weights_hash", weightsHash)
        .with("preprocessing", preprocessing)
        .with("precision", precision)
        .with(further);
  }
}
