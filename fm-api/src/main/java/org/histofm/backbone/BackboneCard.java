package org.histofm.backbone;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Description of a backbone: what comes in, what comes out, what it was trained on. Immutable. */
public final class BackboneCard {
  private final String id;
  private final int embeddingDim;
  private final Preprocessing preprocessing;
  private final String pooling;
  private final Set<String> pretrainingCohorts;
  private final String licence;

  private BackboneCard(
      String id,
      int embeddingDim,
      Preprocessing preprocessing,
      String pooling,
      Set<String> pretrainingCohorts,
      String licence) {
    this.id = id;
    this.embeddingDim = embeddingDim;
    this.preprocessing = preprocessing;
    this.pooling = pooling;
    this.pretrainingCohorts = pretrainingCohorts;
    this.licence = licence;
  }

  /**
   * A card with pooling and licence "unknown" and no pretraining cohort named.
   *
   * @param id stable lower-case id
   * @param embeddingDim width of an embedding, at least 1
   * @param preprocessing what is done to a tile first
   */
  public static BackboneCard of(String id, int embeddingDim, Preprocessing preprocessing) {
    if (embeddingDim < 1) {
      throw new IllegalArgumentException("embedding width must be positive, got " + embeddingDim);
    }
    return new BackboneCard(
        Objects.requireNonNull(id),
        embeddingDim,
        Objects.requireNonNull(preprocessing),
        "unknown",
        Set.of(),
        "unknown");
  }

  /** A copy whose embedding is pooled as named, such as {@code "class token"}. */
  public BackboneCard withPooling(String name) {
    return new BackboneCard(
        id, embeddingDim, preprocessing, Objects.requireNonNull(name), pretrainingCohorts, licence);
  }

  /**
   * A copy that names the cohorts seen in pretraining, such as {@code "TCGA"}; an evaluation on one
   * of them is marked 'seen'.
   */
  public BackboneCard withPretrainingCohorts(List<String> cohorts) {
    Set<String> sorted = Collections.unmodifiableSet(new TreeSet<>(cohorts));
    return new BackboneCard(id, embeddingDim, preprocessing, pooling, sorted, licence);
  }

  /** A copy with the licence of the weights. */
  public BackboneCard withLicence(String name) {
    return new BackboneCard(
        id, embeddingDim, preprocessing, pooling, pretrainingCohorts, Objects.requireNonNull(name));
  }

  /** A copy with other preprocessing. */
  public BackboneCard withPreprocessing(Preprocessing other) {
    return new BackboneCard(
        id, embeddingDim, Objects.requireNonNull(other), pooling, pretrainingCohorts, licence);
  }

  /** Stable lower-case id. */
  public String id() {
    return id;
  }

  /** Width of an embedding. */
  public int embeddingDim() {
    return embeddingDim;
  }

  /** What is done to a tile first. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** How tokens become one embedding. */
  public String pooling() {
    return pooling;
  }

  /** Cohorts seen in pretraining, sorted; empty if none is named. */
  public Set<String> pretrainingCohorts() {
    return pretrainingCohorts;
  }

  /** Licence of the weights. */
  public String licence() {
    return licence;
  }

  /** One line that names every value; equal text means an equal card. */
  public String describe() {
    return id
        + ": "
        + embeddingDim
        + " values, pooling "
        + pooling
        + ", "
        + preprocessing.describe()
        + ", pretrained on "
        + pretrainingCohorts
        + ", licence "
        + licence;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof BackboneCard other && describe().equals(other.describe());
  }

  @Override
  public int hashCode() {
    return describe().hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
