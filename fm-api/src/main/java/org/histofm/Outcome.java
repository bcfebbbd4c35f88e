package org.histofm;

/**
 * The result of one item among many: done, or failed with its reason, so that one bad item is
 * quarantined and the run goes on.
 *
 * @param <T> what a finished item yields
 */
public sealed interface Outcome<T> {
  /** Name of the item: a sample id, a file. */
  String item();

  /**
   * A finished item.
   *
   * @param item name of the item
   * @param value what it yielded
   * @param <T> what a finished item yields
   */
  record Done<T>(String item, T value) implements Outcome<T> {}

  /**
   * A failed item.
   *
   * @param item name of the item
   * @param reason one sentence: what went wrong
   * @param remedy one sentence: what to do
   * @param <T> what a finished item would have yielded
   */
  record Failed<T>(String item, String reason, String remedy) implements Outcome<T> {}
}
