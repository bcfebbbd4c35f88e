package org.histofm.backbone;

import java.nio.file.Path;
import org.histofm.Seed;

/**
 * Where a backbone's parameters come from.
 *
 * <p>Cases may be added; a provider declares what it takes by {@link BackboneProvider#supports}.
 */
public sealed interface Weights {
  /**
   * A weights file.
   *
   * @param path the file
   */
  record File(Path path) implements Weights {}

  /**
   * Random parameters: for plumbing checks only. Every output of such a run says so.
   *
   * @param seed of the initialisation
   */
  record Random(Seed seed) implements Weights {}

  /** The weights in {@code path}. */
  static Weights file(Path path) {
    return new File(path);
  }

  /** Random weights from {@code seed}; asked for by name, never a fallback. */
  static Weights random(Seed seed) {
    return new Random(seed);
  }
}
