package org.histofm.dataset;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.provenance.Sha256;

/** Named samples with one task, in a fixed order. Immutable. */
public final class Cohort {
  private final String name;
  private final Task task;
  private final List<Sample> samples;
  private final List<PublishedSplit> publishedSplits;
  private final List<String> missing;
  private final List<String> warnings;

  private Cohort(
      String name,
      Task task,
      List<Sample> samples,
      List<PublishedSplit> publishedSplits,
      List<String> missing,
      List<String> warnings) {
    this.name = name;
    this.task = task;
    this.samples = samples;
    this.publishedSplits = publishedSplits;
    this.missing = missing;
    this.warnings = warnings;
  }

  /**
   * A cohort.
   *
   * @throws IllegalArgumentException if an id stands twice, or a label is none of the task's
   *     classes
   */
  public static Cohort of(String name, Task task, Collection<Sample> samples) {
    check(name, task, samples);
    return new Cohort(
        Objects.requireNonNull(name),
        Objects.requireNonNull(task),
        List.copyOf(samples),
        List.of(),
        List.of(),
        List.of());
  }

  private static void check(String name, Task task, Collection<Sample> samples) {
    Set<String> seen = new HashSet<>();
    for (Sample sample : samples) {
      if (!seen.add(sample.id())) {
        throw new IllegalArgumentException(
            "sample id '" + sample.id() + "' stands twice in " + name);
      }
      if (task instanceof Task.Classification classification
          && sample.target() instanceof Target.ClassLabel label
          && !classification.classes().contains(label.name())) {
        throw new IllegalArgumentException(
            "sample '"
                + sample.id()
                + "' of "
                + name
                + " has the label '"
                + label.name()
                + "', which is none of the classes "
                + classification.classes());
      }
    }
  }

  /** A copy that offers {@code split} by its name. */
  public Cohort withPublishedSplit(PublishedSplit split) {
    return new Cohort(name, task, samples, plus(publishedSplits, split), missing, warnings);
  }

  /** A copy that records the ids of samples whose file is missing; every output counts them. */
  public Cohort withMissing(Collection<String> ids) {
    return new Cohort(name, task, samples, publishedSplits, List.copyOf(ids), warnings);
  }

  /** A copy with one more warning that every output repeats. */
  public Cohort withWarning(String warning) {
    return new Cohort(name, task, samples, publishedSplits, missing, plus(warnings, warning));
  }

  /**
   * A copy that holds only {@code subset}, in the order given.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  public Cohort withSamples(Collection<Sample> subset) {
    check(name, task, subset);
    return new Cohort(name, task, List.copyOf(subset), publishedSplits, missing, warnings);
  }

  private static <T> List<T> plus(List<T> list, T item) {
    List<T> longer = new ArrayList<>(list);
    longer.add(Objects.requireNonNull(item));
    return List.copyOf(longer);
  }

  /** Name of the cohort, such as {@code "ami-br"}. */
  public String name() {
    return name;
  }

  /** What is asked about every sample. */
  public Task task() {
    return task;
  }

  /** All samples; unmodifiable. */
  public List<Sample> samples() {
    return samples;
  }

  /** Number of samples. */
  public int size() {
    return samples.size();
  }

  /** Splits that came with the data. */
  public List<PublishedSplit> publishedSplits() {
    return publishedSplits;
  }

  /** Ids of samples whose file is missing. */
  public List<String> missing() {
    return missing;
  }

  /** Warnings that every output repeats. */
  public List<String> warnings() {
    return warnings;
  }

  /** All domains, sorted. */
  public Set<String> domains() {
    Set<String> domains = new TreeSet<>();
    samples.forEach(s -> domains.add(s.domain()));
    return domains;
  }

  /** All groups, sorted. */
  public Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    samples.forEach(s -> groups.add(s.group()));
    return groups;
  }

  /**
   * SHA-256 over name, task, ids, groups, sites, domains and targets in order: what splits and
   * scores depend on. Where files lie does not enter; what is in them is hashed where they are
   * read.
   */
  public String hash() {
    Sha256 hash = new Sha256().add(name).add(task.toString());
    for (Sample s : samples) {
      hash.add(s.id()).add(s.group()).add(s.site()).add(s.domain()).add(s.target().toString());
    }
    return hash.hex();
  }

  @Override
  public String toString() {
    return "Cohort " + name + " of " + samples.size() + " samples";
  }
}
