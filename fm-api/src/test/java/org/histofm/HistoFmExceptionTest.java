package org.histofm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class HistoFmExceptionTest {
  @Test
  void message_isProblemThenRemedy() {
    InputException e = new InputException("The file is empty.", "Copy it again.");
    assertThat(e).hasMessage("The file is empty. Copy it again.").hasNoCause();
    assertThat(e.problem()).isEqualTo("The file is empty.");
    assertThat(e.remedy()).isEqualTo("Copy it again.");
  }

  @Test
  void cause_isKeptButNotToldTwice() {
    IOException cause = new IOException("disk full");
    assertThat(new EnvironmentException("Cannot write out.", "Free some space.", cause))
        .hasMessage("Cannot write out. Free some space.")
        .hasCause(cause);
  }
}
