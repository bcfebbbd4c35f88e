package org.histofm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final Source FILE = new Source.ImageFile(Path.of("a.png"));
  private static final Target TUMOUR = new Target.ClassLabel("tumour");
  private static final Sample BASE = Sample.of("s1", "P1", FILE, TUMOUR);

  @Test
  void of_blankIdOrGroup_isRefused() {
    assertThatThrownBy(() -> Sample.of(" ", "P1", FILE, TUMOUR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sample has an id and a group, got ' ' and 'P1'");
    assertThatThrownBy(() -> Sample.of("s1", "", FILE, TUMOUR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void with_bothCopiesInEitherOrder_keepEachOther() {
    Sample one = BASE.withSite("Ghent").withDomain("MIDOG21");
    Sample other = BASE.withDomain("MIDOG21").withSite("Ghent");
    assertThat(one).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(one.site()).isEqualTo("Ghent");
    assertThat(one.domain()).isEqualTo("MIDOG21");
    assertThat(one.target()).isEqualTo(TUMOUR);
    assertThat(BASE.site()).isEmpty();
  }

  @Test
  void equals_anyOtherValue_differs() {
    assertThat(
            List.of(
                BASE,
                Sample.of("s2", "P1", FILE, TUMOUR),
                Sample.of("s1", "P2", FILE, TUMOUR),
                Sample.of("s1", "P1", new Source.ImageFile(Path.of("b.png")), TUMOUR),
                Sample.of("s1", "P1", FILE, new Target.None()),
                BASE.withSite("Ghent"),
                BASE.withDomain("MIDOG21")))
        .doesNotHaveDuplicates();
  }

  @Test
  void label_unlabelled_isRefusedWithTheSample() {
    assertThat(BASE.label()).isEqualTo("tumour");
    Sample unlabelled = Sample.of("s1", "P1", FILE, new Target.None());
    assertThatThrownBy(unlabelled::label)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("sample s1 has no class label");
  }
}
