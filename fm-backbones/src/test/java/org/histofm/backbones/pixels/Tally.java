package org.histofm.backbones.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collection;

/** Judges how often each of several equally likely results was drawn. */
final class Tally {
  private Tally() {}

  /** Every count lies within five standard deviations of a binomial count of equal chances. */
  static void assertEven(Collection<Integer> counts) {
    double draws = counts.stream().mapToInt(n -> n).sum();
    double p = 1.0 / counts.size();
    double tolerance = 5 * Math.sqrt(draws * p * (1 - p));
    assertThat(counts)
        .allSatisfy(n -> assertThat((double) n).isCloseTo(draws * p, within(tolerance)));
  }
}
