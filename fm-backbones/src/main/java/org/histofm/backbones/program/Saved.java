package org.histofm.backbones.program;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What the forward text keeps for the backward text: a native list, the local {@code saved}, used
 * as a stack, so that backward frees each tensor as soon as it is through with it. Both texts are
 * written with the same object, which refuses to take anything but what was kept last.
 */
final class Saved {
  private final Deque<String> kept = new ArrayDeque<>();

  /**
   * Writes the keeping of a tensor.
   *
   * @param name unique within the program
   */
  void keep(ProgramWriter out, String name, String expression) {
    out.line("saved.append(%s)", expression);
    kept.push(name);
  }

  /** Writes the taking of the tensor kept last, into a local variable. */
  void take(ProgramWriter out, String name, String variable) {
    if (!name.equals(kept.peek())) {
      throw new IllegalStateException(name + " is taken where " + kept.peek() + " is due");
    }
    kept.pop();
    out.line("%s = saved.pop()", variable);
  }

  /**
   * Checks that everything was taken.
   *
   * @throws IllegalStateException if something is left
   */
  void requireEmpty() {
    if (!kept.isEmpty()) {
      throw new IllegalStateException("never taken: " + kept);
    }
  }
}
