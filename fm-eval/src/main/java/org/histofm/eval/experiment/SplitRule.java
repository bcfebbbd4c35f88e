package org.histofm.eval.experiment;

/** How development and test samples are divided. */
public sealed interface SplitRule {
  /** Whole groups, about 20 % of the samples of the train domain for testing, drawn per seed. */
  record ByGroup() implements SplitRule {
    @Override
    public String describe() {
      return "by group";
    }
  }

  /**
   * A split that came with the data; refused if a group stands on both sides.
   *
   * @param name how the data set calls it
   */
  record Published(String name) implements SplitRule {
    @Override
    public String describe() {
      return "published " + name;
    }
  }

  /**
   * A split that came with the data and is used although groups stand on both sides; every output
   * repeats the warning.
   *
   * @param name how the data set calls it
   */
  record PublishedDespiteLeak(String name) implements SplitRule {
    @Override
    public String describe() {
      return "published " + name + " despite its leak";
    }
  }

  /** Whole groups, drawn per seed. */
  static SplitRule byGroup() {
    return new ByGroup();
  }

  /** The published split {@code name}, if it does not leak. */
  static SplitRule published(String name) {
    return new Published(name);
  }

  /** The published split {@code name}, leaking or not. */
  static SplitRule publishedDespiteLeak(String name) {
    return new PublishedDespiteLeak(name);
  }

  /** The rule in a few words; equal text means an equal rule. */
  String describe();
}
