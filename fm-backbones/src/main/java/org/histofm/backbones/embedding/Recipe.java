package org.histofm.backbones.embedding;

import java.util.TreeMap;
import org.histofm.backbone.Backbone;
import org.histofm.provenance.Sha256;

/**
 * All that decides an embedding but the sample: two backbones of one recipe give equal rows.
 *
 * @param text readable, complete
 * @param embeddingDim width of an embedding
 */
record Recipe(String text, int embeddingDim) {
  /** Raised whenever decoding or preprocessing changes a pixel. */
  private static final String PIXELS = "pixels 1";

  static Recipe of(Backbone backbone) {
    StringBuilder text =
        new StringBuilder(PIXELS)
            .append("\ncard ")
            .append(backbone.card().describe())
            .append("\nweights ")
            .append(backbone.weightsHash());
    new TreeMap<>(backbone.facts().asMap())
        .forEach((name, value) -> text.append('\n').append(name).append(": ").append(value));
    return new Recipe(text.toString(), backbone.card().embeddingDim());
  }

  String hash() {
    return Sha256.of(text);
  }
}
