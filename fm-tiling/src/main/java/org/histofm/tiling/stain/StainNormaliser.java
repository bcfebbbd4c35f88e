package org.histofm.tiling.stain;

import org.histofm.provenance.Facts;
import org.histofm.tile.RgbImage;

/**
 * Makes tiles look as if they were stained like a target.
 *
 * <p>No tile makes it fail, and none gets colours that noise alone decides: one that holds too
 * little tissue to fit its own stains is returned as it came, and the result says so. That is where
 * fewer than 50 or 1 % of its pixels have an optical density of 0.15 in every channel, or where its
 * two stains cannot be told apart, or a channel of CIELAB hardly varies (it is white, grey or of a
 * single colour).
 *
 * <p>Results are rounded to the nearest of 8 bits, where the Python peers cut off: theirs are
 * darker by half a level in the mean, and differ by one level at most for that.
 *
 * <p>Immutable; safe for concurrent use. The same tile gives the same result whatever the order of
 * its pixels. Memory: some 50 bytes a pixel of the tile.
 */
public sealed interface StainNormaliser permits OpticalNormaliser, ReinhardNormaliser {
  /**
   * Macenko's method, towards {@code target}.
   *
   * @see Stains#ofMacenko
   */
  static StainNormaliser macenko(Stains target) {
    return new OpticalNormaliser("macenko", target);
  }

  /**
   * Macenko's method, towards the look of {@code target}.
   *
   * @throws org.histofm.InputException if the target holds too little tissue
   */
  static StainNormaliser macenkoLike(RgbImage target) {
    return macenko(Stains.ofMacenko(target).orElseThrow(Stains::noTissue));
  }

  /**
   * Vahadane's method, towards {@code target}.
   *
   * @see Stains#ofVahadane
   */
  static StainNormaliser vahadane(Stains target) {
    return new OpticalNormaliser("vahadane", target);
  }

  /**
   * Vahadane's method, towards the look of {@code target}.
   *
   * @throws org.histofm.InputException if the target holds too little tissue
   */
  static StainNormaliser vahadaneLike(RgbImage target) {
    return vahadane(Stains.ofVahadane(target).orElseThrow(Stains::noTissue));
  }

  /**
   * Reinhard's method: every channel gets the target's mean and standard deviation, in CIELAB, as
   * torchstain does (the paper uses lαβ, its followers in pathology CIELAB), over all pixels.
   *
   * @see "Reinhard et al. 2001, Color transfer between images; torchstain's ReinhardNormalizer"
   */
  static StainNormaliser reinhard(LabStatistics target) {
    return new ReinhardNormaliser(target);
  }

  /** Reinhard's method, towards the look of {@code target}. */
  static StainNormaliser reinhardLike(RgbImage target) {
    return reinhard(LabStatistics.of(target));
  }

  /** The tile normalised, or as it came if it holds too little tissue; says which. */
  StainResult normalise(RgbImage tile);

  /** The image of {@link #normalise}. */
  default RgbImage apply(RgbImage tile) {
    return normalise(tile).image();
  }

  /** Method and target, for a record. */
  Facts facts();
}
