package org.histofm.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ScoredSamplesProperties {
  private static ScoredSamples samples(List<Integer> groups) {
    int n = groups.size();
    return ScoredSamples.of(
        List.of("a", "b"),
        IntStream.range(0, n).mapToObj(i -> "s" + i).toList(),
        groups.stream().map(g -> "P" + g).toList(),
        IntStream.range(0, n).map(i -> i % 2).toArray(),
        IntStream.range(0, 2 * n).mapToDouble(i -> i / (2.0 * n)).toArray());
  }

  @Property(tries = 200, seed = "20261125")
  void subset_everySample_isTheOneAskedFor(
      @ForAll @Size(8) List<@IntRange(max = 3) Integer> groups,
      @ForAll @Size(max = 20) List<@IntRange(max = 7) Integer> chosen) {
    ScoredSamples all = samples(groups);
    ScoredSamples some = all.subset(chosen.stream().mapToInt(i -> i).toArray());
    assertThat(some.size()).isEqualTo(chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      int from = chosen.get(i);
      assertThat(some.id(i)).isEqualTo(all.id(from));
      assertThat(some.group(i)).isEqualTo(all.group(from));
      assertThat(some.label(i)).isEqualTo(all.label(from));
      assertThat(some.score(i, 0)).isEqualTo(all.score(from, 0));
      assertThat(some.score(i, 1)).isEqualTo(all.score(from, 1));
    }
  }

  @Property(tries = 200, seed = "20261125")
  void without_eachGroup_takesExactlyItsSamplesAway(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 3) Integer> groups) {
    ScoredSamples all = samples(groups);
    int[] sizes = all.groupSizes().values().stream().mapToInt(i -> i).toArray();
    assertThat(Arrays.stream(sizes).sum()).isEqualTo(all.size());
    all.groupSizes()
        .forEach(
            (group, size) -> {
              ScoredSamples rest = all.without(group);
              assertThat(rest.size()).isEqualTo(all.size() - size);
              assertThat(rest.groupSizes()).doesNotContainKey(group);
            });
  }
}
