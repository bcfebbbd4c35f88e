package org.histofm.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskTest {
  @Test
  void classification_oneClassOrOneTwice_isRefusedWithThem() {
    assertThatThrownBy(() -> new Task.Classification(List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got [a]");
    assertThatThrownBy(() -> new Task.Classification(List.of("a", "b", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[a, b, a]");
  }

  @Test
  void indexOf_followsTheOrderGiven_notTheAlphabet() {
    Task.Classification task = new Task.Classification(List.of("normal", "atypical"));
    assertThat(task.indexOf("atypical")).isEqualTo(1);
    assertThatThrownBy(() -> task.indexOf("Normal"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'Normal' is none of the classes [normal, atypical]");
  }

  @Test
  void classification_listChangedLater_keepsItsOwn() {
    List<String> classes = new ArrayList<>(List.of("a", "b"));
    Task.Classification task = new Task.Classification(classes);
    classes.set(0, "c");
    assertThat(task.classes()).containsExactly("a", "b");
  }
}
