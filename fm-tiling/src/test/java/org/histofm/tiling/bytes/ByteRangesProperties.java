package org.histofm.tiling.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ByteRangesProperties {
  @Property(tries = 300, seed = "20261125")
  void sizes_ofAnyRanges_areThoseOfSetsOfBytes(
      @ForAll @Size(max = 20) List<@IntRange(max = 9999) Integer> ours,
      @ForAll @Size(max = 20) List<@IntRange(max = 9999) Integer> theirs) {
    BitSet a = new BitSet();
    BitSet b = new BitSet();
    ByteRanges rangesA = ranges(ours, a);
    ByteRanges rangesB = ranges(theirs, b);
    assertThat(rangesA.size()).isEqualTo(a.cardinality());
    assertThat(rangesB.size()).isEqualTo(b.cardinality());
    BitSet common = (BitSet) a.clone();
    common.and(b);
    assertThat(rangesA.sizeOfCommon(rangesB)).isEqualTo(common.cardinality());
    assertThat(rangesB.sizeOfCommon(rangesA)).isEqualTo(common.cardinality());
  }

  /** A number holds a start below 100 and a length below 100. */
  private static ByteRanges ranges(List<Integer> drawn, BitSet bytes) {
    ByteRanges ranges = new ByteRanges();
    for (int draw : drawn) {
      int from = draw / 100;
      int to = from + draw % 100 / 4;
      ranges.add(from, to);
      bytes.set(from, to);
    }
    return ranges;
  }
}
