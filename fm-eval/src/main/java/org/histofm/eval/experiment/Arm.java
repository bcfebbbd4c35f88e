package org.histofm.eval.experiment;

import java.util.Objects;
import java.util.regex.Pattern;
import org.histofm.InputException;
import org.histofm.adapter.Adapter;
import org.histofm.plugin.Options;

/**
 * One side of a comparison: an adapter with its settings, under a label of its own.
 *
 * @param label names it in every output and in folder names: lower-case letters, digits, {@code
 *     '-'}, {@code '_'} and {@code '.'}
 * @param adapterId id of the adapter
 * @param options the settings it was created with
 * @param adapter the adapter
 */
public record Arm(String label, String adapterId, Options options, Adapter adapter) {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  /**
   * @throws InputException if the label has other characters
   */
  public Arm {
    if (!LABEL.matcher(label).matches()) {
      throw new InputException(
          "the arm label '" + label + "' is not valid.",
          "Use lower-case letters, digits, '-', '_' and '.', beginning with a letter or digit.");
    }
    Objects.requireNonNull(adapterId);
    Objects.requireNonNull(options);
    Objects.requireNonNull(adapter);
  }

  /** An arm that is labelled with the adapter's id. */
  public static Arm of(String adapterId, Options options, Adapter adapter) {
    return new Arm(adapterId, adapterId, options, adapter);
  }
}
