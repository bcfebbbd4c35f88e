package org.histofm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SeedProperties {
  @Property(tries = 200, seed = "20261125")
  void permutation_isAPermutation(@ForAll long seed, @ForAll @IntRange(max = 300) int n) {
    assertThat(Seed.of(seed).permutation(n))
        .containsExactlyInAnyOrder(IntStream.range(0, n).toArray());
  }

  @Property(tries = 200, seed = "20261125")
  void derive_otherName_givesAnotherStream(
      @ForAll long seed, @ForAll String name, @ForAll String other) {
    // lone surrogates have no UTF-8 and all become '?'
    Assume.that(name.codePoints().noneMatch(SeedProperties::isSurrogate));
    Assume.that(other.codePoints().noneMatch(SeedProperties::isSurrogate));
    Assume.that(!name.equals(other));
    assertThat(Seed.of(seed).derive(name)).isNotEqualTo(Seed.of(seed).derive(other));
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }

  @Property(tries = 200, seed = "20261125")
  void derive_otherSeed_givesAnotherStream(@ForAll long seed, @ForAll long other) {
    Assume.that(seed != other);
    assertThat(Seed.of(seed).derive("split")).isNotEqualTo(Seed.of(other).derive("split"));
  }

  @Property(tries = 50, seed = "20261125")
  void random_askedTwice_startsAgain(@ForAll long seed) {
    Seed one = Seed.of(seed);
    assertThat(one.random().longs(5).toArray()).isEqualTo(one.random().longs(5).toArray());
  }
}
