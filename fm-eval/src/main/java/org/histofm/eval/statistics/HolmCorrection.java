package org.histofm.eval.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Holm's step-down correction: if all p-values of a family are corrected and those up to 0.05 are
 * called differences, then the chance that any of these calls is wrong is at most 5 %, however the
 * comparisons depend on each other.
 *
 * <p>With the m p-values of a family in ascending order, p₍ᵢ₎ becomes max over j ≤ i of min(1, (m −
 * j + 1) · p₍ⱼ₎).
 *
 * @see "Holm 1979, A simple sequentially rejective multiple test procedure"
 */
public final class HolmCorrection {
  private HolmCorrection() {}

  /**
   * The same differences in the same order, each that has a p with its corrected one. One without p
   * was not tested and does not count.
   */
  public static List<Difference> of(List<Difference> family) {
    List<Integer> tested =
        IntStream.range(0, family.size())
            .filter(i -> family.get(i).p().isPresent())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> family.get(i).p().orElseThrow()))
            .toList();
    List<Difference> corrected = new ArrayList<>(family);
    double largest = 0;
    for (int rank = 0; rank < tested.size(); rank++) {
      int i = tested.get(rank);
      double p = family.get(i).p().orElseThrow();
      largest = Math.max(largest, Math.min(1, (tested.size() - rank) * p));
      corrected.set(i, family.get(i).withHolm(largest));
    }
    return List.copyOf(corrected);
  }
}
