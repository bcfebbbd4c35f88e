package org.histofm.dataset;

import java.util.Objects;

/**
 * One labelled (or unlabelled) item of a cohort. Immutable.
 *
 * <p>The group is the unit of splitting: the patient if known, else the slide. Samples of one group
 * are alike, so they never stand on both sides of a split, and intervals count groups.
 */
public final class Sample {
  private final String id;
  private final String group;
  private final String site;
  private final String domain;
  private final Source source;
  private final Target target;

  private Sample(
      String id, String group, String site, String domain, Source source, Target target) {
    this.id = id;
    this.group = group;
    this.site = site;
    this.domain = domain;
    this.source = source;
    this.target = target;
  }

  /**
   * A sample with no site named and the domain {@code "default"}.
   *
   * @param id unique in its cohort; not empty
   * @param group patient, else slide; not empty
   * @param source where its pixels are
   * @param target what is known of it
   */
  public static Sample of(String id, String group, Source source, Target target) {
    if (id.isBlank() || group.isBlank()) {
      throw new IllegalArgumentException(
          "a sample has an id and a group, got '" + id + "' and '" + group + "'");
    }
    return new Sample(
        id, group, "", "default", Objects.requireNonNull(source), Objects.requireNonNull(target));
  }

  /** A copy from the medical centre {@code name}. */
  public Sample withSite(String name) {
    return new Sample(id, group, Objects.requireNonNull(name), domain, source, target);
  }

  /**
   * A copy in the domain {@code name}: tumour type, scanner or cohort across which shift is judged.
   */
  public Sample withDomain(String name) {
    return new Sample(id, group, site, Objects.requireNonNull(name), source, target);
  }

  /** Unique id within the cohort. */
  public String id() {
    return id;
  }

  /** Unit of splitting: patient, else slide. */
  public String group() {
    return group;
  }

  /** Medical centre, or empty. */
  public String site() {
    return site;
  }

  /** Domain across which shift is judged. */
  public String domain() {
    return domain;
  }

  /** Where its pixels are. */
  public Source source() {
    return source;
  }

  /** What is known of it. */
  public Target target() {
    return target;
  }

  /**
   * The class name of a labelled sample.
   *
   * @throws IllegalStateException if its target is no class label
   */
  public String label() {
    if (target instanceof Target.ClassLabel label) {
      return label.name();
    }
    throw new IllegalStateException("sample " + id + " has no class label but " + target);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Sample other
        && id.equals(other.id)
        && group.equals(other.group)
        && site.equals(other.site)
        && domain.equals(other.domain)
        && source.equals(other.source)
        && target.equals(other.target);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, group, site, domain, source, target);
  }

  @Override
  public String toString() {
    return "Sample " + id + " of group " + group;
  }
}
