package org.histofm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PublishedSplitTest {
  /** Sets of the JDK come out in another order in every process; a report must not. */
  @Test
  void parts_areSorted() {
    PublishedSplit split =
        new PublishedSplit("authors", Set.of("s9", "s1", "s5", "s3"), Set.of("s8", "s2", "s4"));
    assertThat(split.train()).containsExactly("s1", "s3", "s5", "s9");
    assertThat(split.test()).containsExactly("s2", "s4", "s8");
  }

  @Test
  void parts_changedOutside_stayAsTheyWere() {
    Set<String> train = new HashSet<>(Set.of("s1"));
    PublishedSplit split = new PublishedSplit("authors", train, Set.of("s2"));
    train.add("s2");
    assertThat(split.train()).containsExactly("s1");
    assertThatThrownBy(() -> split.test().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
