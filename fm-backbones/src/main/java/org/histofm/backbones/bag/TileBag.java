package org.histofm.backbones.bag;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.histofm.backbone.EmbeddingMatrix;

/**
 * The embeddings of a slide's tiles, with their places where the file has them. Every value is
 * finite; a slide without tissue has no rows. Immutable.
 */
public final class TileBag {
  private final BagFacts facts;
  private final EmbeddingMatrix embeddings;
  private final List<String> warnings;

  TileBag(BagFacts facts, EmbeddingMatrix embeddings, List<String> warnings) {
    this.facts = facts;
    this.embeddings = embeddings;
    this.warnings = List.copyOf(warnings);
  }

  /** The file it comes from. */
  public Path path() {
    return facts.path();
  }

  /** Layout of that file. */
  public BagFormat format() {
    return facts.format();
  }

  /** Name of the slide, by the file's attributes, else by its name. */
  public String slide() {
    return facts.slide();
  }

  /** Name of the encoder, if the file or its folder says it. */
  public Optional<String> encoder() {
    return Optional.ofNullable(facts.encoder());
  }

  /** Embeddings, [N, D]. */
  public EmbeddingMatrix embeddings() {
    return embeddings;
  }

  /** Places of the N tiles, in the order of the embeddings, if known. */
  public Optional<TilePlaces> places() {
    return Optional.ofNullable(facts.places());
  }

  /** µm/px at which tiles were read, if the file says it. */
  public OptionalDouble mpp() {
    return Double.isNaN(facts.mpp()) ? OptionalDouble.empty() : OptionalDouble.of(facts.mpp());
  }

  /** What was noticed and is no reason to refuse the file, one sentence each. */
  public List<String> warnings() {
    return warnings;
  }
}
