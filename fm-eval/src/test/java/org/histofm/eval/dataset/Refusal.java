package org.histofm.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.histofm.InputException;

/** Asserts that something is refused as the user's bad input. */
final class Refusal {
  private Refusal() {}

  /** The refusal, whose message is problem and remedy. */
  static AbstractThrowableAssert<?, ? extends Throwable> of(ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            InputException.class,
            e -> {
              assertThat(e.problem()).endsWith(".");
              assertThat(e.remedy()).endsWith(".");
            });
  }
}
