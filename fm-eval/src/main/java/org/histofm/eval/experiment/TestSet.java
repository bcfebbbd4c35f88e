package org.histofm.eval.experiment;

/**
 * Samples on which a fitted adapter is judged.
 *
 * @param kind held-out samples of the train domain, one other domain, or all others together
 * @param domain name of the domain; for {@link Kind#ALL_OUT_OF_DOMAIN} empty
 */
public record TestSet(Kind kind, String domain) {
  /** Where test samples come from. */
  public enum Kind {
    /** Held-out groups of the domain that was trained on. */
    IN_DOMAIN("in-domain"),
    /** One domain that was not trained on. */
    OUT_OF_DOMAIN("out-of-domain"),
    /** All domains that were not trained on, pooled. */
    ALL_OUT_OF_DOMAIN("all-out-of-domain");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The word used in files. */
    public String text() {
      return text;
    }
  }

  /** The held-out groups of the train domain. */
  public static TestSet inDomain(String domain) {
    return new TestSet(Kind.IN_DOMAIN, domain);
  }

  /** One domain that was not trained on. */
  public static TestSet outOfDomain(String domain) {
    return new TestSet(Kind.OUT_OF_DOMAIN, domain);
  }

  /** All domains that were not trained on, pooled. */
  public static TestSet allOutOfDomain() {
    return new TestSet(Kind.ALL_OUT_OF_DOMAIN, "");
  }

  /** For people: {@code "in-domain MIDOG21"}, {@code "all out-of-domain"}. */
  public String describe() {
    return kind == Kind.ALL_OUT_OF_DOMAIN ? "all out-of-domain" : kind.text + " " + domain;
  }
}
