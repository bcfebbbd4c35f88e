package org.histofm.dataset;

/**
 * What is known of a sample: the answer that a task asks for.
 *
 * <p>Cases may be added; whoever takes targets refuses one that it does not know by name.
 */
public sealed interface Target {
  /**
   * The class of a sample.
   *
   * @param name one of the task's classes
   */
  record ClassLabel(String name) implements Target {}

  /** Nothing is known: a sample to predict. */
  record None() implements Target {}
}
